"""Questions about a scene, their answers, and the objects that each answer points at.

An answer marks each target with {seg}, in order. Lists run from left to right. `kinds` names what is asked, for the tables of
the evaluation: a kind ending in '-none' has no target because the thing asked for is not there. How a question is worded is the grammar's.
"""

from __future__ import annotations

from collections.abc import Callable

from asking import NUMBERS, RELATIONS, Asker, Group, Turn, UnsaidError
from follow_ups import FOLLOWERS
from grammar import careless, made_up_word
from vocabulary import with_article
from world import COLOUR_NAMES, KINDS, PROPERTIES, SHAPES, category_of

Maker = Callable[[Asker], Turn | None]
ENDS = {'left': ('x', -1), 'right': ('x', 1), 'top': ('y', -1), 'bottom': ('y', 1), 'largest': ('size', 1), 'smallest': ('size', -1)}


# -- one thing or several, by name -------------------------------------------------------------------------------------


def ask_one(asker: Asker) -> Turn:
    name, index = asker.some_name()
    question = asker.say('ref', name=asker.called(name))
    if index is None:
        return asker.turn(question, f'there is no {name}.', (), 'ref-none')
    return asker.turn(question, f'{asker.listed([index])}.', [index], 'ref')


def _joined(asker: Asker, names: list[str]) -> str:
    """'the dog, the red square and the cat', now and then joined in other ways."""
    if asker.grammar.name != 'questions' or asker.chance.random() < 0.6:
        return ', '.join(f'the {n}' for n in names[:-1]) + f' and the {names[-1]}'
    join = asker.pick(
        ' and the ', ', the ', ' as well as the ', ' plus the ', ', then the ', ' & the ', ' together with the ', ' and also the ', ' and ', ', '
    )
    return 'the ' + join.join(names)


def ask_several(asker: Asker) -> Turn | None:
    wanted: list[tuple[str, int | None]] = []
    for _ in range(asker.chance.choice((2, 2, 3))):
        name, index = asker.some_name()
        if name not in [n for n, _ in wanted]:
            wanted.append((name, index))
    if len(wanted) < 2:
        return None
    question = asker.say('several', list=_joined(asker, [asker.called(name) for name, _ in wanted]))
    parts = [f'no {name}' if index is None else asker.listed([index]) for name, index in wanted]
    targets = [index for _, index in wanted if index is not None]
    return asker.turn(question, ', '.join(parts) + '.', targets, 'multi' if targets else 'multi-none')


def ask_exists(asker: Asker) -> Turn:
    name, index = asker.some_name()
    question = asker.say('exists', name=asker.called(name))
    if index is None:
        return asker.turn(question, f'no, there is no {name}.', (), 'yes-no', 'exists-none')
    return asker.turn(question, f'yes, {asker.listed([index])}.', [index], 'yes-no', 'exists')


# -- groups ------------------------------------------------------------------------------------------------------------


def _worded(asker: Asker, group: Group) -> str:
    """A question for all of a group: by its own forms mostly, as members of a plural otherwise."""
    if group.kind == 'category' and (asker.grammar.name != 'questions' or asker.chance.random() < 0.6):
        return asker.say(f'category.{group.key}')
    if group.kind == 'colour' and (asker.grammar.name != 'questions' or asker.chance.random() < 0.65):
        return asker.say('colour', colour=group.key)
    return asker.say('members', plural=group.plural, singular=group.singular)


def ask_group(asker: Asker) -> Turn:
    group = asker.group()
    question = _worded(asker, group)
    if not group.members:
        return asker.turn(question, asker.none_of(group), (), f'{group.kind}-none')
    return asker.turn(question, f'{asker.listed(group.members)}.', group.members, group.kind)


def ask_some(asker: Asker) -> Turn:
    """'Are there any circles?'"""
    group = asker.group()
    question = asker.say('some_food') if group.key == 'food' else asker.say('some', plural=group.plural, singular=group.singular)
    if not group.members:
        return asker.turn(question, f'no, {asker.none_of(group)}', (), 'yes-no', 'some-none')
    return asker.turn(question, f'yes, {asker.listed(group.members)}.', group.members, 'yes-no', 'some')


