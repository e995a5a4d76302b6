"""make_card.py --measured DIR --out MODEL: model-card.json and README.md, what the app tells a person about the bundled model.

The figures are the JSON of `pixellm evaluate --json` on the very files that ship. DIR holds one file a set: own.json (the first edition's wording), held-out.json and
independent.json (those of grammar/), style.json (own wording, things in the hand that no training saw) and names.json (the same hand, `make_scenes.py --only everything`).
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from pathlib import Path

import grammar as grammars
from asking import Asker
from grammar import Grammar, Manners
from questions import ask
from scenes import make_scene
from world import COLOUR_NAMES, HELD_OUT_STYLE, KINDS, PROPERTIES, SHAPES, STYLES, THINGS

SUMMARY = (
    f'A small PixelLM trained on drawn scenes: {len(SHAPES)} shapes in {len(COLOUR_NAMES)} colours and {len(THINGS)} everyday objects in several hands. '
    'Ask in your own words: it finds them, counts them, compares them and says when one is not there. It does not understand photographs.'
)
LIMITS = (
    'Photographs are outside its world: it will answer, and be wrong. Of drawings and emoji in a hand it never saw it names about one thing in nine wrongly.',
    'A scene holds at most six objects, each name at most once (one red square, one dog).',
    'Colours are taught for shapes only: asked for everything red it names red shapes, not the apple.',
    'English only; of a conversation it remembers one earlier question. A slip of the pen it may take for a word it was never taught.',
    'Objects smaller than about a sixth of the picture are seen badly.',
    'Asked in unusual words for what is not there it points at something else in about one of thirty cases; asked as in its training, in one of a hundred.',
)
QUESTIONS = (
    'Segment everything.',
    'Describe the picture.',
    'What can I eat?',
    'Which of these are alive?',
    'How many objects are there?',
    'What is the largest object?',
)


def vocabulary(taught: Grammar) -> list[str]:
    """Every word it was taught: the grammar's own, names and synonyms, but no noun that stands there to be unknown."""
    written = [text for lines in (*taught.forms.values(), *taught.follow.values(), *taught.purpose.values()) for text in lines.texts]
    written += [
        text
        for lines in (*taught.words.values(), *taught.chat.values(), *taught.synonyms.values(), *taught.contractions.values())
        for text in lines.texts
    ]
    words = {w for text in written for w in re.findall("[a-z]+(?:'[a-z]+)?", re.sub(r'[<{][^>}]*[>}]', ' ', text).lower())}
    taught.manners = Manners()
    for index in range(200):
        asker = Asker(make_scene(501, index), random.Random(index), taught)
        for _ in range(12):
            words |= {w for turn in ask(asker) if turn.kinds != ('unknown-word',) for w in re.findall('[a-z]+', turn.question.lower())}
    return sorted((words | {*KINDS, *COLOUR_NAMES}) - set(taught.unknown_words))


FIGURES = ('questions', 'gIoU', 'cIoU', 'correctSets', 'textExact', 'yesNo', 'refusals', 'medianMs')
TITLES = ('questions', 'gIoU', 'cIoU', 'right sets', 'exact text', 'yes/no', 'absent', 'median ms')


def rows(figures: dict, before: str = '') -> list[dict[str, object]]:
    """One row for all questions, one for each number of targets, one for each kind."""
    named = [('all', figures['all']), *((f'{n} targets', f) for n, f in figures['byTargets'].items()), *figures['byKind'].items()]
    return [{'kind': before + name, **{k: None if f[k] is None else round(f[k], 4) for k in FIGURES}} for name, f in named]


def table(measured: list[dict[str, object]]) -> str:
    """Rows as Markdown."""

    def cell(value: object) -> str:
        if value is None:
            return ''
        return f'{value:.3f}' if isinstance(value, float) and value <= 1 else f'{value:.0f}' if isinstance(value, int | float) else str(value)

    lines = [f'| kind | {" | ".join(TITLES)} |', '|---' * (len(TITLES) + 1) + '|']
    return '\n'.join([*lines, *(f'| {" | ".join(cell(v) for v in row.values())} |' for row in measured)])


def calibration_table(found: dict | None) -> str:
    """Of masks of each score, how many are right."""
    if found is None:
        return 'Nothing was drawn.'
    lines = ['| score | masks | mean score | right |', '|---|---|---|---|']
    lines += [f'| {r["from"]} to {r["to"]} | {r["masks"]} | {r["meanScore"]:.3f} | {100 * r["right"]:.1f} % |' for r in found['rows']]
    return '\n'.join([*lines, '', f'Expected calibration error {found["error"]:.3f}.'])


def named_right(found: dict) -> float:
    """Of the things that the answers to 'everything' should name, the share that they do: how often a kind is told right."""
    things = {thing.name for thing in THINGS}
    wanted, right = 0, 0
    for question in found['questions']:
        expected, said = (Counter(word for word in re.findall('[a-z]+', question[text].lower()) if word in things) for text in ('expected', 'said'))
        wanted += expected.total()
        right += (expected & said).total()
    return right / wanted


