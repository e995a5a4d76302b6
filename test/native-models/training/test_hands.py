"""Worlds in several hands: a world over another, hands that lack a thing, and questions of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import grammar as grammars
import scenes
import sprites
import world
from make_card import named_right
from make_scenes import questions_of
from world import SHAPES, THINGS, _tables

FIRST, SECOND = THINGS[0].name, THINGS[1].name


@pytest.fixture
def two_hands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every thing in green by 'green' and in blue by 'blue', which never drew the first thing."""

    def square(red: int, green: int, blue: int) -> np.ndarray:
        picture = np.zeros((60, 60, 4), np.uint8)
        picture[10:50, 10:50] = (red, green, blue, 255)
        return picture

    pictures = {f'green/{thing.name}': square(0, 200, 0) for thing in THINGS} | {f'blue/{thing.name}': square(0, 0, 200) for thing in THINGS[1:]}
    np.savez(tmp_path / 'styles.npz', **pictures)  # type: ignore[arg-type]  # its stub takes no names
    monkeypatch.setenv('PIXELLM_STYLES', str(tmp_path / 'styles.npz'))
    caches = (sprites._styles, sprites.hands_of, sprites.sprite_levels)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def test_a_world_that_extends_another_has_its_tables_and_its_own_hands() -> None:
    plain, hands = _tables('twenty'), _tables('twenty-hands')
    assert hands['things'] == plain['things'] and hands['shapes'] == plain['shapes']
    assert 'styles' not in plain and hands['held_out_style'] not in hands['styles']


def test_a_thing_is_only_drawn_by_hands_that_drew_it(two_hands: None) -> None:
    first, second = len(SHAPES), len(SHAPES) + 1
    assert sprites.hands_of(first, ('green', 'blue')) == ('green',)
    assert sprites.hands_of(second, ('green', 'blue')) == ('green', 'blue')
    assert sprites.hands_of(0, ('green', 'blue')) == ()
    drawn = {(o.name, o.style) for index in range(120) for o in scenes.make_scene(5, index, styles=('green', 'blue')).objects}
    assert (FIRST, 'green') in drawn and (FIRST, 'blue') not in drawn
    assert {style for _, style in drawn} == {'', 'green', 'blue'}
    assert all(style == '' for name, style in drawn if name.split()[-1] in SHAPES)


def test_questions_of_one_kind_are_of_that_kind_alone() -> None:
    for index in range(20):
        (turn,) = questions_of(scenes.make_scene(9, index), 9, index, 1, grammars.FIRST_EDITION, 'everything')
        assert turn.kinds == ('everything',) and not turn.history and len(turn.targets) > 0


def test_things_named_right_counts_things_and_not_shapes() -> None:
    assert world.KINDS[0] in SHAPES
    questions = [
        {'expected': f'The {FIRST} {{seg}}, the {SECOND} {{seg}}, the red star {{seg}}.', 'said': f'The {FIRST} {{seg}}, the {FIRST} {{seg}}.'},
        {'expected': f'The {SECOND} {{seg}}, the ring {{seg}}.', 'said': f'The {SECOND} {{seg}}, the star {{seg}}.'},
    ]
    assert named_right({'questions': questions}) == pytest.approx(2 / 3)
