"""make_scenes.py --seed S --count N --out DIR: pictures and a MUSE-format JSON. The same seed gives the same bytes.

Seeds below 100,000 belong to training; evaluate on others (the figures in README.md use 777001 and 777101).
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from PIL import Image

import grammar as grammars
import world
from asking import Asker, Turn
from questions import ask
from rle import encode_rle
from scenes import Scene, make_scene
from world import KINDS

QUESTIONS_PER_SCENE = 6


def annotation(scene: Scene, index: int) -> dict[str, object]:
    """One object in COCO's terms, as MUSE wants it."""
    mask = scene.ids == index + 1
    ys, xs = mask.any(1).nonzero()[0], mask.any(0).nonzero()[0]
    item = scene.objects[index]
    return {
        'id': index,
        'category_id': item.kind,
        'category_name': KINDS[item.kind],
        'rephrased_name': item.name,
        'bbox': [int(xs[0]), int(ys[0]), int(xs[-1] - xs[0] + 1), int(ys[-1] - ys[0] + 1)],
        'area': int(mask.sum()),
        'iscrowd': 0,
        'segmentation': encode_rle(mask),
    }


def entry(scene: Scene, file_name: str, turns: list[Turn]) -> dict[str, object]:
    """One picture with its questions."""
    height, width = scene.ids.shape
    annotations = [annotation(scene, i) for i in range(len(scene.objects))]
    return {
        'file_name': file_name,
        'height': height,
        'width': width,
        'ann_list': annotations,
        'questions': [t.question for t in turns],
        'text_answers': [t.answer for t in turns],
        'answers': [[annotations[i] for i in t.targets] for t in turns],
        'kinds': [list(t.kinds) for t in turns],
        'history': [[{'question': h.question, 'answer': h.answer} for h in t.history] for t in turns],
    }


def questions_of(scene: Scene, seed: int, index: int, count: int, wording: str = grammars.TRAINING, only: str | None = None) -> list[Turn]:
    """Distinct questions, of one kind where `only` names it; of a conversation only its last turn counts, the first is its history."""
    asker = Asker(scene, random.Random(seed * 1_000_003 + index), grammars.load(wording))
    turns: list[Turn] = []
    while len(turns) < count:
        turn = ask(asker)[-1]
        if only is not None and (turn.kinds != (only,) or turn.history):
            continue
        if all((turn.question, turn.history) != (t.question, t.history) for t in turns):
            turns.append(turn)
    return turns


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seed', type=int, required=True)
    parser.add_argument('--count', type=int, required=True)
    parser.add_argument('--questions', type=int, default=QUESTIONS_PER_SCENE, help='a scene')
    parser.add_argument('--wording', default=grammars.TRAINING, help='a grammar: questions (training), held-out, independent, first-edition')
    parser.add_argument('--only', help='one kind of question, as `pixellm evaluate` calls it: everything')
    parser.add_argument('--held-out-style', action='store_true', help='in the hand that no training sees')
    parser.add_argument('--zoom', type=float, default=1.0, help='draws the same scenes with this many times the pixels')
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    (options.out / 'images').mkdir(parents=True, exist_ok=True)
    styles = (world.HELD_OUT_STYLE,) if options.held_out_style and world.HELD_OUT_STYLE else world.STYLES
    entries = []
    for index in range(options.count):
        scene = make_scene(options.seed, index, zoom=options.zoom, styles=styles)
        file_name = f'scene-{options.seed}-{index:05d}.png'
        Image.fromarray(scene.rgb).save(options.out / 'images' / file_name)
        entries.append(entry(scene, file_name, questions_of(scene, options.seed, index, options.questions, options.wording, options.only)))
    (options.out / 'muse.json').write_text(json.dumps(entries))


if __name__ == '__main__':
    main()
