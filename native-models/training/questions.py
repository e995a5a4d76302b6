"""Questions about a scene, their answers, and the objects that each answer points at.

An answer marks each target with {seg}, in order. Lists run from left to right. `kinds` names what is asked, for the tables of
the evaluation: a kind ending in '-none' has no target because the thing asked for is not there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scenes import Scene, SceneObject
from vocabulary import plural, with_article
from world import COLOUR_NAMES, KINDS, NO_COLOUR, PURPOSES, SHAPES, THINGS, name_of
from unknown_words import UNKNOWN_WORDS

NUMBERS = ('no', 'one', 'two', 'three', 'four', 'five', 'six')
NONE_SHARE = 0.38
LARGER = 1.2  # sizes nearer than this are never compared
CLEAR = 12.0  # nor are places nearer than this


@dataclass(frozen=True)
class Turn:
    """One question with its answer. `history` = earlier turns of the same conversation, oldest first."""

    question: str
    answer: str
    targets: tuple[int, ...]
    kinds: tuple[str, ...]
    history: tuple['Turn', ...] = ()


Maker = Callable[['Asker'], Turn | None]


class Asker:
    """Makes questions about one scene with one source of chance."""

    def __init__(self, scene: Scene, chance: random.Random) -> None:
        self.chance = chance
        self.objects: Sequence[SceneObject] = scene.objects
        self.ranks = scene.ranks()
        self.order = sorted(range(len(self.objects)), key=lambda i: self.objects[i].x)
        self.names = {o.name: i for i, o in enumerate(self.objects)}

    # -- words ---------------------------------------------------------------------------------------------------------

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def absent_name(self) -> str:
        """A name of the world that is not in the scene: mostly a near miss (right shape or right colour, same category)."""
        while True:
            near = self.chance.random() < 0.6
            model = self.chance.choice(self.objects)
            if near and model.colour != NO_COLOUR:
                if self.chance.random() < 0.5:
                    name = name_of(model.kind, self.chance.randrange(len(COLOUR_NAMES)))
                else:
                    name = name_of(self.chance.randrange(len(SHAPES)), model.colour)
            elif near:
                name = self.chance.choice([t.name for t in THINGS if t.category == model.category])
            elif self.chance.random() < 0.4:
                name = name_of(self.chance.randrange(len(SHAPES)), self.chance.randrange(len(COLOUR_NAMES)))
            else:
                name = self.chance.choice(THINGS).name
            if name not in self.names:
                return name

    def some_name(self) -> tuple[str, int | None]:
        """A name to ask about and its object, None for an absent one."""
        if self.chance.random() < NONE_SHARE:
            return self.absent_name(), None
        index = self.chance.randrange(len(self.objects))
        return self.objects[index].name, index

    def listed(self, targets: Sequence[int]) -> str:
        """'the red square {seg}, the dog {seg}'."""
        return ', '.join(f'the {self.objects[i].name} {{seg}}' for i in targets)

    def turn(self, question: str, answer: str, targets: Sequence[int], *kinds: str) -> Turn:
        return Turn(question, answer[0].upper() + answer[1:], tuple(targets), kinds)

    def from_left(self, chosen: Callable[[SceneObject], bool]) -> list[int]:
        return [i for i in self.order if chosen(self.objects[i])]

    def clearly(self, first: int, second: int, axis: str) -> bool:
        """Whether two objects differ enough in x, y or size to be compared."""
        a, b = self.objects[first], self.objects[second]
        if axis == 'size':
            return max(a.size / b.size, b.size / a.size) >= LARGER
        return abs(getattr(a, axis) - getattr(b, axis)) >= CLEAR


# -- one thing or several, by name -------------------------------------------------------------------------------------


def ask_one(asker: Asker) -> Turn:
    name, index = asker.some_name()
    question = asker.pick(f'Find the {name}.', f'Where is the {name}?', f'Segment the {name}.', f'Show me the {name}.')
    if index is None:
        return asker.turn(question, f'there is no {name}.', (), 'ref-none')
    return asker.turn(question, f'{asker.listed([index])}.', [index], 'ref')


def ask_several(asker: Asker) -> Turn | None:
    wanted: list[tuple[str, int | None]] = []
    for _ in range(asker.chance.choice((2, 2, 3))):
        name, index = asker.some_name()
        if name not in [n for n, _ in wanted]:
            wanted.append((name, index))
    if len(wanted) < 2:
        return None
    names = [f'the {name}' for name, _ in wanted]
    spoken = ', '.join(names[:-1]) + ' and ' + names[-1]
    question = asker.pick(f'Find {spoken}.', f'Segment {spoken}.', f'Show me {spoken}.')
    parts = [f'no {name}' if index is None else asker.listed([index]) for name, index in wanted]
    targets = [index for _, index in wanted if index is not None]
    return asker.turn(question, ', '.join(parts) + '.', targets, 'multi' if targets else 'multi-none')


def ask_exists(asker: Asker) -> Turn:
    name, index = asker.some_name()
    question = asker.pick(f'Is there {with_article(name)}?', f'Can you see {with_article(name)}?')
    if index is None:
        return asker.turn(question, f'no, there is no {name}.', (), 'yes-no', 'exists-none')
    return asker.turn(question, f'yes, {asker.listed([index])}.', [index], 'yes-no', 'exists')


# -- groups ------------------------------------------------------------------------------------------------------------

CATEGORY_QUESTIONS = {
    'food': ('Find all food.', 'Which of these can I eat?', 'What can I eat?', 'I am hungry.', 'Is there any food?'),
    'animal': ('Find all animals.', 'Which of these are alive?', 'Show me the animals.', 'Are there any animals?'),
    'vehicle': ('Find all vehicles.', 'What can I travel in?', 'Which of these have an engine?', 'Are there any vehicles?'),
    'shape': ('Find all shapes.', 'Segment the shapes.', 'Are there any shapes?'),
}
CATEGORY_PLURAL = {'food': 'food', 'animal': 'animals', 'vehicle': 'vehicles', 'shape': 'shapes'}


def _group(asker: Asker) -> tuple[str, str, list[int]]:
    """(plural words, kind of question, members from the left) of a group that is empty in NONE_SHARE of the cases."""
    empty = asker.chance.random() < NONE_SHARE
    largest = asker.chance.random() < 0.5
    best: tuple[str, str, list[int]] | None = None
    for attempt in range(40):
        choice = asker.chance.random()
        if choice < 0.34:
            category = asker.chance.choice(list(CATEGORY_PLURAL))
            group = (CATEGORY_PLURAL[category], 'category', asker.from_left(lambda o: o.category == category))
        elif choice < 0.67:
            shape = asker.chance.randrange(len(SHAPES))
            group = (plural(SHAPES[shape]), 'shape', asker.from_left(lambda o: o.kind == shape))
        else:
            colour = asker.chance.randrange(len(COLOUR_NAMES))
            group = (f'{COLOUR_NAMES[colour]} shapes', 'colour', asker.from_left(lambda o: o.colour == colour))
        if bool(group[2]) == empty:
            continue
        if best is None or len(group[2]) > len(best[2]):
            best = group
        if empty or not largest or attempt > 8:
            break
    return best or group


def ask_group(asker: Asker) -> Turn:
    words, kind, members = _group(asker)
    question = asker.pick(f'Find all {words}.', f'Show me the {words}.', f'Segment all {words}.')
    if kind == 'category':
        category = next(c for c, p in CATEGORY_PLURAL.items() if p == words)
        question = asker.pick(*CATEGORY_QUESTIONS[category])
    if kind == 'colour' and asker.chance.random() < 0.4:
        question = f'Which shapes are {words.split()[0]}?'
    if not members:
        return asker.turn(question, f'there is no {words}.' if words == 'food' else f'there are no {words}.', (), f'{kind}-none')
    return asker.turn(question, f'{asker.listed(members)}.', members, kind)


def ask_count(asker: Asker) -> Turn:
    if asker.chance.random() < 0.15:
        members = list(asker.order)
        return asker.turn('How many objects are there?', f'{NUMBERS[len(members)]}: {asker.listed(members)}.', members, 'count')
    words, _, members = _group(asker)
    if words == 'food':
        return ask_count(asker)
    question = asker.pick(f'How many {words} are there?', f'Count the {words}.')
    if not members:
        return asker.turn(question, f'there are no {words}.', (), 'count-none')
    return asker.turn(question, f'{NUMBERS[len(members)]}: {asker.listed(members)}.', members, 'count')


def ask_purpose(asker: Asker) -> Turn:
    question, answers = asker.chance.choice(list(PURPOSES.items()))
    members = asker.from_left(lambda o: o.name in answers)
    if not members and asker.chance.random() > 0.35:
        fitting = [(q, a) for q, a in PURPOSES.items() if any(n in asker.names for n in a)]
        if fitting:
            question, answers = asker.chance.choice(fitting)
            members = asker.from_left(lambda o: o.name in answers)
    if not members:
        return asker.turn(question, 'nothing here.', (), 'purpose-none')
    return asker.turn(question, f'{asker.listed(members)}.', members, 'purpose')


def ask_everything(asker: Asker) -> Turn:
    question = asker.pick('Segment everything.', 'Find all objects.', 'Show me everything.')
    return asker.turn(question, f'{asker.listed(asker.order)}.', asker.order, 'everything')


# -- places and sizes --------------------------------------------------------------------------------------------------

RELATIONS = {'left of': ('x', -1), 'right of': ('x', 1), 'above': ('y', -1), 'below': ('y', 1)}
ENDS = {
    ('x', -1): ('What is on the far left?', 'Find the leftmost object.'),
    ('x', 1): ('What is on the far right?', 'Find the rightmost object.'),
    ('y', -1): ('What is at the top?', 'Find the highest object.'),
    ('y', 1): ('What is at the bottom?', 'Find the lowest object.'),
    ('size', 1): ('Find the largest object.', 'What is the largest object?'),
    ('size', -1): ('Find the smallest object.', 'What is the smallest object?'),
}


def ask_end(asker: Asker) -> Turn | None:
    (axis, sign), questions = asker.chance.choice(list(ENDS.items()))
    ordered = sorted(range(len(asker.objects)), key=lambda i: -sign * getattr(asker.objects[i], axis))
    if len(ordered) > 1 and not asker.clearly(ordered[0], ordered[1], axis):
        return None
    kind = 'comparison' if axis == 'size' else 'spatial'
    return asker.turn(asker.pick(*questions), f'{asker.listed(ordered[:1])}.', ordered[:1], kind)


def _beside(asker: Asker, index: int, words: str) -> list[int] | None:
    """Objects on one side of another, None when any is too near to the line to say."""
    axis, sign = RELATIONS[words]
    others = [i for i in asker.order if i != index]
    if not all(asker.clearly(i, index, axis) for i in others):
        return None
    own = getattr(asker.objects[index], axis)
    return [i for i in others if (getattr(asker.objects[i], axis) - own) * sign > 0]


def ask_beside(asker: Asker) -> Turn | None:
    words = asker.chance.choice(list(RELATIONS))
    if asker.chance.random() < 0.2:
        name = asker.absent_name()
        return asker.turn(f'What is {words} the {name}?', f'there is no {name}.', (), 'spatial-none')
    index = asker.chance.randrange(len(asker.objects))
    members = _beside(asker, index, words)
    if members is None or len(members) > 3 or (not members and asker.chance.random() < 0.5):
        return None
    question = f'What is {words} the {asker.objects[index].name}?'
    if not members:
        return asker.turn(question, 'nothing.', (), 'spatial-none')
    return asker.turn(question, f'{asker.listed(members)}.', members, 'spatial')


def _two(asker: Asker) -> tuple[int, int] | None:
    if len(asker.objects) < 2:
        return None
    first, second = asker.chance.sample(range(len(asker.objects)), 2)
    return first, second


def ask_which(asker: Asker) -> Turn | None:
    pair = _two(asker)
    if pair is None or not asker.clearly(*pair, 'size'):
        return None
    word = asker.pick('larger', 'smaller')
    names = [asker.objects[i].name for i in pair]
    best = max(pair, key=lambda i: asker.objects[i].size * (1 if word == 'larger' else -1))
    return asker.turn(f'Which is {word}, the {names[0]} or the {names[1]}?', f'{asker.listed([best])}.', [best], 'comparison')


def ask_whether(asker: Asker) -> Turn | None:
    pair = _two(asker)
    if pair is None:
        return None
    words = asker.pick('left of', 'right of', 'above', 'below', 'larger than', 'smaller than')
    axis, sign = {'larger than': ('size', 1), 'smaller than': ('size', -1)}.get(words) or RELATIONS[words]
    if not asker.clearly(*pair, axis):
        return None
    first, second = (asker.objects[i] for i in pair)
    holds = (getattr(first, axis) - getattr(second, axis)) * sign > 0
    return asker.turn(f'Is the {first.name} {words} the {second.name}?', 'yes.' if holds else 'no.', (), 'yes-no', 'relation')


def ask_colour(asker: Asker) -> Turn | None:
    shape = asker.chance.randrange(len(SHAPES))
    if asker.chance.random() > 0.25:
        shape = asker.chance.choice(asker.objects).kind
    members = asker.from_left(lambda o: o.kind == shape)
    if shape >= len(SHAPES) or len(members) > 1:
        return None
    question = f'What colour is the {KINDS[shape]}?'
    if not members:
        return asker.turn(question, f'there is no {KINDS[shape]}.', (), 'attribute-none')
    colour = COLOUR_NAMES[asker.objects[members[0]].colour]
    return asker.turn(question, f'{colour}: the {colour} {KINDS[shape]} {{seg}}.', members, 'attribute')


# -- words without masks -----------------------------------------------------------------------------------------------

CHAT = {
    'Hello.': 'Hello! Ask me about the picture.',
    'Hi!': 'Hello! Ask me about the picture.',
    'Thank you.': 'You are welcome.',
    'Who are you?': 'I am a small PixelLM. I know shapes and simple objects.',
    'What can you do?': 'I can find shapes, food, animals and vehicles.',
    'What do you know?': 'I am a small PixelLM. I know shapes and simple objects.',
    'Goodbye.': 'Goodbye!',
}


def ask_chat(asker: Asker) -> Turn:
    question, answer = asker.chance.choice(list(CHAT.items()))
    return asker.turn(question, answer, (), 'chat')


def ask_description(asker: Asker) -> Turn:
    question = asker.pick('Describe the picture.', 'What do you see?', 'What is in the picture?')
    things = ', '.join(with_article(asker.objects[i].name) for i in asker.order)
    return asker.turn(question, f'I see {things}.', (), 'description')


def ask_unknown(asker: Asker) -> Turn:
    word = asker.chance.choice(UNKNOWN_WORDS)
    question = asker.pick(f'Find the {word}.', f'Where is the {word}?', f'Segment the {word}.', f'Is there {with_article(word)}?', f'Show me the {word}.')
    return asker.turn(question, 'I do not know that word.', (), 'unknown-word')


# -- follow-ups --------------------------------------------------------------------------------------------------------


def follow_name(asker: Asker, before: Turn) -> Turn | None:
    """'And the dog?' after any question about one thing."""
    if before.kinds[0] not in ('ref', 'ref-none'):
        return None
    turn = ask_one(asker)
    name = turn.question.split(' the ')[1][:-1]
    if name in before.question:
        return None
    return asker.turn(asker.pick(f'And the {name}?', f'What about the {name}?'), turn.answer, turn.targets, f'follow-up{"" if turn.targets else "-none"}')


def follow_colour(asker: Asker, before: Turn) -> Turn | None:
    """'And the blue one?' after a coloured shape."""
    if before.kinds[0] != 'ref' or asker.objects[before.targets[0]].colour == NO_COLOUR:
        return None
    kind = asker.objects[before.targets[0]].kind
    same = [o.colour for o in asker.objects if o.kind == kind and o.name not in before.answer]
    colour = asker.chance.choice(same) if same and asker.chance.random() < 0.62 else asker.chance.randrange(len(COLOUR_NAMES))
    name = name_of(kind, colour)
    if name in before.answer:
        return None
    question = f'And the {COLOUR_NAMES[colour]} one?'
    if name not in asker.names:
        return asker.turn(question, f'there is no {name}.', (), 'follow-up-none')
    return asker.turn(question, f'{asker.listed([asker.names[name]])}.', [asker.names[name]], 'follow-up')


def follow_beside(asker: Asker, before: Turn) -> Turn | None:
    """'What is left of it?' after one target."""
    if before.kinds[0] not in ('ref', 'comparison', 'attribute') or len(before.targets) != 1:
        return None
    words = asker.chance.choice(list(RELATIONS))
    members = _beside(asker, before.targets[0], words)
    if members is None or len(members) > 3:
        return None
    question = f'What is {words} it?'
    if not members:
        return asker.turn(question, 'nothing.', (), 'follow-up-none')
    return asker.turn(question, f'{asker.listed(members)}.', members, 'follow-up')


def follow_compare(asker: Asker, before: Turn) -> Turn | None:
    """'Is it larger than the dog?' after one target."""
    if before.kinds[0] not in ('ref', 'spatial') or len(before.targets) != 1 or len(asker.objects) < 2:
        return None
    first = before.targets[0]
    second = asker.chance.choice([i for i in range(len(asker.objects)) if i != first])
    if not asker.clearly(first, second, 'size'):
        return None
    word = asker.pick('larger', 'smaller')
    holds = (asker.objects[first].size > asker.objects[second].size) == (word == 'larger')
    return asker.turn(f'Is it {word} than the {asker.objects[second].name}?', 'yes.' if holds else 'no.', (), 'yes-no', 'follow-up')


MAKERS: tuple[tuple[Maker, float], ...] = (
    (ask_one, 16), (ask_several, 14), (ask_exists, 10), (ask_group, 18), (ask_count, 12), (ask_purpose, 7),
    (ask_everything, 6), (ask_end, 10), (ask_beside, 9), (ask_which, 6), (ask_whether, 9), (ask_colour, 5),
    (ask_chat, 2), (ask_description, 4), (ask_unknown, 4),
)
# Training meets the hard kinds more often; the figures are measured on the weights above.
HARD = {ask_several: 1.5, ask_which: 2.0, ask_whether: 2.0, ask_beside: 1.5, ask_group: 2.0, ask_count: 1.5, ask_everything: 1.5, ask_one: 0.5, ask_exists: 0.6, ask_unknown: 0.6}
PRACTICE: tuple[tuple[Maker, float], ...] = tuple((maker, weight * HARD.get(maker, 1.0)) for maker, weight in MAKERS)
FOLLOWERS = (follow_name, follow_colour, follow_beside, follow_compare)
FOLLOW_SHARE = 0.35


def ask(asker: Asker, makers_and_weights: tuple[tuple[Maker, float], ...] = MAKERS) -> list[Turn]:
    """A conversation of one or two turns; the second carries the first as its history."""
    makers, weights = zip(*makers_and_weights, strict=True)
    first = None
    while first is None:
        first = asker.chance.choices(makers, weights)[0](asker)
    if asker.chance.random() < FOLLOW_SHARE:
        for follower in asker.chance.sample(FOLLOWERS, len(FOLLOWERS)):
            second = follower(asker, first)
            if second is not None:
                return [first, Turn(second.question, second.answer, second.targets, second.kinds, (first,))]
    return [first]