def ask_count(asker: Asker) -> Turn:
    if asker.chance.random() < 0.15:
        members = list(asker.order)
        return asker.turn(asker.say('count_all'), f'{NUMBERS[len(members)]}: {asker.listed(members)}.', members, 'count')
    group = asker.group()
    if group.key == 'food':
        return ask_count(asker)
    question = asker.say('count', plural=group.plural)
    if not group.members:
        return asker.turn(question, asker.none_of(group), (), 'count-none')
    return asker.turn(question, f'{NUMBERS[len(group.members)]}: {asker.listed(group.members)}.', group.members, 'count')


def ask_purpose(asker: Asker) -> Turn | None:
    asked = [p for p in PROPERTIES if p in asker.grammar.purpose]
    here = [p for p in asked if any(name in asker.names for name in PROPERTIES[p])]
    name = asker.chance.choice(here if here and asker.chance.random() < 0.6 else asked)
    question = asker.say(f'purpose:{name}')
    members = asker.from_left(lambda o: o.name in PROPERTIES[name])
    if not members:
        return asker.turn(question, 'nothing here.', (), 'purpose-none')
    return asker.turn(question, f'{asker.listed(members)}.', members, 'purpose')


def ask_everything(asker: Asker) -> Turn:
    return asker.turn(asker.say('everything'), f'{asker.listed(asker.order)}.', asker.order, 'everything')


def ask_except(asker: Asker) -> Turn | None:
    """'Everything except the shapes.'"""
    if asker.chance.random() < 0.35:
        index = asker.chance.randrange(len(asker.objects))
        left_out: tuple[int, ...] = (index,)
        words = f'the {asker.called(asker.objects[index].name)}'
    else:
        group = asker.group(empty=False)
        left_out, words = group.members, f'the {group.plural}'
        if group.kind == 'colour' and asker.chance.random() < 0.3:
            words = asker.pick(f'what is {group.key}', f'the {group.key} ones', f'the {group.key} things')
    rest = [i for i in asker.order if i not in left_out]
    question = asker.say('except', group=words)
    if not rest:
        return asker.turn(question, 'nothing else.', (), 'except-none')
    return asker.turn(question, f'{asker.listed(rest)}.', rest, 'except')


# -- places and sizes --------------------------------------------------------------------------------------------------


def ask_end(asker: Asker) -> Turn | None:
    """'The largest object', and in the training grammar also 'the largest shape'."""
    name = asker.chance.choice(list(ENDS))
    axis, sign = ENDS[name]
    among, one = list(asker.order), asker.grammar.expand('<thing>', asker.chance, {}) if 'thing' in asker.grammar.words else 'object'
    if asker.grammar.name != 'first-edition' and asker.chance.random() < 0.35:
        group = asker.group(empty=False)
        if group.key != 'food':
            among, one = list(group.members), group.singular
    best = asker.extreme(among, axis, sign)
    if best is None:
        return None
    return asker.turn(asker.say(f'end.{name}', one=one), f'{asker.listed([best])}.', [best], 'comparison' if axis == 'size' else 'spatial')


def ask_half(asker: Asker) -> Turn | None:
    """'The red ones on the left.'"""
    name = asker.chance.choice(('left', 'right', 'top', 'bottom'))
    words, among = asker.pick('objects', 'things'), tuple(asker.order)
    if asker.chance.random() < 0.75:
        group = asker.group(empty=False)
        words, among = group.plural, group.members
        if group.kind == 'colour' and asker.chance.random() < 0.5:
            words = f'{group.key} {asker.pick("ones", "things", "objects")}'
    members = asker.half(among, *ENDS[name])
    if members is None or (not members and asker.chance.random() < 0.4):
        return None
    question = asker.say(f'half.{name}', plural=words)
    if not members:
        return asker.turn(question, 'nothing there.', (), 'place-none')
    return asker.turn(question, f'{asker.listed(members)}.', members, 'place')


