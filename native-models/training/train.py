"""The only way in: train.py --config configs/gpu.toml --state DIR (--stage NAME | --all) [--minutes M] [--keep DIR].

Every stage resumes from its own file in --state. `--all` runs the configuration's stages in their order; --minutes is then what they share in the
proportions of the configuration, whichever clock it names. --keep writes what the next machine needs into files of at most 16 MiB.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import torch

import state as states
import world
from batches import BatchStream
from keep import pack
from optimiser import Optimiser
from settings import CONSTANTS, Settings, load
from stages import PLANS

SEEDS = {'settle': 900, 'see': 1000, 'read': 2000, 'align': 2500, 'join': 3000, 'finish': 3500}
NEVER_ENDING = 1e9


class Stopping:
    """Whether the process was asked to end (SIGTERM): a stage then saves and ends after its step, and no other begins."""

    asked = False


def stop_when_asked() -> None:
    def note(*_: object) -> None:
        Stopping.asked = True

    signal.signal(signal.SIGTERM, note)


class DivergedError(ArithmeticError):
    """Losses stayed without a number; the stage's file holds the last good state."""


def train(settings: Settings, *, name: str, folder: Path, minutes: float = NEVER_ENDING) -> None:
    """Runs a stage until it is done or the minutes are over; carries on where its file left off. Raises DivergedError."""
    stage = settings.stages[name]
    path = folder / f'{name}.pt'
    if (done := states.progress(path))['spent'] >= stage.minutes * 60:
        print(f'{name}: done.', flush=True)
        return
    plan = PLANS[name](settings, stage, folder)
    for module in plan.parts.named().values():
        module.to(settings.device)
    optimiser = Optimiser(plan.moving, rate=stage.rate, weight_decay=stage.weight_decay)
    parameters = [p for module in plan.moving for p in module.parameters()]
    if path.exists():
        found = states.load(path, plan.parts.named())
        try:
            optimiser.load_state_dict(found['optimiser'])
        except ValueError:
            print(f'{name}: the moving parts have changed since the last run; the optimiser starts anew.', flush=True)
    clock = states.Clock(before=done['spent'], stage_minutes=stage.minutes, run_minutes=minutes, kind=settings.clock)
    log = states.Log(folder / 'log', name)
    seed = SEEDS[name] + settings.seed * 10_000
    stream = BatchStream(seed=seed, start=done['next_scene'], size=stage.batch, extra=plan.extra, workers=settings.scene_processes)
    step, lost = done['step'], 0
    try:
        for next_scene, arrays in stream:
            batch = {key: value.to(settings.device) for key, value in arrays.items()}
            with torch.autocast(settings.device, torch.bfloat16):
                losses, right = plan.losses(batch, clock.share)
            total = torch.stack([stage.losses.get(key, 1.0) * value for key, value in losses.items()]).sum()
            lost = 0 if bool(total.isfinite()) else lost + 1
            if lost > CONSTANTS.steps_without_number:
                raise DivergedError(f'{name}: {lost} steps in a row without a number; {path} holds the last good state.')
            total.backward()
            norm = torch.nn.utils.clip_grad_norm_([p for p in parameters if p.grad is not None], CONSTANTS.longest_gradient)
            optimiser.step(states.rate_at(clock, step=step, warm_up=stage.warm_up_steps, final=stage.final_rate) if bool(norm.isfinite()) else 0.0)
            log.add({k: v.item() for k, v in losses.items()} | right)
            step += 1
            over = clock.run_is_over or clock.share >= 1 or Stopping.asked
            if step % 50 == 0 or over:
                log.flush(step=step, spent=clock.spent, images=step * stage.batch)
            if (step % 200 == 0 or over) and not lost:
                done = {'step': step, 'spent': clock.spent, 'next_scene': next_scene}
                states.save(path, plan.parts.named(), optimiser=optimiser.state_dict(), done=done)
            if over:
                break
    finally:
        stream.close()


def train_all(settings: Settings, *, folder: Path, minutes: float | None) -> list[str]:
    """Every stage of the configuration in its order, the minutes shared in its proportions. Returns the stages' names."""
    total = sum(stage.minutes for stage in settings.stages.values())
    factor = 1.0 if minutes is None else minutes / total
    shared = replace(settings, stages={name: replace(stage, minutes=stage.minutes * factor) for name, stage in settings.stages.items()})
    ran = []
    for name in shared.stages:
        if Stopping.asked:
            break
        train(shared, name=name, folder=folder)
        ran.append(name)
    return ran


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--config', type=Path, required=True)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument('--stage', choices=list(PLANS))
    which.add_argument('--all', action='store_true', help='every stage of the configuration')
    parser.add_argument('--minutes', type=float, help='of this run; with --all what the stages share')
    parser.add_argument('--state', type=Path, required=True, help='folder of the training state; needs tokenizer/ from make_tokenizer.py')
    parser.add_argument('--keep', type=Path, help='write the last stage, tokenizer and logs here, in files of at most 16 MiB')
    options = parser.parse_args()
    settings = load(options.config)
    if settings.world != world.NAME:  # the tables are read when modules are: once more, in the world that the configuration names
        os.environ['PIXELLM_WORLD'] = settings.world
        os.execv(sys.executable, [sys.executable, *sys.argv])
    stop_when_asked()
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    ran = [options.stage]
    if options.all:
        ran = train_all(settings, folder=options.state, minutes=options.minutes)
    else:
        train(settings, name=options.stage, folder=options.state, minutes=options.minutes or NEVER_ENDING)
    for name in ran:
        states.Log(options.state / 'log', name).draw()
    if options.keep:
        pack(options.state, ran[-1], options.keep)


if __name__ == '__main__':
    main()
