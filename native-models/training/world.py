"""The world that a model knows: shapes, colours, everyday things and what is true of them, read from its file in worlds/.

Everything else in this folder reads these tables. Changing one changes the meaning of a trained checkpoint: `fingerprint()` is written into
every training state so that a mismatch is noticed. PIXELLM_WORLD names another world than the bundled model's; train.py sets it from its
configuration before anything is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = os.environ.get('PIXELLM_WORLD', 'twenty')


def _tables(name: str) -> dict[str, Any]:
    """The tables of worlds/<name>.toml, over those of the world that it extends."""
    own = tomllib.loads((Path(__file__).parent / 'worlds' / f'{name}.toml').read_text())
    return _tables(own['extends']) | own if 'extends' in own else own


_TABLES = _tables(NAME)


@dataclass(frozen=True)
class Thing:
    """An everyday object: its name, the code point of its picture in every style, its category, and what is true of it."""

    name: str
    glyph: str
    category: str
    properties: tuple[str, ...]


SHAPES: tuple[str, ...] = tuple(_TABLES['shapes'])
COLOURS: dict[str, tuple[int, int, int]] = {name: tuple(rgb) for name, rgb in _TABLES['colours'].items()}
THINGS: tuple[Thing, ...] = tuple(
    Thing(name, chr(int(row['glyph'], 16)), row['category'], tuple(row['is'])) for name, row in _TABLES['things'].items()
)
# Which things have a property, by the property's name.
PROPERTIES: dict[str, tuple[str, ...]] = {
    p: tuple(t.name for t in THINGS if p in t.properties) for p in dict.fromkeys(p for t in THINGS for p in t.properties)
}

KINDS: tuple[str, ...] = SHAPES + tuple(thing.name for thing in THINGS)
COLOUR_NAMES: tuple[str, ...] = tuple(COLOURS)
NO_COLOUR: int = len(COLOUR_NAMES)
CATEGORIES: tuple[str, ...] = ('shape', *dict.fromkeys(t.category for t in THINGS if t.category != 'other'))
MAX_OBJECTS: int = _TABLES['max_objects']
# Hands that things are drawn in; none: the emoji font of the system. One hand is kept for testing.
STYLES: tuple[str, ...] = tuple(_TABLES.get('styles', ()))
HELD_OUT_STYLE: str | None = _TABLES.get('held_out_style')


def category_of(kind: int) -> str:
    """Category of a kind by its index in KINDS."""
    return 'shape' if kind < len(SHAPES) else THINGS[kind - len(SHAPES)].category


def name_of(kind: int, colour: int) -> str:
    """What the answers call an object: 'red square' for a shape, 'dog' for a thing."""
    return KINDS[kind] if colour == NO_COLOUR else f'{COLOUR_NAMES[colour]} {KINDS[kind]}'


def fingerprint() -> str:
    """Short digest of what the weights depend on: kinds in their order, colours, and how many objects a scene may hold."""
    tables = json.dumps([SHAPES, list(COLOURS), [(t.name, t.category) for t in THINGS], MAX_OBJECTS])
    return hashlib.sha256(tables.encode()).hexdigest()[:12]
