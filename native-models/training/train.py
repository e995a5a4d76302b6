"""The only way in: train.py --config configs/cpu.toml --stage see|read|align|join|finish --state DIR [--minutes M].

Stages, each resumable from its own file in --state: `see` (tower and decoder from labels), `read` (language model from symbols),
`align` (the projector that replaces the symbols) `join` (everything together) and `finish` (the same again from where
`join` ended, for whoever has more minutes).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

import state as states
from batches import Batch, BatchStream, Extra, kept_masks
from conversations import conversation_rows, prefix_ids
from dense import DenseHeads, oracle_cells
from optimiser import Optimiser
from pixellm.model import PixelLM
from settings import Settings, StageSettings, load
from stage_join import align_losses, join_losses
from stage_read import OracleCells, RankReaders, read_losses
from stage_see import see_losses
from tokenizer import Tokenizer, added_tokens

SEEDS = {'see': 1000, 'read': 2000, 'align': 2500, 'join': 3000, 'finish': 3500}
Losses = tuple[dict[str, Tensor], dict[str, float]]


@dataclass
class Plan:
    """What a stage needs to run: modules to keep, parts to move with their share of the rate, and its losses."""

    modules: dict[str, nn.Module]
    moving: dict[nn.Module, float]
    losses: Callable[[Batch, float], Losses]
    extra: Extra | None


def tokenizer_in(folder: Path, settings: Settings) -> Tokenizer:
    return Tokenizer(folder / 'tokenizer' / 'tokenizer.model', added_tokens(settings.model.scales, settings.model.seg_tokens))


def plan_see(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    model, heads = PixelLM(settings.model), DenseHeads(settings.model)

    def losses(batch: Batch, share: float) -> Losses:
        return see_losses(model, heads, batch, stage, draw=share > 0.35)

    return Plan({'model': model, 'heads': heads}, {model: 1.0, heads: 1.0}, losses, None)


def plan_read(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    model, oracle, readers = PixelLM(settings.model), OracleCells(settings.model), RankReaders(settings.model)
    tokenizer = tokenizer_in(folder, settings)
    frame = prefix_ids(tokenizer)

    def losses(batch: Batch, share: float) -> Losses:
        _, kept = kept_masks(batch['size'])
        pool, n = settings.model.image_token_pool, settings.model.cells
        cells = oracle(oracle_cells(batch, n * n))
        found, right, _ = read_losses(model, readers, cells, batch, frame, kept[:, ::pool, ::pool].flatten(1))
        return found, right

    moving = {model.language_model: 1.0, model.text_hidden_fcs: 1.0, oracle: 1.0, readers: 1.0}
    return Plan({'model': model, 'oracle': oracle, 'readers': readers}, moving, losses, conversation_rows(tokenizer, settings.model, stage.text_tokens))


def empty(settings: Settings) -> dict[str, nn.Module]:
    """The model and every auxiliary part, untrained."""
    s = settings.model
    return {'model': PixelLM(s), 'heads': DenseHeads(s), 'oracle': OracleCells(s), 'readers': RankReaders(s)}


def joined(settings: Settings, folder: Path) -> dict[str, nn.Module]:
    """The tower and decoder of `see` with the language model of `read`."""
    modules = empty(settings)
    model, seen = modules['model'], PixelLM(settings.model)
    states.load(folder / 'read.pt', modules)
    states.load(folder / 'see.pt', {'model': seen, 'heads': modules['heads']})
    for part in ('vision_tower', 'out_mm_projector', 'image_feature_neck', 'mask_decoder'):
        getattr(model, part).load_state_dict(getattr(seen, part).state_dict())
    return modules


def plan_align(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    modules = joined(settings, folder)
    model, oracle = modules['model'], modules['oracle']

    def losses(batch: Batch, share: float) -> Losses:
        return align_losses(model, oracle, batch), {}

    return Plan(modules, {model.mm_projector: 1.0}, losses, None)


def plan_join(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    aligned = PixelLM(settings.model)
    states.load(folder / 'align.pt', {'model': aligned})
    modules = joined(settings, folder)
    modules['model'].mm_projector.load_state_dict(aligned.mm_projector.state_dict())
    return plan_together(settings, stage, folder, modules)


def plan_finish(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    modules = empty(settings)
    states.load(folder / 'join.pt', modules)
    return plan_together(settings, stage, folder, modules)


def plan_together(settings: Settings, stage: StageSettings, folder: Path, modules: dict[str, nn.Module]) -> Plan:
    model, heads = modules['model'], modules['heads']
    tokenizer = tokenizer_in(folder, settings)
    frame = prefix_ids(tokenizer)

    def losses(batch: Batch, share: float) -> Losses:
        return join_losses(modules, batch, stage, frame, share=share if stage.fade_symbols else 1.0)

    moving = {
        model.vision_tower: stage.tower_rate,
        heads: stage.tower_rate,
        modules['readers']: 1.0,
        model.mm_projector: 1.0,
        **{getattr(model, part): 1.0 for part in ('out_mm_projector', 'image_feature_neck', 'mask_decoder', 'language_model', 'text_hidden_fcs')},
    }
    return Plan(modules, moving, losses, conversation_rows(tokenizer, settings.model, stage.text_tokens))


PLANS = {'see': plan_see, 'read': plan_read, 'align': plan_align, 'join': plan_join, 'finish': plan_finish}


def train(settings: Settings, *, name: str, folder: Path, minutes: float) -> None:
    """Runs a stage until it is done or the minutes are over; carries on where its file left off."""
    stage = settings.stages[name]
    plan = PLANS[name](settings, stage, folder)
    for module in plan.modules.values():
        module.to(settings.device)
    optimiser = Optimiser(plan.moving, rate=stage.rate, weight_decay=stage.weight_decay)
    parameters = [p for module in plan.moving for p in module.parameters()]
    path = folder / f'{name}.pt'
    done = {'step': 0, 'spent': 0.0, 'next_scene': 0}
    if path.exists():
        found = states.load(path, plan.modules)
        try:
            optimiser.load_state_dict(found['optimiser'])
        except ValueError:
            print(f'{name}: the moving parts have changed since the last run; the optimiser starts anew.', flush=True)
        done = found['done']
    clock = states.Clock(before=done['spent'], stage_minutes=stage.minutes, run_minutes=minutes)
    log = states.Log(folder / 'log', name)
    stream = BatchStream(seed=SEEDS[name], start=done['next_scene'], size=stage.batch, extra=plan.extra)
    step = done['step']
    for next_scene, batch in stream:
        batch = {key: value.to(settings.device) for key, value in batch.items()}
        with torch.autocast(settings.device, torch.bfloat16):
            losses, right = plan.losses(batch, clock.share)
        total = sum(stage.losses.get(key, 1.0) * value for key, value in losses.items())
        total.backward()
        torch.nn.utils.clip_grad_norm_([p for p in parameters if p.grad is not None], 2.0)
        optimiser.step(states.rate_at(clock, step=step, warm_up=stage.warm_up_steps, final=stage.final_rate))
        log.add({k: v.item() for k, v in losses.items()} | right)
        step += 1
        over = clock.run_is_over or clock.share >= 1
        if step % 50 == 0 or over:
            log.flush(step=step, spent=clock.spent, images=step * stage.batch)
        if step % 200 == 0 or over:
            states.save(path, plan.modules, optimiser=optimiser.state_dict(), done={'step': step, 'spent': clock.spent, 'next_scene': next_scene})
            log.draw()
        if over:
            break
    stream.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--config', type=Path, required=True)
    parser.add_argument('--stage', choices=list(PLANS), required=True)
    parser.add_argument('--minutes', type=float, default=1e9, help='of this run; the stage goes on at the next one')
    parser.add_argument('--state', type=Path, required=True, help='folder of the training state; needs tokenizer/ from make_tokenizer.py')
    options = parser.parse_args()
    settings = load(options.config)
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    train(settings, name=options.stage, folder=options.state, minutes=options.minutes)


if __name__ == '__main__':
    main()
