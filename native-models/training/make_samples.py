"""make_samples.py --out DIR: the twelve scenes that the app offers to try, of a seed that no training uses, with questions for each."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from PIL import Image

from scenes import make_scene

SEED = 424242
ZOOM = 2.0

SAMPLES: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (50, 'A meal in the air', ('What can I eat?', 'Which of these are fruit?', 'What can fly?', 'Is there a dog?')),
    (11, 'Frog among shapes', ('Find all triangles.', 'Which shapes are orange?', 'What is at the bottom?', 'Is there a blue moon?')),
    (44, 'Cat and frog', ('Which of these are alive?', 'What colour is the moon?', 'Is the frog left of the cat?', 'Find the dog.')),
    (29, 'A full table', ('Segment everything.', 'What tells the time?', 'What is left of the clock?', 'Is there a blue ring?')),
    (15, 'The bus', ('Find all stars.', 'What can I travel in?', 'Find the red triangle and the blue triangle.', 'What is the smallest object?')),
    (19, 'A birthday', ('What do I need for a birthday?', 'What can I eat?', 'What can I kick?', 'Is there a purple star?')),
    (25, 'By the sea', ('Find all vehicles.', 'What sails on water?', 'What is on the far left?', 'Find the banana.')),
    (42, 'Presents', ('Find all crosses.', 'Describe the picture.', 'Which is larger, the pizza or the clock?', 'Where is the gift?')),
    (
        47,
        'After school',
        ('Find the burger and the carrot.', 'Is the burger below the gift?', 'How many objects are there?', 'Are there any animals?'),
    ),
    (35, 'Car, guitar, dog', ('What makes music?', 'What can bark?', 'What is the largest object?', 'Is the dog above the car?')),
    (
        21,
        'Green and pink',
        ('Is there a green cross?', 'Find the pink cross and the pink square.', 'What is on the far left?', 'Find the red square.'),
    ),
    (
        46,
        'Hearts',
        ('Find the purple heart and the black heart.', 'What is the largest object?', 'What is on the far right?', 'Find the orange heart.'),
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    listed = []
    for number, (index, title, questions) in enumerate(SAMPLES, 1):
        file = f'scene-{number:02d}.png'
        Image.fromarray(make_scene(SEED, index, zoom=ZOOM).rgb).quantize(200, dither=Image.Dither.NONE).save(options.out / file, optimize=True)
        listed.append({'file': file, 'title': title, 'questions': list(questions)})
    (options.out / 'samples.json').write_text(json.dumps(listed, indent=2) + '\n')


if __name__ == '__main__':
    main()
