"""SentencePiece BPE plus added tokens, with the white-space rules of the slow LlamaTokenizer 4.31 that PixelLM was published with."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path

import sentencepiece

IMAGE = -200
UNK, BOS, EOS = 0, 1, 2
SYSTEM = ''
USER, ASSISTANT, TURN_END = 'USER: ', ' ASSISTANT:', '</s>'
PIECES = 2000  # of the tokenizer that make_tokenizer.py trains


def added_tokens(scales: int, seg_tokens: int, start: int) -> dict[str, int]:
    """Added tokens in the order of the published 13B: codebook first, then the image brackets."""
    names = [f'[SEG{i}]' for i in range(scales * seg_tokens)] + ['<im_start>', '<im_end>']
    return {name: start + i for i, name in enumerate(names)}


def train_sentencepiece(texts: Iterable[str], prefix: Path, size: int = PIECES) -> None:
    """Writes prefix.model: BPE with byte fallback and no normalisation, ids as LLaMA's."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_prefix=str(prefix),
        model_type='bpe',
        vocab_size=size,
        byte_fallback=True,
        normalization_rule_name='identity',
        remove_extra_whitespaces=False,
        character_coverage=1.0,
        unk_id=UNK,
        bos_id=BOS,
        eos_id=EOS,
        pad_id=-1,
        num_threads=1,
        minloglevel=2,
    )


class Tokenizer:
    """Text <-> ids. An added token swallows all white space on both of its sides; every piece between is encoded on its own."""

    def __init__(self, model: Path, *, scales: int, seg_tokens: int) -> None:
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(model))
        self.added = added = added_tokens(scales, seg_tokens, self.pieces.get_piece_size())
        self._specials = {'<s>': BOS, '</s>': EOS, '<unk>': UNK}
        every = sorted([*added, *self._specials], key=len, reverse=True)
        self._split = re.compile('(' + '|'.join(map(re.escape, every)) + ')')
        self._names = {i: name for name, i in {**added}.items()}
        self._encode_piece = functools.lru_cache(1 << 17)(lambda text: tuple(self.pieces.encode(text)))

    @property
    def size(self) -> int:
        return self.pieces.get_piece_size() + len(self.added)

    def encode(self, text: str) -> list[int]:
        """Ids without a leading <s>."""
        parts = self._split.split(text)
        ids: list[int] = []
        for index, part in enumerate(parts):
            if index % 2:
                ids.append(self.added[part] if part in self.added else self._specials[part])
                continue
            if index and parts[index - 1] in self.added:
                part = part.lstrip()
            if index + 1 < len(parts) and parts[index + 1] in self.added:
                part = part.rstrip()
            if part:
                ids += self._encode_piece(part)
        return ids

    def encode_prompt(self, text: str) -> list[int]:
        """Ids with one leading <s>; <image> becomes IMAGE."""
        ids = [BOS]
        for index, chunk in enumerate(text.split('<image>')):
            if index:
                ids.append(IMAGE)
            ids += self.encode(chunk)
        return ids

    def decode(self, ids: list[int]) -> str:
        """Text with added tokens written out, each set apart by one space."""
        out: list[str] = []
        run: list[int] = []
        for i in [*ids, None]:
            if i is None or i in self._names:
                if run:
                    out.append(self.pieces.decode(run))
                run = []
                if i is not None:
                    out.append(self._names[i])
            else:
                run.append(i)
        return ' '.join(out)


def spoken(answer: str, scales: int, seg_tokens: int) -> str:
    """An answer with {seg} written as codebook tokens."""
    return answer.replace('{seg}', ' '.join(f'[SEG{i}]' for i in range(scales * seg_tokens)))


def first_user_text(question: str) -> str:
    return f'{SYSTEM}{USER}<im_start><image><im_end>\n{question}{ASSISTANT}'


def next_user_text(question: str) -> str:
    return f'{USER}{question}{ASSISTANT}'
