"""Second questions of a conversation: each reads what was asked and answered before, and is None where it does not fit."""

from __future__ import annotations

from collections.abc import Callable

from asking import NUMBERS, RELATIONS, Asker, Turn, kind_name
from world import COLOUR_NAMES, NO_COLOUR, name_of

Follower = Callable[[Asker, Turn], Turn | None]
SINGLE = ('ref', 'spatial', 'comparison', 'attribute', 'purpose', 'exists')


def _one_target(asker: Asker, before: Turn) -> int | None:
    return before.targets[0] if len(before.targets) == 1 and before.kinds[-1] in SINGLE else None


def follow_name(asker: Asker, before: Turn) -> Turn | None:
    """'And the dog?' after any question about one thing."""
    if before.kinds[0] not in ('ref', 'ref-none'):
        return None
    name, index = asker.some_name()
    if name in before.answer:
        return None
    question = asker.say('follow:name', name=asker.called(name))
    if index is None:
        return asker.turn(question, f'there is no {name}.', (), 'follow-up-none')
    return asker.turn(question, f'{asker.listed([index])}.', [index], 'follow-up')


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
    question = asker.say('follow:colour', colour=COLOUR_NAMES[colour])
    if name not in asker.names:
        return asker.turn(question, f'there is no {name}.', (), 'follow-up-none')
    return asker.turn(question, f'{asker.listed([asker.names[name]])}.', [asker.names[name]], 'follow-up')


def follow_beside(asker: Asker, before: Turn) -> Turn | None:
    """'What is left of it?' after one target."""
    index = _one_target(asker, before)
    if index is None:
        return None
    side = asker.chance.choice(list(RELATIONS))
    members = asker.beside(index, side)
    if members is None or len(members) > 3:
        return None
    question = asker.say('follow:beside', side=asker.word(side))
    if not members:
        return asker.turn(question, 'nothing.', (), 'follow-up-none')
    return asker.turn(question, f'{asker.listed(members)}.', members, 'follow-up')


def follow_compare(asker: Asker, before: Turn) -> Turn | None:
    """'Is it larger than the dog?' after one target."""
    first = _one_target(asker, before)
    if first is None or len(asker.objects) < 2:
        return None
    second = asker.chance.choice([i for i in range(len(asker.objects)) if i != first])
    if not asker.clearly(first, second, 'size'):
        return None
    word = asker.pick('larger', 'smaller')
    holds = (asker.objects[first].size > asker.objects[second].size) == (word == 'larger')
    question = asker.say('follow:compare', word=asker.word(word), second=f'the {asker.called(asker.objects[second].name)}')
    return asker.turn(question, 'yes.' if holds else 'no.', (), 'yes-no', 'follow-up')


def follow_other(asker: Asker, before: Turn) -> Turn | None:
    """'What else is there?' after anything that had targets."""
    if not before.targets:
        return None
    rest = [i for i in asker.order if i not in before.targets]
    question = asker.say('follow:other')
    if not rest:
        return asker.turn(question, 'nothing else.', (), 'follow-up-none')
    return asker.turn(question, f'{asker.listed(rest)}.', rest, 'follow-up')


def follow_other_one(asker: Asker, before: Turn) -> Turn | None:
    """'And the other one?' after one of two shapes of a kind, or after the only one."""
    index = _one_target(asker, before)
    if index is None or asker.objects[index].colour == NO_COLOUR:
        return None
    kind = asker.objects[index].kind
    rest = [i for i in asker.from_left(lambda o: o.kind == kind) if i != index]
    if len(rest) > 1 or (not rest and asker.chance.random() < 0.5):
        return None
    question = asker.say('follow:other_one', kind=kind_name(asker.objects[index]))
    if not rest:
        return asker.turn(question, f'there is no other {kind_name(asker.objects[index])}.', (), 'follow-up-none')
    return asker.turn(question, f'{asker.listed(rest)}.', rest, 'follow-up')


def follow_how_many(asker: Asker, before: Turn) -> Turn | None:
    """'How many are there?' after a group."""
    if not before.targets or before.kinds[-1] not in ('category', 'shape', 'colour', 'everything', 'some', 'place', 'except'):
        return None
    question = asker.say('follow:how_many')
    return asker.turn(question, f'{NUMBERS[len(before.targets)]}: {asker.listed(before.targets)}.', before.targets, 'follow-up')


def follow_among(asker: Asker, before: Turn) -> Turn | None:
    """'Which of them is the largest?' after several."""
    if len(before.targets) < 2:
        return None
    most, (axis, sign) = asker.chance.choice(
        [
            ('largest', ('size', 1)),
            ('smallest', ('size', -1)),
            ('leftmost', ('x', -1)),
            ('rightmost', ('x', 1)),
            ('highest', ('y', -1)),
            ('lowest', ('y', 1)),
        ]
    )
    best = asker.extreme(before.targets, axis, sign)
    if best is None:
        return None
    word = asker.word(most) if most in ('largest', 'smallest') else most
    return asker.turn(asker.say('follow:among', most=word), f'{asker.listed([best])}.', [best], 'follow-up')


def follow_it_colour(asker: Asker, before: Turn) -> Turn | None:
    """'What colour is it?' after one shape."""
    index = _one_target(asker, before)
    if index is None or asker.objects[index].colour == NO_COLOUR or before.kinds[-1] == 'attribute':
        return None
    colour = COLOUR_NAMES[asker.objects[index].colour]
    return asker.turn(asker.say('follow:it_colour'), f'{colour}: {asker.listed([index])}.', [index], 'follow-up')


def follow_again(asker: Asker, before: Turn) -> Turn | None:
    """'Show it again.'"""
    index = _one_target(asker, before)
    if index is None:
        return None
    return asker.turn(asker.say('follow:again'), f'{asker.listed([index])}.', [index], 'follow-up')


FOLLOWERS: tuple[Follower, ...] = (
    follow_name,
    follow_colour,
    follow_beside,
    follow_compare,
    follow_other,
    follow_other_one,
    follow_how_many,
    follow_among,
    follow_it_colour,
    follow_again,
)
