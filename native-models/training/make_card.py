"""make_card.py --figures F.json --out model-card.json: what the app tells a person about the bundled model, from its tables and its measured figures."""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

from questions import CHAT, Asker, ask
from scenes import make_scene
from world import CATEGORIES, COLOUR_NAMES, KINDS, SHAPES, THINGS

SUMMARY = (
    f'A small PixelLM trained on drawn scenes: {len(SHAPES)} shapes in {len(COLOUR_NAMES)} colours and {len(THINGS)} everyday objects. '
    'It finds them, counts them, compares them and says when one is not there. It does not understand photographs.'
)
LIMITS = (
    'Photographs, drawings in another style and emoji of another font are outside its world: it will answer, and be wrong.',
    'A scene holds at most six objects, each name at most once (one red square, one dog).',
    'It understands the sentences it was trained on and close variants in English, and remembers one earlier question.',
    'Objects smaller than about a sixth of the picture are seen badly.',
)


def vocabulary() -> list[str]:
    """Every word of the questions it was trained on, words outside its world excepted."""
    words: set[str] = set()
    for index in range(600):
        asker = Asker(make_scene(501, index), random.Random(index))
        for _ in range(12):
            words |= {w for turn in ask(asker) if turn.kinds != ('unknown-word',) for w in re.findall('[a-z]+', turn.question.lower())}
    words |= {w for text in CHAT for w in re.findall('[a-z]+', text.lower())}
    return sorted(words | {*KINDS, *COLOUR_NAMES})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--figures', type=Path, required=True, help='from evaluate.py --figures')
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    figures = json.loads(options.figures.read_text())
    card = {
        'name': 'PixelLM bundled',
        'summary': SUMMARY,
        'world': {
            'shapes': list(SHAPES), 'colours': list(COLOUR_NAMES), 'objects': [t.name for t in THINGS],
            'categories': [c for c in CATEGORIES if c != 'shape'],
        },
        'vocabulary': vocabulary(),
        'historyTurns': 1,
        'maxNewTokens': 96,
        'questions': ['Segment everything.', 'Describe the picture.', 'What can I eat?', 'Which of these are alive?', 'How many objects are there?', 'What is the largest object?'],
        'measuredOn': figures['scenes'],
        'measured': [{'kind': name, **{k: round(v, 4) for k, v in row.items()}} for name, row in figures['groups'].items()],
        'limits': list(LIMITS),
    }
    options.out.write_text(json.dumps(card, indent=1) + '\n')


if __name__ == '__main__':
    main()
