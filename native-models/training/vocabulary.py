"""Small grammar shared by questions and answers."""

from __future__ import annotations

PLURALS = {'cross': 'crosses', 'fish': 'fish', 'bus': 'buses'}


def plural(noun: str) -> str:
    return PLURALS.get(noun, noun + 's')


def with_article(name: str) -> str:
    return f'{"an" if name[0] in "aeiou" else "a"} {name}'