def ask_beside(asker: Asker) -> Turn | None:
    side = asker.chance.choice(list(RELATIONS))
    words = asker.word(side)
    if asker.chance.random() < 0.2:
        name = asker.absent_name()
        return asker.turn(asker.say('beside', side=words, name=asker.called(name)), f'there is no {name}.', (), 'spatial-none')
    index = asker.chance.randrange(len(asker.objects))
    members = asker.beside(index, side)
    name = asker.called(asker.objects[index].name)
    form, slots = 'beside', {}
    if members is not None and 'beside_group' in asker.grammar.forms and asker.chance.random() < 0.25:
        group = asker.group(empty=False)
        form, slots = 'beside_group', {'plural': group.plural}
        members = [i for i in members if i in group.members]
    if members is None or len(members) > 3 or (not members and asker.chance.random() < 0.5):
        return None
    question = asker.say(form, side=words, name=name, **slots)
    if not members:
        return asker.turn(question, 'nothing.', (), 'spatial-none')
    return asker.turn(question, f'{asker.listed(members)}.', members, 'spatial')


def ask_which(asker: Asker) -> Turn | None:
    pair = asker.two()
    if pair is None or not asker.clearly(*pair, 'size'):
        return None
    word = asker.pick('larger', 'smaller')
    first, second = (f'the {asker.called(asker.objects[i].name)}' for i in pair)
    best = max(pair, key=lambda i: asker.objects[i].size * (1 if word == 'larger' else -1))
    return asker.turn(asker.say('which', word=asker.word(word), first=first, second=second), f'{asker.listed([best])}.', [best], 'comparison')


def ask_whether(asker: Asker) -> Turn | None:
    pair = asker.two()
    if pair is None:
        return None
    meant = asker.pick('left of', 'right of', 'above', 'below', 'larger', 'smaller')
    axis, sign = {'larger': ('size', 1), 'smaller': ('size', -1)}.get(meant) or RELATIONS[meant]
    if not asker.clearly(*pair, axis):
        return None
    first, second = (asker.objects[i] for i in pair)
    holds = (getattr(first, axis) - getattr(second, axis)) * sign > 0
    words = asker.word(meant) + (' than' if axis == 'size' else '')
    question = asker.say('whether', first=f'the {asker.called(first.name)}', relation=words, second=f'the {asker.called(second.name)}')
    return asker.turn(question, 'yes.' if holds else 'no.', (), 'yes-no', 'relation')


# -- colours -----------------------------------------------------------------------------------------------------------


def _one_shape(asker: Asker) -> tuple[int, list[int]] | None:
    """A shape of which the scene has one or none."""
    shape = asker.chance.randrange(len(SHAPES))
    if asker.chance.random() > 0.25:
        shape = asker.chance.choice(asker.objects).kind
    members = asker.from_left(lambda o: o.kind == shape)
    return None if category_of(shape) != 'shape' or len(members) > 1 else (shape, members)


def ask_colour(asker: Asker) -> Turn | None:
    found = _one_shape(asker)
    if found is None:
        return None
    shape, members = found
    question = asker.say('what_colour', shape=asker.called(KINDS[shape]))
    if not members:
        return asker.turn(question, f'there is no {KINDS[shape]}.', (), 'attribute-none')
    colour = COLOUR_NAMES[asker.objects[members[0]].colour]
    return asker.turn(question, f'{colour}: the {colour} {KINDS[shape]} {{seg}}.', members, 'attribute')


def ask_is_colour(asker: Asker) -> Turn | None:
    """'Is the square red?'"""
    found = _one_shape(asker)
    if found is None:
        return None
    shape, members = found
    own = COLOUR_NAMES[asker.objects[members[0]].colour] if members else None
    colour = own if own and asker.chance.random() < 0.5 else asker.chance.choice(COLOUR_NAMES)
    question = asker.say('is_colour', shape=asker.called(KINDS[shape]), colour=colour)
    if not members:
        return asker.turn(question, f'no, there is no {KINDS[shape]}.', (), 'yes-no', 'attribute-none')
    return asker.turn(question, f'{"yes" if colour == own else "no"}, {asker.listed(members)}.', members, 'yes-no', 'attribute')


