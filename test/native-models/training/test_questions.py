"""The generator: scenes, what is asked about them in every grammar, and that held-out wordings are held out."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import grammar as grammars
from asking import Asker, Turn
from conversations import KIND_LABELS, copied_rows
from grammar import Grammar, careless, contracted
from questions import ask
from scenes import Scene, make_scene
from world import KINDS, THINGS

NAMES = (grammars.TRAINING, grammars.HELD_OUT, grammars.FIRST_EDITION, grammars.INDEPENDENT)


@pytest.fixture(scope='module')
def scenes() -> list[Scene]:
    return [make_scene(4242, index) for index in range(12)]


def turns(scenes: list[Scene], wording: str, count: int) -> list[tuple[Scene, Turn]]:
    made = []
    for index in range(count):
        scene = scenes[index % len(scenes)]
        made += [(scene, turn) for turn in ask(Asker(scene, random.Random(index), grammars.load(wording)))]
    return made


def test_the_same_seed_draws_the_same_scene_with_masks_that_cover_what_is_seen(scenes: list[Scene]) -> None:
    again = make_scene(4242, 3)
    assert np.array_equal(again.rgb, scenes[3].rgb) and np.array_equal(again.ids, scenes[3].ids)
    for scene in scenes:
        assert set(np.unique(scene.ids)) <= set(range(len(scene.objects) + 1))
        assert all((scene.ids == i + 1).sum() > 100 for i in range(len(scene.objects)))


@pytest.mark.parametrize('wording', NAMES)
def test_every_answer_marks_its_targets_in_order_and_every_kind_is_known(scenes: list[Scene], wording: str) -> None:
    for scene, turn in turns(scenes, wording, 600):
        assert turn.answer.count('{seg}') == len(turn.targets)
        named = re.findall(r'the ([a-z ]+?) \{seg\}', turn.answer, re.IGNORECASE)
        assert named == [scene.objects[i].name for i in turn.targets]
        assert '/'.join(turn.kinds) in KIND_LABELS
        assert not re.search('[<>{}|]', turn.question), turn.question


def test_an_absent_thing_is_absent_and_a_group_is_whole(scenes: list[Scene]) -> None:
    for scene, turn in turns(scenes, grammars.TRAINING, 900):
        names = {o.name for o in scene.objects}
        if turn.kinds == ('ref-none',):
            assert turn.answer.removeprefix('There is no ').removesuffix('.') not in names
        if turn.kinds == ('everything',):
            assert sorted(turn.targets) == list(range(len(scene.objects)))


def sentences(grammar: Grammar, count: int) -> set[str]:
    """Questions with the names taken out, as they compare: lower case, no marks."""
    names = sorted({*KINDS, *(t.name for t in THINGS), *(s for lines in grammar.synonyms.values() for s in lines.texts)}, key=len, reverse=True)
    bare = Grammar(grammars.FOLDER / f'{grammar.name}.toml')
    bare.manners = grammars.Manners()
    made = set()
    scenes = [make_scene(4243, index) for index in range(25)]
    for index in range(count):
        scene = scenes[index % len(scenes)]
        for turn in ask(Asker(scene, random.Random(index), bare)):
            text = re.sub('[^a-z ]', '', turn.question.lower())
            made.add(re.sub('|'.join(names), 'X', text))
    return made


def test_no_held_out_sentence_is_one_that_training_can_make() -> None:
    taught, held = sentences(grammars.load(grammars.TRAINING), 2500), sentences(grammars.load(grammars.HELD_OUT), 1500)
    unknown_forms = re.compile(r'(find the|where is the|is there an?) ')  # held-out nouns are asked for in taught words too
    assert sorted(text for text in held & taught if not unknown_forms.match(text)) == []


def test_held_out_verbs_and_nouns_are_never_read_in_training() -> None:
    text = (grammars.FOLDER / 'questions.toml').read_text().lower()
    held = grammars.load(grammars.HELD_OUT)
    for word in (*held.words['find'].texts, *held.unknown_words):
        assert not re.search(rf'\b{word}\b', text), word


def test_a_grammar_with_a_word_that_nothing_fills_is_refused(tmp_path: Path) -> None:
    source = (grammars.FOLDER / 'first-edition.toml').read_text().replace('"find {the}"', '"<discover> {the}"')
    (tmp_path / 'wrong.toml').write_text(source)
    with pytest.raises(ValueError, match='nothing stands under <discover>'):
        Grammar(tmp_path / 'wrong.toml')


def test_lines_come_in_the_proportions_that_they_ask_for(tmp_path: Path) -> None:
    grammar = grammars.load(grammars.TRAINING)
    lines = grammars._lines(['3: often', 'seldom'], 'here')
    chance = random.Random(1)
    drawn = Counter(lines.draw(chance) for _ in range(2000))
    assert 0.7 < drawn['often'] / 2000 < 0.8
    assert grammar.sentence(grammars._lines(['(find|find) {the}'], 'here'), chance, name='dog') == 'Find the dog.'


def test_careless_typing_changes_no_more_than_marks_capitals_and_one_slip() -> None:
    grammar = grammars.load(grammars.HELD_OUT)
    chance = random.Random(2)
    for _ in range(200):
        assert careless('Find the red square.', grammar, chance).lower().rstrip('.') == 'find the red square'


def test_a_word_that_is_said_again_is_traced_piece_by_piece() -> None:
    #         find the g i r      ; never word g i r
    tokens = [10, 11, 20, 21, 22, 30, 31, 20, 21, 22, 40]
    assert copied_rows(tokens, [20, 21, 22], (0, 5), (5, 11)) == [(6, 2, 1), (7, 3, 2), (8, 4, 3)]
    assert copied_rows(tokens, [99], (0, 5), (5, 11)) == []


def test_short_forms_stand_for_the_words_that_they_shorten() -> None:
    grammar = grammars.load(grammars.TRAINING)
    heard = {contracted('Where is the dog? What is over it?', grammar, random.Random(i)) for i in range(40)}
    assert "Where's the dog? What's over it?" in heard
    assert {re.sub("'", '', text).lower() for text in heard} == {'wheres the dog? whats over it?'}
    assert contracted('This island is red.', grammar, random.Random(0)) == 'This island is red.'
    assert contracted('What is it?', grammars.load(grammars.HELD_OUT), random.Random(0)) == 'What is it?'
