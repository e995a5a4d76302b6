"""Sentences from a grammar file (grammar/*.toml): lines with weights, words, alternatives and slots. What a line means is said in questions.py.

Syntax of a line: `<word>` a line of [words]; `(a|b|)` one of these; `{slot}` filled by whoever asks; `3: text` three times as likely.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vocabulary import with_article
from world import KINDS

FOLDER = Path(__file__).parent / 'grammar'
TRAINING, HELD_OUT, INDEPENDENT, FIRST_EDITION = 'questions', 'held-out', 'independent', 'first-edition'
_ALTERNATIVES = re.compile(r'\(([^()]*\|[^()]*)\)')
_WORD = re.compile(r'<([a-z ]+)>')
_SLOT = re.compile(r'\{([a-z_]+)\}')
_BEFORE_MARK = re.compile(r' ([?.,!])')
_WEIGHT = re.compile(r'(\d+): (.*)', re.DOTALL)
DEEPEST = 8


@dataclass(frozen=True)
class Lines:
    """Alternatives with their weights, summed up for a quick draw."""

    texts: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, chance: random.Random) -> str:
        return chance.choices(self.texts, cum_weights=self.sums)[0]


def _lines(written: list[str], where: str) -> Lines:
    if not written:
        raise ValueError(f'{where} has no line.')
    texts, sums, total = [], [], 0.0
    for line in written:
        weighed = _WEIGHT.fullmatch(line)
        total += float(weighed[1]) if weighed else 1.0
        texts.append(weighed[2] if weighed else line)
        sums.append(total)
    return Lines(tuple(texts), tuple(sums))


def _tables(tree: dict[str, Any], path: str = '') -> dict[str, Lines]:
    """Every list in a tree of tables under its dotted name."""
    found: dict[str, Lines] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            found |= _tables(value, f'{path}{name}.')
        else:
            found[path + name] = _lines(value.split() if isinstance(value, str) else value, path + name)
    return found


@dataclass(frozen=True)
class Manners:
    """How carelessly people type, as shares of questions."""

    no_stop: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    typo: float = 0.0
    prefix: float = 0.0
    suffix: float = 0.0
    contracted: float = 0.0


class Grammar:
    """One grammar file. Raises ValueError for a word or slot that nothing fills, so that a typing mistake is not silent."""

    def __init__(self, path: Path) -> None:
        tree = tomllib.loads(path.read_text())
        self.name = path.stem
        self.manners = Manners(**tree.pop('manners', {}))
        self.words = _tables(tree.pop('words', {}))
        self.names = _tables(tree.pop('names'))
        self.synonyms = _tables(tree.pop('synonyms', {}))
        self.contractions = _tables(tree.pop('contractions', {}))
        self.chat = _tables({'chat': {}}) | {answer: _lines(asked, answer) for answer, asked in tree.pop('chat').items()}
        unknown = tree.pop('unknown')
        self.made_up: float = unknown['made_up']
        self.unknown_answer: str = unknown['answer']
        self.unknown_words: tuple[str, ...] = tuple(word for word in unknown['words'].split() if word not in KINDS)
        self.forms = _tables(tree.pop('forms')) | _tables({'unknown': unknown['forms']})
        self.follow, self.purpose = _tables(tree.pop('follow')), _tables(tree.pop('purpose'))
        if tree:
            raise ValueError(f'{path.name} has tables nobody reads: {", ".join(sorted(tree))}.')
        for lines in (*self.forms.values(), *self.follow.values(), *self.purpose.values(), *self.chat.values(), *self.words.values()):
            for text in lines.texts:
                missing = [w for w in _WORD.findall(text) if w not in self.words]
                if missing:
                    raise ValueError(f'{path.name}: nothing stands under <{missing[0]}>, which "{text}" wants.')

    def expand(self, text: str, chance: random.Random, slots: dict[str, str]) -> str:
        """A line with words, alternatives and slots filled in. Raises KeyError for a slot that nobody fills."""
        for _ in range(DEEPEST):
            before = text
            text = _WORD.sub(lambda m: self.words[m[1]].draw(chance), text)
            text = _ALTERNATIVES.sub(lambda m: chance.choice(m[1].split('|')), text)
            if text == before:
                break
        filled = _SLOT.sub(lambda m: slots[m[1]], text)
        return _BEFORE_MARK.sub(r'\1', ' '.join(filled.split()))

    def sentence(self, lines: Lines, chance: random.Random, **slots: str) -> str:
        """A whole question: capital letter, full stop where the line has no mark of its own."""
        if 'name' in slots:
            slots |= {'the': f'the {slots["name"]}', 'a': with_article(slots['name'])}
        text = self.expand(lines.draw(chance), chance, slots)
        return text[0].upper() + text[1:] + ('' if text[-1] in '.?!' else '.')

    def named(self, *, kind: str, colour: str | None, chance: random.Random) -> str:
        """How the question calls an object: its name, a synonym or a turn of phrase."""
        if kind in self.synonyms and chance.random() < SYNONYM_SHARE:
            kind = self.synonyms[kind].draw(chance)
        if colour is None:
            return self.names['plain'].draw(chance).replace('{thing}', kind)
        return self.names['coloured'].draw(chance).replace('{colour}', colour).replace('{shape}', kind)


SYNONYM_SHARE = 0.15


@functools.cache
def load(name: str) -> Grammar:
    """The grammar of that name in grammar/."""
    return Grammar(FOLDER / f'{name}.toml')


def _mistyped(word: str, chance: random.Random) -> str:
    """One slip of a finger inside a word of five letters or more: swapped, dropped, doubled."""
    at = chance.randrange(1, len(word) - 1)
    slip = chance.randrange(3)
    if slip == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if slip == 1 else word[:at] + word[at] + word[at:]


def contracted(question: str, grammar: Grammar, chance: random.Random) -> str:
    """What is -> what's, wherever the grammar has a short form; the first letter keeps its case."""

    def shortened(found: re.Match[str]) -> str:
        short = grammar.contractions[found[0].lower()].draw(chance)
        return found[0][0] + short[1:]

    known = '|'.join(re.escape(text) for text in grammar.contractions)
    return re.sub(rf'\b({known})\b', shortened, question, flags=re.IGNORECASE) if known else question