# -- words without masks -----------------------------------------------------------------------------------------------


def ask_chat(asker: Asker) -> Turn:
    answer, lines = asker.chance.choice(list(asker.grammar.chat.items()))
    return asker.turn(asker.grammar.sentence(lines, asker.chance), answer, (), 'chat')


def ask_description(asker: Asker) -> Turn:
    things = ', '.join(with_article(asker.objects[i].name) for i in asker.order)
    return asker.turn(asker.say('description'), f'I see {things}.', (), 'description')


def ask_unknown(asker: Asker) -> Turn:
    """A noun nobody taught it, real or made up."""
    made_up = asker.chance.random() < asker.grammar.made_up
    word = made_up_word(asker.chance) if made_up else asker.chance.choice(asker.grammar.unknown_words)
    question = asker.say('unknown', name=word, colour=asker.chance.choice(COLOUR_NAMES))
    return asker.turn(question, asker.grammar.unknown_answer.replace('{name}', word), (), 'unknown-word')


# The weights that figures are measured on, then what the second edition asks besides.
MAKERS: tuple[tuple[Maker, float], ...] = (
    (ask_one, 16),
    (ask_several, 14),
    (ask_exists, 10),
    (ask_group, 18),
    (ask_count, 12),
    (ask_purpose, 7),
    (ask_everything, 6),
    (ask_end, 10),
    (ask_beside, 9),
    (ask_which, 6),
    (ask_whether, 9),
    (ask_colour, 5),
    (ask_chat, 2),
    (ask_description, 4),
    (ask_unknown, 6),
    (ask_some, 6),
    (ask_except, 6),
    (ask_half, 8),
    (ask_is_colour, 3),
)
# Training meets the hard kinds more often.
HARD: dict[Maker, float] = {
    ask_several: 1.5,
    ask_which: 1.5,
    ask_whether: 1.5,
    ask_beside: 1.5,
    ask_group: 2.2,
    ask_count: 1.4,
    ask_everything: 1.7,
    ask_one: 0.8,
    ask_exists: 0.6,
    ask_unknown: 1.2,
    ask_purpose: 2.0,
    ask_half: 1.4,
    ask_some: 1.3,
    ask_end: 1.3,
    ask_except: 1.5,
    ask_chat: 1.5,
}
PRACTICE: tuple[tuple[Maker, float], ...] = tuple((maker, weight * HARD.get(maker, 1.0)) for maker, weight in MAKERS)
FOLLOW_SHARE = 0.35
PRACTICE_FOLLOW_SHARE = 0.55  # lists after a first answer are what it still gets wrong most


def _tried(maker: Callable[..., Turn | None], *arguments: object) -> Turn | None:
    """A turn, or None where the scene or the grammar does not lend itself to it."""
    try:
        return maker(*arguments)
    except UnsaidError:
        return None


def ask(asker: Asker, makers_and_weights: tuple[tuple[Maker, float], ...] = MAKERS, *, follow_share: float = FOLLOW_SHARE) -> list[Turn]:
    """A conversation of one or two turns, typed as people type; the second carries the first as its history."""
    makers, weights = zip(*makers_and_weights, strict=True)
    first: Turn | None = None
    while first is None:
        first = _tried(asker.chance.choices(makers, weights)[0], asker)
    second: Turn | None = None
    if asker.chance.random() < follow_share:
        for follower in asker.chance.sample(FOLLOWERS, len(FOLLOWERS)):
            second = _tried(follower, asker, first)
            if second is not None:
                break

    def typed(turn: Turn, *history: Turn) -> Turn:
        return Turn(careless(turn.question, asker.grammar, asker.chance), turn.answer, turn.targets, turn.kinds, history)

    first = typed(first)
    return [first] if second is None else [first, typed(second, first)]
