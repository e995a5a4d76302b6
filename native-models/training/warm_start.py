"""warm_start.py --from MODEL_FOLDER --state DIR: a converted model (the one that ships, say) as the start of a new training in STATE/start.pt.

The tokenizer in STATE/tokenizer may be another than the model's: a piece that both have keeps its row; a new one begins as the mean of the rows
of the old pieces that spell it. Stage `settle` then fits the helpers, which no export holds.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

import state as states
from pixellm.model import PixelLM
from settings import ModelSettings, Settings, load
from shipped import read_model
from tokenizer import Tokenizer

NEW_ROW_NOISE = 0.02  # new rows of one spelling must be able to part


def spelt(old: Tokenizer, new: Tokenizer, piece: int) -> list[int]:
    """Old ids that spell a new id: its namesake, or the pieces that its text falls into."""
    name = new.pieces.id_to_piece(piece)
    same = old.pieces.piece_to_id(name)
    if same != old.pieces.unk_id() or piece == new.pieces.unk_id():
        return [same]
    text = name.replace('\u2581', ' ')
    # The encoder puts a space before every text: a piece that begins a word needs none of its own, one inside a word loses the encoder's.
    ids = list(old.pieces.encode(text.strip()))
    if not text.startswith(' ') and ids and old.pieces.id_to_piece(ids[0]) == '\u2581':
        ids = ids[1:]
    return ids or [old.pieces.unk_id()]


def translated(rows: Tensor, old: Tokenizer, new: Tokenizer, chance: torch.Generator) -> Tensor:
    """Rows of the old vocabulary [V, C] for the new one."""
    out = rows.new_empty(new.size, rows.shape[1])
    for piece in range(new.pieces.get_piece_size()):
        kin = spelt(old, new, piece)
        out[piece] = rows[kin].mean(0)
        if len(kin) > 1:
            out[piece] += NEW_ROW_NOISE * torch.randn(rows.shape[1], generator=chance)
    for name, piece in new.added.items():
        out[piece] = rows[old.added[name]]
    return out


def started(folder: Path, tokenizer: Path, wanted: ModelSettings) -> PixelLM:
    """The model of a converted folder with the vocabulary of another tokenizer. Raises ValueError when its sizes are not those configured."""
    found = read_model(folder)
    counts = {'scales': wanted.scales, 'seg_tokens': wanted.seg_tokens}
    old, new = Tokenizer(folder / 'tokenizer.model', **counts), Tokenizer(tokenizer, **counts)
    if replace(found.settings, vocabulary=wanted.vocabulary, layers_told=wanted.layers_told) != wanted:
        raise ValueError(f'{folder} has other sizes than the configuration.')
    if new.size != wanted.vocabulary:
        raise ValueError(f'The tokenizer has {new.size} pieces, the configuration says {wanted.vocabulary}.')
    model = PixelLM(wanted)
    weights = found.state_dict()
    chance = torch.Generator().manual_seed(1)
    for name in ('language_model.embed_tokens.weight', 'language_model.lm_head.weight'):
        weights[name] = translated(weights[name], old, new, chance)
    model.load_state_dict(weights)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--from', dest='source', type=Path, required=True, help='a folder that pixellm convert wrote, at 8 bits or more')
    parser.add_argument('--config', type=Path, help='for other sizes than the bundled model')
    parser.add_argument('--state', type=Path, required=True, help='training folder; needs tokenizer/ from make_tokenizer.py')
    options = parser.parse_args()
    settings = load(options.config) if options.config else Settings()
    model = started(options.source, options.state / 'tokenizer' / 'tokenizer.model', settings.model)
    states.save(options.state / 'start.pt', {'model': model}, source=options.source.name)


if __name__ == '__main__':
    main()
