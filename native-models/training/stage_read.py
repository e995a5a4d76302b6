"""Stage 2: the language model learns to read the cells, answer, and leave in each codebook state what the decoder needs.

Besides cross-entropy two helpers make it converge on a small budget: the fused codebook embedding is pulled to the oracle query,
and two heads of a middle layer are told where to look (at the target's cell) before a name and before its codebook tokens.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from batches import Batch
from conversations import KIND_LABELS
from dense import CODE_COLOUR, CODE_KIND, ORACLE_CELL_WIDTH, oracle_queries
from pixellm.model import PixelLM
from settings import ModelSettings

NAME_LAYER, SEG_LAYER = 3, 2  # of the five layers
HEADS_TOLD = 2


class OracleCells(nn.Module):
    """Embeds the symbols of a perfect tower as image tokens. Later the real projector is taught to say the same."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        self.embed = nn.Linear(ORACLE_CELL_WIDTH, settings.language_width)
        nn.init.normal_(self.embed.weight, std=0.3)

    def forward(self, symbols: Tensor) -> Tensor:
        return self.embed(symbols)


def read(model: PixelLM, image_tokens: Tensor, batch: Batch, frame: tuple[list[int], list[int]], kept_cells: Tensor) -> tuple[Tensor, list[Tensor], int]:
    """Normed states [B, T + 1, C] from the last prefix row on, attention of all layers, and the prefix length."""
    before, after = (torch.tensor(part) for part in frame)
    b, cells, _ = image_tokens.shape
    language = model.language_model
    prefix = len(before) + cells + len(after)
    text = language.embed_tokens(batch['ids'])
    x = torch.cat(
        [language.embed_tokens(before).expand(b, -1, -1), image_tokens, language.embed_tokens(after).expand(b, -1, -1), text], 1
    )
    positions = torch.cat([torch.arange(prefix).expand(b, -1), prefix + batch['text_place']], 1)
    block = torch.cat([torch.full((b, prefix), -2), batch['block']], 1)
    length = x.shape[1]
    visible = (block[:, :, None] == block[:, None]) | (block[:, None] == -2)
    visible &= torch.ones(length, length, dtype=torch.bool).tril()
    keys = torch.ones(b, length, dtype=torch.bool)
    keys[:, len(before) : len(before) + cells] = kept_cells
    visible &= keys[:, None]
    bias = torch.where(visible, 0.0, -1e4).to(torch.bfloat16)[:, None]
    states, attention = language(x, positions, bias)
    return states[:, prefix - 1 :], attention, prefix


def looked_at(weights: Tensor, image: Tensor, rows: Tensor, cells: Tensor) -> Tensor:
    """-log of the attention that the told heads give to the wanted cells."""
    mass = weights[image, :HEADS_TOLD, rows, cells].float()
    return -(mass.clamp(min=1e-4)).log().mean()


def read_losses(
    model: PixelLM, image_tokens: Tensor, batch: Batch, frame: tuple[list[int], list[int]], kept_cells: Tensor
) -> tuple[dict[str, Tensor], dict[str, float], dict[str, Tensor]]:
    """Losses, shares right, and what the mask losses need: embeddings [T, S, N, C], image, object row, answer of each group."""
    settings = model.settings
    states, attention, prefix = read(model, image_tokens, batch, frame, kept_cells)
    # states[:, i] predicts ids[:, i]
    image, place = torch.nonzero(batch['turn'] >= 0, as_tuple=True)
    first_of_block = place.eq(0) | (batch['block'][image, place] != batch['block'][image, place.clamp(min=1) - 1])
    assert not bool(first_of_block.any()), 'an answer never begins a block'
    logits = model.language_model.lm_head(states[image, place]).float()
    wanted = batch['ids'][image, place]
    seg0 = settings.vocabulary - settings.scales * settings.seg_tokens - 2
    weight = torch.where((wanted > seg0) & (wanted < seg0 + settings.scales * settings.seg_tokens), 0.1, 1.0)
    token_loss = F.cross_entropy(logits, wanted, reduction='none')
    right = logits.argmax(-1) == wanted
    turn = batch['turn'][image, place]
    losses = {'words': (token_loss * weight).sum() / weight.sum()}

    group_image, group = torch.nonzero(batch['groups'][..., 0] >= 0, as_tuple=True)
    first, row, group_turn, name = batch['groups'][group_image, group].unbind(-1)
    seg_rows = first[:, None] + torch.arange(settings.scales * settings.seg_tokens)
    embeddings = model.queries(states[group_image[:, None], seg_rows])
    oracle = oracle_queries(batch, group_image, row, settings.decoder_width)
    target = oracle[:, None, None] * settings.scales  # fusion weighs each by 1 / (S * N): N of them sum to 1 / S
    losses['code'] = F.smooth_l1_loss(embeddings, target.expand_as(embeddings), beta=0.3)
    cell = len(frame[0]) + batch['cell'][group_image, row]
    losses['look_name'] = looked_at(attention[NAME_LAYER], group_image, prefix - 1 + name, cell)
    losses['look_seg'] = looked_at(attention[SEG_LAYER], group_image[:, None], prefix - 1 + seg_rows, cell[:, None])

    wrong_turns = torch.zeros_like(batch['turn_kinds'])
    wrong_turns.index_put_((image, turn), (~right).long(), accumulate=True)
    shares: dict[str, float] = {'right_words': right.float().mean().item()}
    asked = batch['turn_kinds'] >= 0
    shares['right_answers'] = (wrong_turns[asked] == 0).float().mean().item()
    per_kind = {}
    for index, label in enumerate(KIND_LABELS):
        those = batch['turn_kinds'] == index
        if bool(those.any()):
            per_kind[label] = (wrong_turns[those] == 0).float().mean().item()
    fused = model.fuse(embeddings).mean(1)
    centre = slice(CODE_KIND + CODE_COLOUR + 12, CODE_KIND + CODE_COLOUR + 14)
    shares['right_place'] = ((fused[:, centre] - oracle[:, centre]).abs().max(-1).values < 0.25).float().mean().item()
    shares |= {f'kind/{k}': v for k, v in per_kind.items()}
    extra = {'embeddings': embeddings, 'image': group_image, 'row': row, 'answer': group_image * 64 + group_turn}
    return losses, shares, extra
