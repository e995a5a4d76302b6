"""Conversations as token rows: several about one picture share its prefix, each sees only the prefix and itself.

Legend: B pictures, T text positions after the prefix, M codebook groups at most a picture.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from questions import Asker, Turn, ask
from scenes import Scene
from settings import ModelSettings
from tokenizer import ASSISTANT, Tokenizer, first_user_text, next_user_text, spoken

KIND_LABELS: tuple[str, ...] = (
    'ref', 'ref-none', 'multi', 'multi-none', 'yes-no/exists', 'yes-no/exists-none', 'yes-no/relation', 'yes-no/follow-up', 'category',
    'category-none', 'shape', 'shape-none', 'colour', 'colour-none', 'count', 'count-none', 'purpose', 'purpose-none', 'everything', 'spatial',
    'spatial-none', 'comparison', 'attribute', 'attribute-none', 'chat', 'description', 'unknown-word', 'follow-up', 'follow-up-none',
)
MOST_GROUPS, MOST_TURNS = 64, 32


def prefix_ids(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Ids before the image cells and after them, up to where the first question begins."""
    before, after = first_user_text('').split('<image>')
    return [1, *tokenizer.encode(before)], tokenizer.encode(after[: -len(ASSISTANT)])


def conversation_ids(tokenizer: Tokenizer, settings: ModelSettings, turns: list[Turn]) -> tuple[list[int], list[tuple[int, int]]]:
    """Ids from the first question on, and (start, end) of each answer, its </s> included."""
    text, spans = '', []
    for turn in turns:
        text += (next_user_text(turn.question) if spans else turn.question + ASSISTANT)
        start = len(tokenizer.encode('<im_end>\n' + text)) - 1
        text += ' ' + spoken(turn.answer, settings.scales, settings.seg_tokens) + '</s>'
        spans.append((start, len(tokenizer.encode('<im_end>\n' + text)) - 1))
    return tokenizer.encode('<im_end>\n' + text)[1:], spans


def careless(turn: Turn, chance: random.Random) -> Turn:
    """The way people type: sometimes without the full stop, sometimes without the capital."""
    question = turn.question
    if chance.random() < 0.2:
        question = question[:-1]
    if chance.random() < 0.2:
        question = question[0].lower() + question[1:]
    return Turn(question, turn.answer, turn.targets, turn.kinds, turn.history)


def conversation_rows(tokenizer: Tokenizer, settings: ModelSettings, text_tokens: int) -> Callable[[int, int, list[Scene]], dict[str, np.ndarray]]:
    """A function for BatchStream that fills each picture's row with conversations."""
    seg0 = tokenizer.added['[SEG0]']

    def rows(seed: int, index: int, scenes: list[Scene]) -> dict[str, np.ndarray]:
        b = len(scenes)
        ids, block = np.zeros((b, text_tokens), np.int64), np.full((b, text_tokens), -1, np.int64)
        place, turn_of = np.zeros((b, text_tokens), np.int64), np.full((b, text_tokens), -1, np.int64)
        groups, kinds = np.full((b, MOST_GROUPS, 4), -1, np.int64), np.full((b, MOST_TURNS), -1, np.int64)
        for row, scene in enumerate(scenes):
            chance = random.Random((seed * 1_000_003 + index + row) * 7 + 5)
            asker = Asker(scene, chance)
            used = blocks = turn_count = group_count = misses = 0
            while misses < 3 and turn_count < MOST_TURNS - 2:
                turns = ask(asker)
                tokens, spans = conversation_ids(tokenizer, settings, [careless(t, chance) for t in turns])
                if used + len(tokens) > text_tokens or group_count + 12 > MOST_GROUPS:
                    misses += 1
                    continue
                ids[row, used : used + len(tokens)] = tokens
                block[row, used : used + len(tokens)] = blocks
                place[row, used : used + len(tokens)] = np.arange(len(tokens))
                for turn, (start, end) in zip(turns, spans, strict=True):
                    turn_of[row, used + start : used + end] = turn_count
                    kinds[row, turn_count] = KIND_LABELS.index('/'.join(turn.kinds))
                    firsts = [i for i in range(start, end) if tokens[i] == seg0]
                    for first, target in zip(firsts, turn.targets, strict=True):
                        words = len(scene.objects[target].name.split())
                        groups[row, group_count] = (used + first, target, turn_count, used + first - words)
                        group_count += 1
                    turn_count += 1
                used += len(tokens)
                blocks += 1
        return {'ids': ids, 'block': block, 'text_place': place, 'turn': turn_of, 'groups': groups, 'turn_kinds': kinds}

    return rows
