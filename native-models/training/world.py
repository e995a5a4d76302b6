"""The world that the bundled model knows: shapes, colours, everyday objects and what they are good for.

Everything else in this folder reads these tables. Changing one changes the meaning of a trained checkpoint:
`fingerprint()` is written into every training state so that a mismatch is noticed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

SHAPES: tuple[str, ...] = ('circle', 'square', 'triangle', 'star', 'heart', 'cross', 'ring', 'moon')

# Nominal sRGB; the generator varies each a little. Backgrounds stay pale, so all of these stand out.
COLOURS: dict[str, tuple[int, int, int]] = {
    'red': (214, 36, 36),
    'orange': (245, 140, 20),
    'yellow': (250, 215, 30),
    'green': (40, 160, 60),
    'blue': (40, 90, 220),
    'purple': (130, 50, 170),
    'pink': (245, 120, 185),
    'black': (28, 28, 30),
}


@dataclass(frozen=True)
class Thing:
    """An everyday object, drawn with one glyph of Noto Color Emoji."""

    name: str
    glyph: str
    category: str


THINGS: tuple[Thing, ...] = (
    Thing('apple', '\U0001f34e', 'food'),
    Thing('banana', '\U0001f34c', 'food'),
    Thing('pizza', '\U0001f355', 'food'),
    Thing('cake', '\U0001f382', 'food'),
    Thing('carrot', '\U0001f955', 'food'),
    Thing('burger', '\U0001f354', 'food'),
    Thing('cat', '\U0001f431', 'animal'),
    Thing('dog', '\U0001f436', 'animal'),
    Thing('frog', '\U0001f438', 'animal'),
    Thing('fish', '\U0001f420', 'animal'),
    Thing('penguin', '\U0001f427', 'animal'),
    Thing('elephant', '\U0001f418', 'animal'),
    Thing('car', '\U0001f697', 'vehicle'),
    Thing('bus', '\U0001f68c', 'vehicle'),
    Thing('boat', '\u26f5', 'vehicle'),
    Thing('airplane', '\u2708', 'vehicle'),
    Thing('clock', '\u23f0', 'other'),
    Thing('guitar', '\U0001f3b8', 'other'),
    Thing('ball', '\u26bd', 'other'),
    Thing('gift', '\U0001f381', 'other'),
)

# What can be asked about a purpose or a property instead of a name: question -> the things that answer it.
PURPOSES: dict[str, tuple[str, ...]] = {
    'What tells the time?': ('clock',),
    'What makes music?': ('guitar',),
    'What can I kick?': ('ball',),
    'What can fly?': ('airplane',),
    'What sails on water?': ('boat',),
    'What can bark?': ('dog',),
    'What says meow?': ('cat',),
    'What has a trunk?': ('elephant',),
    'Which of these are fruit?': ('apple', 'banana'),
    'What do I need for a birthday?': ('cake', 'gift'),
    'What drives on the road?': ('car', 'bus'),
    'What lives in the water?': ('fish', 'frog', 'penguin'),
}

KINDS: tuple[str, ...] = SHAPES + tuple(thing.name for thing in THINGS)
COLOUR_NAMES: tuple[str, ...] = tuple(COLOURS)
NO_COLOUR: int = len(COLOUR_NAMES)
CATEGORIES: tuple[str, ...] = ('shape', 'food', 'animal', 'vehicle')
MAX_OBJECTS = 6


def category_of(kind: int) -> str:
    """Category of a kind by its index in KINDS."""
    return 'shape' if kind < len(SHAPES) else THINGS[kind - len(SHAPES)].category


def name_of(kind: int, colour: int) -> str:
    """What the answers call an object: 'red square' for a shape, 'dog' for a thing."""
    return KINDS[kind] if colour == NO_COLOUR else f'{COLOUR_NAMES[colour]} {KINDS[kind]}'


def fingerprint() -> str:
    """Short digest of the tables above."""
    tables = json.dumps([SHAPES, list(COLOURS.items()), [vars(thing) for thing in THINGS], PURPOSES])
    return hashlib.sha256(tables.encode()).hexdigest()[:12]
