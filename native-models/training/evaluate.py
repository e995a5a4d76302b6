"""evaluate.py --state S --tokenizer T --scenes DIR: the figures to steer training by.

What ships is measured by `pixellm evaluate` with the same definitions.

A question's IoU = sum of matched IoU / max(masks, targets). gIoU = its mean, cIoU = all intersections / all unions, over questions with
targets. A set is right when every target is matched at IoU > 0.5 and no mask is left over.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image
from scipy.optimize import linear_sum_assignment

import state as states
from answering import Answerer
from pixellm.model import PixelLM
from rle import decode_rle
from settings import Settings
from tokenizer import Tokenizer

BOUNDARY_SHARE = 0.02  # of the diagonal, as boundary IoU is usually taken
REFUSAL = re.compile(r'^(there (is|are) no |no[, ]|nothing)', re.IGNORECASE)


@dataclass
class Outcome:
    """How one question went."""

    kinds: list[str]
    question: str
    wanted: str
    said: str
    targets: int
    masks: int
    iou: float
    intersection: int
    union: int
    set_right: bool
    text_right: bool
    refused: bool
    edges: list[float]


def band(mask: np.ndarray) -> np.ndarray:
    """Pixels of a mask bool [h, w] within BOUNDARY_SHARE of the picture's diagonal of its outline."""
    width = max(1, round(BOUNDARY_SHARE * float(np.hypot(*mask.shape))))
    padded = np.pad(mask.astype(np.uint8), 1)
    inner = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=width)[1:-1, 1:-1]
    return mask & (inner == 0)


def match(logits: torch.Tensor, wanted: np.ndarray) -> tuple[list[float], list[float], int, int]:
    """Matched IoUs (Hungarian on BCE + dice) and their boundary IoUs, total intersection and total union with the unmatched of both sides."""
    found = (logits > 0).numpy()
    if not len(found) or not len(wanted):
        return [], [], 0, int(found.sum()) + int(wanted.sum())
    x, t = logits.flatten(1), torch.from_numpy(wanted).float().flatten(1)
    n = x.shape[1]
    bce = (torch.nn.functional.softplus(-x) @ t.T + torch.nn.functional.softplus(x) @ (1 - t).T) / n
    chance = x.sigmoid()
    dice = 1 - (2 * chance @ t.T + 1) / (chance.sum(1)[:, None] + t.sum(1)[None] + 1)
    rows, columns = linear_sum_assignment((bce + dice).numpy())
    ious: list[float] = []
    edges: list[float] = []
    intersection = union = 0
    for row, column in zip(rows, columns, strict=True):
        both, either = int((found[row] & wanted[column]).sum()), int((found[row] | wanted[column]).sum())
        ious.append(both / max(1, either))
        mine, theirs = band(found[row]), band(wanted[column])
        edges.append(int((mine & theirs).sum()) / max(1, int((mine | theirs).sum())))
        intersection, union = intersection + both, union + either
    union += sum(int(found[i].sum()) for i in range(len(found)) if i not in rows)
    union += sum(int(wanted[i].sum()) for i in range(len(wanted)) if i not in columns)
    return ious, edges, intersection, union


def examine(answerer: Answerer, folder: Path, limit: int | None) -> list[Outcome]:
    """Asks every question of a folder that make_scenes.py wrote."""
    outcomes = []
    for entry in json.loads((folder / 'muse.json').read_text())[:limit]:
        picture = answerer.look(np.asarray(Image.open(folder / 'images' / entry['file_name']).convert('RGB')))
        for question, wanted, targets, kinds, history in zip(
            entry['questions'], entry['text_answers'], entry['answers'], entry['kinds'], entry['history'], strict=True
        ):
            reply = answerer.ask(picture, question, [(h['question'], h['answer']) for h in history])
            truth = np.array([decode_rle(a['segmentation']) for a in targets]).reshape(-1, picture.height, picture.width)
            ious, edges, intersection, union = match(reply.logits, truth)
            most = max(len(truth), len(reply.logits))
            outcomes.append(
                Outcome(
                    kinds,
                    question,
                    wanted,
                    reply.text,
                    len(truth),
                    len(reply.logits),
                    sum(ious) / most if most else 1.0,
                    intersection,
                    union,
                    len(truth) == len(reply.logits) and all(iou > 0.5 for iou in ious),
                    reply.text == wanted,
                    not len(reply.logits) and bool(REFUSAL.match(reply.text)),
                    edges,
                )
            )
    return outcomes


