"""Conversations as token rows: several about one picture share its prefix, each sees only the prefix and itself.

Legend: B pictures, T text positions after the prefix, M codebook groups at most a picture.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

import numpy as np

from asking import Asker, Turn
from questions import PRACTICE, PRACTICE_FOLLOW_SHARE, ask
from scenes import Scene
from settings import ModelSettings
from tokenizer import ASSISTANT, Tokenizer, first_user_text, next_user_text, spoken

KIND_LABELS: tuple[str, ...] = (
    'ref',
    'ref-none',
    'multi',
    'multi-none',
    'yes-no/exists',
    'yes-no/exists-none',
    'yes-no/relation',
    'yes-no/follow-up',
    'category',
    'category-none',
    'shape',
    'shape-none',
    'colour',
    'colour-none',
    'count',
    'count-none',
    'purpose',
    'purpose-none',
    'everything',
    'spatial',
    'spatial-none',
    'comparison',
    'attribute',
    'attribute-none',
    'chat',
    'description',
    'unknown-word',
    'follow-up',
    'follow-up-none',
    'yes-no/some',
    'yes-no/some-none',
    'yes-no/attribute',
    'yes-no/attribute-none',
    'except',
    'except-none',
    'place',
    'place-none',
)
COMPARED = ('relation', 'comparison', 'spatial', 'spatial-none', 'follow-up', 'follow-up-none')
MOST_GROUPS, MOST_TURNS, MOST_NAMES = 64, 32, 128


def prefix_ids(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Ids before the image cells and after them, up to where the first question begins."""
    before, after = first_user_text('').split('<image>')
    return [1, *tokenizer.encode(before)], tokenizer.encode(after[: -len(ASSISTANT)])


def conversation_ids(tokenizer: Tokenizer, settings: ModelSettings, turns: list[Turn]) -> tuple[list[int], list[tuple[int, int]]]:
    """Ids from the first question on, and (start, end) of each answer, its </s> included."""
    text = ''
    spans: list[tuple[int, int]] = []
    for turn in turns:
        text += next_user_text(turn.question) if spans else turn.question + ASSISTANT
        start = len(tokenizer.encode('<im_end>\n' + text)) - 1
        text += ' ' + spoken(turn.answer, settings.scales, settings.seg_tokens) + '</s>'
        spans.append((start, len(tokenizer.encode('<im_end>\n' + text)) - 1))
    return tokenizer.encode('<im_end>\n' + text)[1:], spans


PRONOUN = re.compile(r'\b(it|that|its)\b', re.IGNORECASE)
UNKNOWN = re.compile(r'I was never taught the word (.+)\.$')


def copied_rows(tokens: list[int], word: list[int], asked: tuple[int, int], answered: tuple[int, int]) -> list[tuple[int, int, int]]:
    """Where a word of the question is said again piece by piece: (row that foretells a piece, row of that piece in the question, row before that)."""

    def place(start: int, end: int) -> int | None:
        return next((i for i in range(start, end - len(word) + 1) if tokens[i : i + len(word)] == word), None)

    first, again = place(*asked), place(*answered)
    if first is None or again is None:
        return []
    return [(again + k - 1, first + k, max(first + k - 1, 0)) for k in range(len(word))]


def name_places(tokens: list[int], start: int, end: int, names: list[list[int]]) -> list[tuple[int, int, int]]:
    """Where names of the scene's objects stand in tokens[start:end]: (first, last, object)."""
    found = []
    for first in range(start, end):
        for index, name in enumerate(names):
            if tokens[first : first + len(name)] == name and first + len(name) <= end:
                found.append((first, first + len(name) - 1, index))
    return found


