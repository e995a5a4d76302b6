"""make_card.py --figures F.json --out DIR: model-card.json and README.md, what the app tells a person about the bundled model.

`--figures` is the JSON of `pixellm evaluate --json` on the files that ship.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

from questions import CHAT, Asker, ask
from scenes import make_scene
from world import COLOUR_NAMES, KINDS, PURPOSES, SHAPES, THINGS

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


FIGURES = ('questions', 'gIoU', 'cIoU', 'correctSets', 'textExact', 'yesNo', 'refusals', 'medianMs')
TITLES = ('questions', 'gIoU', 'cIoU', 'right sets', 'exact text', 'yes/no', 'absent', 'median ms')


def rows(figures: dict) -> list[dict[str, object]]:
    """One row for all questions, one for each number of targets, one for each kind."""
    named = [('all', figures['all']), *((f'{n} targets', f) for n, f in figures['byTargets'].items()), *figures['byKind'].items()]
    return [{'kind': name, **{k: None if f[k] is None else round(f[k], 4) for k in FIGURES}} for name, f in named]


def readme(measured: list[dict[str, object]], *, images: int, precision: str, scenes: str) -> str:
    """The card as a person reads it in the app."""

    def cell(value: object) -> str:
        if value is None:
            return ''
        return f'{value:.3f}' if isinstance(value, float) and value <= 1 else f'{value:.0f}' if isinstance(value, (int, float)) else str(value)

    lines = [f'| kind | {" | ".join(TITLES)} |', '|---' * (len(TITLES) + 1) + '|']
    lines += [f'| {" | ".join(cell(v) for v in row.values())} |' for row in measured]
    return CARD.format(
        summary=SUMMARY, shapes=', '.join(SHAPES), colours=', '.join(COLOUR_NAMES), things=', '.join(t.name for t in THINGS),
        purposes=' '.join(PURPOSES), limits='\n'.join(f'- {limit}' for limit in LIMITS), table='\n'.join(lines), images=images,
        precision=precision, scenes=scenes,
    )


CARD = """# The bundled model

{summary}

Asked about a photograph, or with a word it does not know, do not believe it: convert one of the published PixelLM models for that.

## What it knows
- Shapes: {shapes}; each in {colours}.
- Objects: {things}.
- Questions: find one or several things by name; all of a shape, a colour or a category (food, animals, vehicles, shapes); how many; is there; left of, right of,
  above, below; largest, smallest, larger, smaller; leftmost, rightmost, highest, lowest; what colour; describe; segment everything; one follow-up ("And the blue
  one?", "What is left of it?"); and by purpose: {purposes}
- It says when something is not there ("There is no red square.") and when a word is not of its world ("I do not know that word.").

## What it cannot do
{limits}

## Measured
`pixellm evaluate` on these very files ({precision}), {images} scenes of seed {scenes} that no training has seen, drawn by the same generator: new scenes and backgrounds, the
same pictures of objects. Says nothing about other pictures. Right sets = every target found at IoU > 0.5 and nothing else drawn; absent = nothing drawn where
the thing asked for is not there.

{table}

## How it was made
The published PixelLM architecture with small sizes (CLIP-like tower 192 x 5, LLaMA 192 x 5, codebook of 2 scales x 3 tokens, pixel decoder 64 wide), trained from
scratch on one CPU core by `native-models/training/`, whose README has the recipe, the seeds and the curves. No photograph, no scraped text and no other model's weights went in.

## Licences
Objects are drawn with glyphs of Noto Color Emoji (© Google; font under the SIL Open Font License 1.1, which does not bind pictures made with it; artwork under
Apache License 2.0). Emoji code points are of the Unicode Standard (Unicode License v3). Shapes, backgrounds, questions, code and weights are this project's own.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--figures', type=Path, required=True)
    parser.add_argument('--scenes', required=True, help='seed of the scenes they were measured on')
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    figures = json.loads(options.figures.read_text())
    measured = rows(figures)
    card = {
        'name': 'PixelLM bundled (drawn scenes)',
        'summary': SUMMARY,
        'vocabulary': vocabulary(),
        'historyTurns': 1,
        'maxNewTokens': 96,
        'questions': [
            'Segment everything.', 'Describe the picture.', 'What can I eat?', 'Which of these are alive?', 'How many objects are there?',
            'What is the largest object?',
        ],
        'world': {'shapes': list(SHAPES), 'colours': list(COLOUR_NAMES), 'objects': [t.name for t in THINGS]},
        'measured': measured,
        'limits': list(LIMITS),
    }
    (options.out / 'model-card.json').write_text(json.dumps(card, indent=1) + '\n')
    text = readme(measured, images=figures['images'], precision=figures['model']['precision'], scenes=options.scenes)
    (options.out / 'README.md').write_text(text)


if __name__ == '__main__':
    main()