def figures(outcomes: list[Outcome]) -> dict[str, float]:
    """The figures of one group of questions."""
    pointed = [o for o in outcomes if o.targets]
    absent = [o for o in outcomes if any(k.endswith('-none') for k in o.kinds)]
    yes_no = [o for o in outcomes if o.kinds[0] == 'yes-no']

    def share(group: list[Outcome], right: Callable[[Outcome], bool]) -> float:
        return sum(bool(right(o)) for o in group) / len(group) if group else float('nan')

    return {
        'n': len(outcomes),
        'text': share(outcomes, lambda o: o.text_right),
        'n_targets': len(pointed),
        'gIoU': sum(o.iou for o in pointed) / len(pointed) if pointed else float('nan'),
        'cIoU': sum(o.intersection for o in pointed) / max(1, sum(o.union for o in pointed)) if pointed else float('nan'),
        'boundary': float(np.mean([e for o in pointed for e in o.edges] or [float('nan')])),
        'sets': share(pointed, lambda o: o.set_right),
        'sets_1': share([o for o in pointed if o.targets == 1], lambda o: o.set_right),
        'sets_2': share([o for o in pointed if o.targets == 2], lambda o: o.set_right),
        'sets_3+': share([o for o in pointed if o.targets > 2], lambda o: o.set_right),
        'none': share(absent, lambda o: o.refused),
        'yes_no': share(yes_no, lambda o: o.said.lower()[:2] == o.wanted.lower()[:2]),
    }


def grouped(outcomes: list[Outcome]) -> dict[str, dict[str, float]]:
    """Figures of all questions, then of each kind; those that do not apply are left out."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for o in outcomes:
        groups['/'.join(o.kinds)].append(o)
    every = [('all', outcomes), *sorted(groups.items())]
    return {name: {k: v for k, v in figures(group).items() if v == v} for name, group in every}


def table(outcomes: list[Outcome]) -> str:
    """A line for all, then one a kind."""

    def cell(key: str, value: float) -> str:
        return f'{key} {value:.3f}' if isinstance(value, float) else f'{key} {value:4}'

    return '\n'.join(f'{name:22}' + ' '.join(cell(k, v) for k, v in row.items()) for name, row in grouped(outcomes).items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--state', type=Path, required=True)
    parser.add_argument('--tokenizer', type=Path, required=True)
    parser.add_argument('--scenes', type=Path, required=True)
    parser.add_argument('--limit', type=int)
    parser.add_argument('--json', type=Path, help='every outcome')
    parser.add_argument('--figures', type=Path, help='the table as JSON, for make_card.py')
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings().model
    model = PixelLM(settings)
    states.load(options.state, {'model': model})
    answerer = Answerer(model, Tokenizer(options.tokenizer / 'tokenizer.model', scales=settings.scales, seg_tokens=settings.seg_tokens))
    started = time.monotonic()
    outcomes = examine(answerer, options.scenes, options.limit)
    print(table(outcomes))
    print(f'{(time.monotonic() - started) / max(1, len(outcomes)):.3f} s a question')
    if options.figures:
        options.figures.write_text(json.dumps({'scenes': options.scenes.name, 'groups': grouped(outcomes)}, indent=1))
    if options.json:
        options.json.write_text(json.dumps([asdict(o) for o in outcomes], indent=1))


if __name__ == '__main__':
    main()
