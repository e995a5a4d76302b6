"""make_tokenizer.py --out DIR: trains the SentencePiece model on generated questions and answers. Deterministic."""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from questions import Asker, ask
from scenes import make_scene
from tokenizer import ASSISTANT, USER, added_tokens, train_sentencepiece
from unknown_words import UNKNOWN_WORDS
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
    return lines + [f'the {word}' for word in UNKNOWN_WORDS] * 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    train_sentencepiece(corpus(), options.out / 'tokenizer')
    (options.out / 'added_tokens.json').write_text(json.dumps(added_tokens(2, 3)))


if __name__ == '__main__':
    main()