def careless(question: str, grammar: Grammar, chance: random.Random) -> str:
    """The way people type: something before or after, no full stop, no capital, a slip of a finger."""
    manners = grammar.manners
    if chance.random() < manners.prefix:
        question = f'{grammar.expand("<prefix>", chance, {})} {question[0].lower()}{question[1:]}'
        question = question[0].upper() + question[1:]
    if chance.random() < manners.suffix and question[-1] in '.?':
        question = f'{question[:-1]} {grammar.expand("<suffix>", chance, {})}{question[-1]}'
    if chance.random() < manners.contracted:
        question = contracted(question, grammar, chance)
    if chance.random() < manners.typo:
        words = question.split()
        long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if long:
            at = chance.choice(long)
            words[at] = _mistyped(words[at], chance)
            question = ' '.join(words)
    if chance.random() < manners.no_stop:
        question = question.rstrip('.?!') or question
    if chance.random() < manners.lower:
        question = question.lower()
    elif chance.random() < manners.upper:
        question = question.upper()
    return question


_ONSETS = [
    'b',
    'bl',
    'br',
    'ch',
    'd',
    'dr',
    'f',
    'fl',
    'g',
    'gl',
    'h',
    'j',
    'k',
    'kr',
    'l',
    'm',
    'n',
    'p',
    'pl',
    'qu',
    'r',
    's',
    'sh',
    'sk',
    'st',
    't',
    'tr',
    'v',
    'w',
    'z',
]
_MIDDLES = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ee', 'oo', 'ou']
_CODAS = ['', '', 'b', 'ck', 'd', 'f', 'g', 'l', 'm', 'n', 'nk', 'p', 'r', 'rt', 's', 'st', 't', 'x']


def made_up_word(chance: random.Random) -> str:
    """A word nobody has ever heard, of one to four syllables."""
    return ''.join(chance.choice(_ONSETS) + chance.choice(_MIDDLES) + chance.choice(_CODAS) for _ in range(chance.choice((1, 2, 2, 2, 3, 3, 4))))