def conversation_rows(tokenizer: Tokenizer, settings: ModelSettings, text_tokens: int) -> Callable[[int, int, list[Scene]], dict[str, np.ndarray]]:
    """A function for BatchStream that fills each picture's row with conversations."""
    seg0 = tokenizer.added['[SEG0]']

    def rows(seed: int, index: int, scenes: list[Scene]) -> dict[str, np.ndarray]:
        b = len(scenes)
        ids, block = np.zeros((b, text_tokens), np.int64), np.full((b, text_tokens), -1, np.int64)
        place, turn_of = np.zeros((b, text_tokens), np.int64), np.full((b, text_tokens), -1, np.int64)
        groups, kinds = np.full((b, MOST_GROUPS, 3), -1, np.int64), np.full((b, MOST_TURNS), -1, np.int64)
        # (row, object): rows that end a name, and rows from which a name of an answer is foretold
        heard, told = np.full((b, MOST_NAMES, 2), -1, np.int64), np.full((b, MOST_NAMES, 2), -1, np.int64)
        # (row, row, row, object, object): where something is compared, the ends of the two names it is about, and what they name
        weighed = np.full((b, MOST_NAMES, 5), -1, np.int64)
        # (row, row, row): where a piece is said that was never taught, where it was heard, and the row before that
        copied = np.full((b, MOST_NAMES, 3), -1, np.int64)
        for row, scene in enumerate(scenes):
            chance = random.Random((seed * 1_000_003 + index + row) * 7 + 5)
            asker = Asker(scene, chance)
            names = [tokenizer.encode(o.name) for o in scene.objects]
            heard_here: list[tuple[int, int]] = []
            told_here: list[tuple[int, int]] = []
            weighed_here: list[tuple[int, ...]] = []
            copied_here: list[tuple[int, ...]] = []
            used = blocks = turn_count = group_count = misses = 0
            while misses < 3 and turn_count < MOST_TURNS - 2:
                turns = ask(asker, PRACTICE, follow_share=PRACTICE_FOLLOW_SHARE)
                tokens, spans = conversation_ids(tokenizer, settings, turns)
                if used + len(tokens) > text_tokens or group_count + 12 > MOST_GROUPS:
                    misses += 1
                    continue
                ids[row, used : used + len(tokens)] = tokens
                block[row, used : used + len(tokens)] = blocks
                place[row, used : used + len(tokens)] = np.arange(len(tokens))
                asked_from = 0
                before: list[tuple[int, int]] = []
                for turn, (start, end) in zip(turns, spans, strict=True):
                    asked, answered = (name_places(tokens, *span, names) for span in ((asked_from, start), (start, end)))
                    heard_here += [(used + last, o) for _, last, o in asked + answered]
                    told_here += [(used + first - 1, o) for first, _, o in answered]
                    about = (before[:1] if turn.history and PRONOUN.search(turn.question) else []) + [(last, o) for _, last, o in asked]
                    if about and turn.kinds[-1] in COMPARED:
                        ends = (used + about[0][0], used + about[-1][0], about[0][1], about[-1][1])
                        weighed_here += [(used + r, *ends) for r in {start - 1, *(first - 1 for first, _, _ in answered)}]
                    if word := UNKNOWN.match(turn.answer):
                        again = copied_rows(tokens, tokenizer.encode(word[1]), (asked_from, start), (start, end))
                        copied_here += [tuple(used + r for r in three) for three in again]
                    asked_from, before = end, [(last, o) for _, last, o in answered]
                    turn_of[row, used + start : used + end] = turn_count
                    kinds[row, turn_count] = KIND_LABELS.index('/'.join(turn.kinds))
                    firsts = [i for i in range(start, end) if tokens[i] == seg0]
                    for first, target in zip(firsts, turn.targets, strict=True):
                        groups[row, group_count] = (used + first, target, turn_count)
                        group_count += 1
                    turn_count += 1
                used += len(tokens)
                blocks += 1
            every: list[tuple[np.ndarray, Sequence[tuple[int, ...]]]] = [
                (heard, heard_here),
                (told, told_here),
                (weighed, weighed_here),
                (copied, copied_here),
            ]
            for rows_of_names, found in every:
                rows_of_names[row, : len(found[:MOST_NAMES])] = np.array(found[:MOST_NAMES]).reshape(-1, rows_of_names.shape[2])
        return {
            'ids': ids,
            'block': block,
            'text_place': place,
            'turn': turn_of,
            'groups': groups,
            'turn_kinds': kinds,
            'heard': heard,
            'told': told,
            'weighed': weighed,
            'copied': copied,
        }

    return rows
