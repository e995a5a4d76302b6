"""Who asks about a scene: the words of a grammar, the names of the scene's objects, and lists of targets from left to right."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import grammar as grammars
from grammar import Grammar
from scenes import Scene, SceneObject
from vocabulary import plural
from world import CATEGORIES, COLOUR_NAMES, KINDS, NO_COLOUR, SHAPES, THINGS, name_of

NUMBERS = ('no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten')
NONE_SHARE = 0.38
LARGER = 1.2  # sizes nearer than this are never compared
CLEAR = 12.0  # nor are places nearer than this
RELATIONS = {'left of': ('x', -1), 'right of': ('x', 1), 'above': ('y', -1), 'below': ('y', 1)}


@dataclass(frozen=True)
class Turn:
    """One question with its answer. `history` = earlier turns of the same conversation, oldest first."""

    question: str
    answer: str
    targets: tuple[int, ...]
    kinds: tuple[str, ...]
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Group:
    """Objects that have something in common. `kind` = category, shape or colour; `words` plural and singular, `key` the category or colour."""

    kind: str
    key: str
    plural: str
    singular: str
    members: tuple[int, ...]


class UnsaidError(LookupError):
    """The grammar has no line for what was to be asked, or the scene nothing to ask it about."""


class Asker:
    """Makes questions about one scene with one source of chance."""

    def __init__(self, scene: Scene, chance: random.Random, grammar: Grammar | None = None) -> None:
        self.chance = chance
        self.grammar = grammar or grammars.load(grammars.TRAINING)
        self.objects: Sequence[SceneObject] = scene.objects
        self.height, self.width = scene.ids.shape
        self.order = sorted(range(len(self.objects)), key=lambda i: self.objects[i].x)
        self.names = {o.name: i for i, o in enumerate(self.objects)}

    # -- words ---------------------------------------------------------------------------------------------------------

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def say(self, form: str, **slots: str) -> str:
        """A sentence of the grammar. Raises UnsaidError when it has none for this form."""
        table, _, name = form.partition(':')
        tables = {'follow': self.grammar.follow, 'purpose': self.grammar.purpose}
        lines = tables[table].get(name) if name else self.grammar.forms.get(form)
        if lines is None:
            raise UnsaidError(form)
        return self.grammar.sentence(lines, self.chance, **slots)

    def word(self, name: str) -> str:
        """One of the grammar's words for a relation, a comparison or a category."""
        if name not in self.grammar.words:
            raise UnsaidError(name)
        return self.grammar.expand(f'<{name}>', self.chance, {})

    def called(self, name: str) -> str:
        """How this question calls the object of that name."""
        colour, _, kind = name.rpartition(' ')
        return self.grammar.named(kind=kind, colour=colour or None, chance=self.chance)

    # -- names ---------------------------------------------------------------------------------------------------------

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

    def two(self) -> tuple[int, int] | None:
        """Two different objects, None where the scene has only one."""
        if len(self.objects) < 2:
            return None
        first, second = self.chance.sample(range(len(self.objects)), 2)
        return first, second

    # -- comparing -----------------------------------------------------------------------------------------------------

    def clearly(self, first: int, second: int, axis: str) -> bool:
        """Whether two objects differ enough in x, y or size to be compared."""
        a, b = self.objects[first], self.objects[second]
        if axis == 'size':
            return max(a.size / b.size, b.size / a.size) >= LARGER
        return abs(getattr(a, axis) - getattr(b, axis)) >= CLEAR

    def beside(self, index: int, words: str) -> list[int] | None:
        """Objects on one side of another, None when any is too near to the line to say."""
        axis, sign = RELATIONS[words]
        others = [i for i in self.order if i != index]
        if not all(self.clearly(i, index, axis) for i in others):
            return None
        own = getattr(self.objects[index], axis)
        return [i for i in others if (getattr(self.objects[i], axis) - own) * sign > 0]

    def extreme(self, among: Sequence[int], axis: str, sign: int) -> int | None:
        """The object that is furthest along an axis, None when another comes too near to say."""
        ordered = sorted(among, key=lambda i: -sign * getattr(self.objects[i], axis))
        if len(ordered) > 1 and not self.clearly(ordered[0], ordered[1], axis):
            return None
        return ordered[0]

    def half(self, among: Sequence[int], axis: str, sign: int) -> list[int] | None:
        """Those of a group that lie in one half of the picture, None when any is too near to the middle to say."""
        middle = (self.width if axis == 'x' else self.height) / 2
        away = [getattr(self.objects[i], axis) - middle for i in among]
        if any(abs(d) < CLEAR for d in away):
            return None
        return [i for i, d in zip(among, away, strict=True) if d * sign > 0]

    # -- groups --------------------------------------------------------------------------------------------------------

    def category(self, name: str) -> Group:
        words = self.word(name)
        one = {'food': 'food'}.get(name, name)
        return Group('category', name, words, one, tuple(self.from_left(lambda o: o.category == name)))

    def shape(self, shape: int) -> Group:
        word = self.called(SHAPES[shape])
        return Group('shape', SHAPES[shape], plural(word), word, tuple(self.from_left(lambda o: o.kind == shape)))

    def colour(self, colour: int) -> Group:
        name = COLOUR_NAMES[colour]
        return Group('colour', name, f'{name} shapes', f'{name} shape', tuple(self.from_left(lambda o: o.colour == colour)))

    def group(self, empty: bool | None = None) -> Group:
        """A group that is empty in NONE_SHARE of the cases, or as told; half of the time one with many members.

        Raises UnsaidError when the scene has no group as told.
        """
        as_told = empty is not None
        if empty is None:
            empty = self.chance.random() < NONE_SHARE
        many = self.chance.random() < 0.5
        best: Group | None = None
        for attempt in range(40):
            choice = self.chance.random()
            if choice < 0.34:
                group = self.category(self.chance.choice(CATEGORIES))
            elif choice < 0.67:
                group = self.shape(self.chance.randrange(len(SHAPES)))
            else:
                group = self.colour(self.chance.randrange(len(COLOUR_NAMES)))
            if bool(group.members) == empty:
                continue
            if best is None or len(group.members) > len(best.members):
                best = group
            if empty or not many or attempt > 8:
                break
        if best is None and as_told:
            raise UnsaidError('group')
        return best or group

    def none_of(self, group: Group) -> str:
        """'there are no circles.' in the words that answers use."""
        names = {'category': {'food': 'food'}.get(group.key, f'{group.key}s'), 'shape': plural(group.key), 'colour': f'{group.key} shapes'}
        words = names[group.kind]
        return f'there is no {words}.' if words == 'food' else f'there are no {words}.'


def kind_name(o: SceneObject) -> str:
    """'square' of a red square."""
    return KINDS[o.kind]
