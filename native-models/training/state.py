"""What survives between runs: weights, auxiliary weights, optimiser, position in the stream, and the log of losses."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path

import matplotlib

matplotlib.use('Agg')
import matplotlib.pyplot as plt
import torch
from torch import nn

from world import fingerprint

CLOCKS = {'processor': time.process_time, 'wall': time.monotonic}


class Clock:
    """Seconds trained so far in a stage, across runs, and the limit of this run.

    `processor` counts what this process computed, so that a busy machine does not shorten the training; `wall` is for a card, where the
    processor waits.
    """

    def __init__(self, *, before: float, stage_minutes: float, run_minutes: float, kind: str = 'processor') -> None:
        self._now = CLOCKS[kind]
        self._before, self._started = before, self._now()
        self._stage, self._run = stage_minutes * 60, run_minutes * 60

    @property
    def spent(self) -> float:
        return self._before + self._now() - self._started

    @property
    def share(self) -> float:
        return min(1.0, self.spent / self._stage)

    @property
    def run_is_over(self) -> bool:
        return self._now() - self._started > self._run


def rate_at(clock: Clock, *, step: int, warm_up: int, final: float) -> float:
    """Schedule by time: a short rise, then a straight line down to `final`."""
    return min(1.0, (step + 1) / warm_up) * (1 - (1 - final) * clock.share)


def progress(path: Path) -> dict:
    """How far the stage in a file has come: step, seconds spent, and the scene it goes on with."""
    if not path.exists():
        return {'step': 0, 'spent': 0.0, 'next_scene': 0}
    return torch.load(path, weights_only=False, map_location='cpu')['done']


def save(path: Path, modules: dict[str, nn.Module], **rest: object) -> None:
    """Writes a state beside its old one and swaps, so that a kill never leaves half a file; the one before stays as NAME.before.pt."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_suffix('.writing')
    torch.save({'world': fingerprint(), 'modules': {name: m.state_dict() for name, m in modules.items()}, **rest}, staged)
    if path.exists():
        path.replace(path.with_suffix('.before.pt'))
    staged.replace(path)


def load(path: Path, modules: dict[str, nn.Module]) -> dict:
    """Fills the modules; raises ValueError when the state was trained in another world."""
    state = torch.load(path, weights_only=False, map_location='cpu')
    if state['world'] != fingerprint():
        raise ValueError(f'{path} was trained in world {state["world"]}, this one is {fingerprint()}.')
    for name, module in modules.items():
        if name in state['modules']:
            module.load_state_dict(state['modules'][name])
    return state


class Log:
    """Means of the losses over a window: one JSON line each, and a picture of the curves."""

    def __init__(self, folder: Path, stage: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lines, self._picture = folder / f'{stage}.jsonl', folder / f'{stage}.png'
        self._sums: dict[str, list[float]] = defaultdict(list)
        self._started = time.monotonic()

    def add(self, values: dict[str, float]) -> None:
        for name, value in values.items():
            self._sums[name].append(value)

    def flush(self, **where: float) -> None:
        count = max((len(v) for v in self._sums.values()), default=0)
        entry = {**where, 'steps_per_second': count / (time.monotonic() - self._started)}
        entry |= {name: sum(v) / len(v) for name, v in self._sums.items()}
        with self._lines.open('a') as out:
            out.write(json.dumps({k: round(v, 5) for k, v in entry.items()}) + '\n')
        print(' '.join(f'{k} {v:.4g}' for k, v in entry.items()), flush=True)
        self._sums.clear()
        self._started = time.monotonic()

    def draw(self) -> None:
        """The loss curves as a picture, one panel a quantity; shares of single kinds stay in the lines."""
        entries = [json.loads(line) for line in self._lines.read_text().splitlines()]
        names = [n for n in entries[-1] if n not in ('step', 'spent', 'images', 'steps_per_second') and not n.startswith('kind/')]
        columns = 4
        rows = -(-len(names) // columns)
        figure, axes = plt.subplots(rows, columns, figsize=(3.2 * columns, 2.2 * rows), squeeze=False)
        for axis, name in zip(axes.flat, names, strict=False):
            points = [(e['spent'] / 60, e[name]) for e in entries if name in e]
            axis.plot(*zip(*points, strict=True), linewidth=1)
            axis.set_title(name, fontsize=8)
            axis.tick_params(labelsize=6)
        figure.supxlabel('minutes of this stage', fontsize=8)
        figure.tight_layout()
        figure.savefig(self._picture, dpi=70)
        plt.close(figure)