CARD = """# The bundled model

{summary}

Asked about a photograph, or with a word it does not know, do not believe it: convert one of the published PixelLM models for that.

## What it knows
- Shapes: {shapes}; each in {colours}.
- Objects: {things}; and usual other names of theirs (plane, puppy, present, crescent).
- Questions, in people's own words: one or several things by name; all of a shape, a colour or a category (food, animals, vehicles, shapes); everything; everything
  except something; how many; is there; left of, right of, above, below; the left, right, upper and lower half; largest, smallest, leftmost, highest ... of all or of a
  group; larger or smaller; what colour, is it red; describe; and what is true of a thing: {properties}.
- Follow-ups on one earlier question: "And the blue one?", "What is left of it?", "What else is there?", "Which of them is the largest?", "What colour is it?"
- It says when something is not there ("There is no red square.") and when a word is not of its world ("I do not know that word."; the app names the word).

## What it cannot do
{limits}

## Measured
`pixellm evaluate` on these very files ({precision}), on scenes that no training has seen, drawn by the same generator: new scenes and backgrounds, and but for one
set the same pictures of objects, in {hands} hands. Says nothing about photographs. Right sets = every target found at IoU > 0.5 and nothing else drawn; absent = nothing drawn where the thing asked for is
not there. One training run of one seed. Times were taken on a machine busy with other work.

### In wordings that no training has read
{held_images} scenes of seed 777101: sentences of `native-models/training/grammar/held-out.toml`, none of which the training's grammar can make, many with a verb it
never says.

{held_table}

### In wordings of somebody who had not seen the training's
{independent_images} scenes of seed 777201: sentences of `native-models/training/grammar/independent.toml`, as people type them. One in eight of its lines happens to be one of
the training's as well.

{independent_table}

### In the first edition's own wording
{own_images} scenes of seed 777001.

{own_table}

### Drawn in a hand that no training has seen
{style_images} scenes of seed 777301, own wording, their things by {held_out_style}. Asked to find everything in 300 scenes of that hand, it gave {named:.1%} of the things their
right name; boundary IoU {style_boundary:.3f}.

{style_table}

### What a mask's score is worth
Of the masks drawn for the questions in other words, the share that lies on a target of its own with an IoU over 0.5:

{held_calibration}

Boundary IoU {own_boundary:.3f} in its own wording, {held_boundary:.3f} and {independent_boundary:.3f} in the others.

## How it was made
The published PixelLM architecture with small sizes (CLIP-like tower 192 x 5, LLaMA 192 x 5, codebook of 2 scales x 3 tokens, pixel decoder 64 wide), trained from
scratch on one CPU core by `native-models/training/`, whose README has the recipe, the seeds and the curves: the first edition on 2026-11-22, and from its weights the
four more on 2026-11-27. No photograph, no scraped text and no other model's weights went in.

## Licences
Things are drawn with emoji of Noto, new and old (© Google, Apache License 2.0), Fluent, flat and 3D (© Microsoft, MIT), FxEmoji (© Mozilla, Apache License 2.0), EmojiOne 2
(as Emojitwo has it, CC BY 4.0) and Streamline Emojis (© Streamline, CC BY 4.0); the hand kept for testing is Twemoji (© Twitter, Inc. and other contributors, CC BY 4.0).
All were rendered, scaled, turned and mirrored. None of their pictures is in the app but Noto's, in the samples. Emoji code points are of the Unicode Standard (Unicode License v3).
Shapes, backgrounds, questions, code and weights are this project's own.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--measured', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    own, held, independent, style, names = (
        json.loads((options.measured / f'{name}.json').read_text()) for name in ('own', 'held-out', 'independent', 'style', 'names')
    )
    taught = Grammar(grammars.FOLDER / f'{grammars.TRAINING}.toml')
    card = {
        'name': 'PixelLM bundled (drawn scenes)',
        'summary': SUMMARY,
        'vocabulary': vocabulary(taught),
        'historyTurns': 1,
        'maxNewTokens': 96,
        'questions': list(QUESTIONS),
        'questionsElsewhere': ['Describe the picture.', 'Segment everything.', 'Which shapes do you see?'],
        'world': {'shapes': list(SHAPES), 'colours': list(COLOUR_NAMES), 'objects': [t.name for t in THINGS]},
        'measured': [*rows(held, 'other words: '), *rows(independent, 'their words: '), *rows(style, 'another hand: '), *rows(own)],
        'limits': list(LIMITS),
    }
    (options.out / 'model-card.json').write_text(json.dumps(card, indent=1) + '\n')
    text = CARD.format(
        summary=SUMMARY,
        shapes=', '.join(SHAPES),
        colours=', '.join(COLOUR_NAMES),
        things=', '.join(t.name for t in THINGS),
        properties=', '.join(p for p in PROPERTIES if p in taught.purpose),
        limits='\n'.join(f'- {limit}' for limit in LIMITS),
        hands=len(STYLES),
        precision=own['model']['precision'],
        held_images=held['images'],
        held_table=table(rows(held)),
        independent_images=independent['images'],
        independent_table=table(rows(independent)),
        own_images=own['images'],
        own_table=table(rows(own)),
        style_images=style['images'],
        style_table=table(rows(style)),
        style_boundary=style['boundaryIoU'],
        held_out_style=HELD_OUT_STYLE,
        named=named_right(names),
        held_calibration=calibration_table(held['calibration']),
        own_boundary=own['boundaryIoU'],
        held_boundary=held['boundaryIoU'],
        independent_boundary=independent['boundaryIoU'],
    )
    (options.out / 'README.md').write_text(text)


if __name__ == '__main__':
    main()
