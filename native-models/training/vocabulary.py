"""Small rules of English shared by questions and answers."""

from __future__ import annotations

PLURALS = {'fish': 'fish', 'grapes': 'grapes', 'butterfly': 'butterflies', 'strawberry': 'strawberries'}


def plural(noun: str) -> str:
    """'crosses' of 'cross'; of several words the last one changes."""
    if noun in PLURALS:
        return PLURALS[noun]
    return noun + ('es' if noun.endswith(('s', 'x', 'ch', 'sh')) else 's')


def with_article(name: str) -> str:
    return f'{"an" if name[0] in "aeiou" else "a"} {name}'
