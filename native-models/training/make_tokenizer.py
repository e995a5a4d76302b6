"""make_tokenizer.py --out DIR: trains the SentencePiece model on generated questions and answers. Deterministic."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import grammar
from asking import Asker
from questions import ask
from scenes import make_scene
from tokenizer import ASSISTANT, USER, train_sentencepiece
from world import COLOUR_NAMES, KINDS

SEED = 500


def corpus(scenes: int = 1500) -> list[str]:
    """Sentences in the proportions that the model will read, in two spellings."""
    lines: list[str] = []
    for index in range(scenes):
        chance = random.Random(SEED * 1_000_003 + index)
        asker = Asker(make_scene(SEED, index), chance)
        for _ in range(12):
            for turn in ask(asker):
                lines.append(f'{USER}{turn.question}{ASSISTANT} {turn.answer.replace("{seg}", "")}')
                lines.append(turn.question.lower())
    for name in (*COLOUR_NAMES, *KINDS):
        lines += [f'the {name}, a {name}. The {name}? {name}'] * 60
    taught = grammar.load(grammar.TRAINING)
    lines += [f'the {word}' for word in taught.unknown_words] * 8
    return lines + [f'please {word}, {word} it' for word in taught.words['noise'].texts] * 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    train_sentencepiece(corpus(), options.out / 'tokenizer')


if __name__ == '__main__':
    main()
