"""Stage 2: the language model learns to read the cells, answer, and leave in each codebook state what the decoder needs.

Besides cross-entropy two helpers make it converge on a small budget: the fused codebook embedding is pulled to the oracle query,
and two heads of some layers are told where to look: at an object's cell when its name was heard in the question, before its name is told in the
answer, and before its codebook tokens. Two more are told to look back at the names that a comparison is about.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from batches import Batch
from conversations import KIND_LABELS
from dense import CODE_COLOUR, CODE_KIND, ORACLE_CELL_WIDTH, near_cells, oracle_queries
from pixellm.model import PixelLM
from settings import CONSTANTS, ModelSettings
from world import MAX_OBJECTS

HEADS_TOLD = 2  # heads of a layer that are told to look at cells; those after them look at compared names and at copied words


class OracleCells(nn.Module):
    """Embeds the symbols of a perfect tower as image tokens. Later the real projector is taught to say the same."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        self.embed = nn.Linear(ORACLE_CELL_WIDTH, settings.language_width)
        nn.init.normal_(self.embed.weight, std=0.3)

    def forward(self, symbols: Tensor) -> Tensor:
        return self.embed(symbols)


class RankReaders(nn.Module):
    """Linear readings of middle layers: the ranks of the object whose name was just heard, and of both sides of a comparison."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        self.heard = nn.Linear(settings.language_width, 3 * MAX_OBJECTS)
        self.weighed = nn.Linear(settings.language_width, 6 * MAX_OBJECTS)


def rank_loss(logits: Tensor, batch: Batch, image: Tensor, items: list[Tensor]) -> Tensor:
    """Cross-entropy of rank readings [R, len(items) * 3 * MAX_OBJECTS] for the objects in `items`, each [R]."""
    wanted = torch.cat([batch['ranks'][image, item] for item in items], -1)
    return F.cross_entropy(logits.float().view(-1, MAX_OBJECTS), wanted.flatten())


def read(
    model: PixelLM, image_tokens: Tensor, batch: Batch, frame: tuple[list[int], list[int]], kept_cells: Tensor
) -> tuple[Tensor, list[Tensor], list[Tensor], int]:
    """Normed states [B, T + 1, C] from the last prefix row on, attention and outputs of all layers, and the prefix length."""
    device = image_tokens.device
    before, after = (torch.tensor(part, device=device) for part in frame)
    b, cells, _ = image_tokens.shape
    language = model.language_model
    prefix = len(before) + cells + len(after)
    text = language.embed_tokens(batch['ids'])
    x = torch.cat([language.embed_tokens(before).expand(b, -1, -1), image_tokens, language.embed_tokens(after).expand(b, -1, -1), text], 1)
    positions = torch.cat([torch.arange(prefix, device=device).expand(b, -1), prefix + batch['text_place']], 1)
    block = torch.cat([torch.full((b, prefix), -2, device=device), batch['block']], 1)
    length = x.shape[1]
    visible = (block[:, :, None] == block[:, None]) | (block[:, None] == -2)
    visible &= torch.ones(length, length, dtype=torch.bool, device=device).tril()
    keys = torch.ones(b, length, dtype=torch.bool, device=device)
    keys[:, len(before) : len(before) + cells] = kept_cells
    visible &= keys[:, None]
    bias = torch.where(visible, 0.0, -1e4).to(torch.bfloat16)[:, None]
    layers: list[Tensor] = []
    states, attention = language(x, positions, bias, trace=layers)
    return states[:, prefix - 1 :], attention, layers, prefix


def _log_mass(mass: Tensor) -> Tensor:
    return -mass.float().clamp(min=CONSTANTS.least_attention).log()


def looked_at(weights: Tensor, image: Tensor, rows: Tensor, cells: slice, near: Tensor) -> Tensor:
    """-log of the attention that the told heads give to the cells at or near the centre; rows [R] or [R, K] of near [R, cells]."""
    here = weights[image if rows.ndim == 1 else image[:, None], :HEADS_TOLD, rows][..., cells].float()
    mass = (here * near.view(-1, *[1] * (here.ndim - 2), near.shape[-1])).sum(-1)
    return _log_mass(mass).mean()


def read_losses(
    model: PixelLM, readers: RankReaders, image_tokens: Tensor, batch: Batch, frame: tuple[list[int], list[int]], kept_cells: Tensor
) -> tuple[dict[str, Tensor], dict[str, float], dict[str, Tensor]]:
    """Losses, shares right, and what the mask losses need: embeddings [T, S, N, C], image, object row, answer of each group."""
    settings = model.settings
    layers_told = settings.layers_told
    states, attention, layers, prefix = read(model, image_tokens, batch, frame, kept_cells)
    # states[:, i] predicts ids[:, i]
    image, place = torch.nonzero(batch['turn'] >= 0, as_tuple=True)
    first_of_block = place.eq(0) | (batch['block'][image, place] != batch['block'][image, place.clamp(min=1) - 1])
    if bool(first_of_block.any()):
        raise ValueError('An answer never begins a block.')
    logits = model.language_model.lm_head(states[image, place]).float()
    wanted = batch['ids'][image, place]
    seg0 = settings.vocabulary - settings.scales * settings.seg_tokens - 2
    weight = torch.where((wanted > seg0) & (wanted < seg0 + settings.scales * settings.seg_tokens), CONSTANTS.codebook_weight, 1.0)
    repeats = torch.zeros_like(batch['ids'], dtype=torch.bool)
    of, slot = torch.nonzero(batch['copied'][..., 0] >= 0, as_tuple=True)
    repeats[of, batch['copied'][of, slot, 0] + 1] = True  # a row foretells the next one
    weight = torch.where(repeats[image, place], CONSTANTS.repeat_weight, weight)
    token_loss = F.cross_entropy(logits, wanted, reduction='none')
    right = logits.argmax(-1) == wanted
    turn = batch['turn'][image, place]
    losses = {'words': (token_loss * weight).sum() / weight.sum()}

    group_image, group = torch.nonzero(batch['groups'][..., 0] >= 0, as_tuple=True)
    first, row, group_turn = batch['groups'][group_image, group].unbind(-1)
    seg_rows = first[:, None] + torch.arange(settings.scales * settings.seg_tokens, device=first.device)
    embeddings = model.queries(states[group_image[:, None], seg_rows])
    oracle = oracle_queries(batch, group_image, row, settings.decoder_width)
    target = oracle[:, None, None] * settings.scales  # fusion weighs each by 1 / (S * N): N of them sum to 1 / S
    if len(row):
        losses['code'] = F.smooth_l1_loss(embeddings, target.expand_as(embeddings), beta=CONSTANTS.code_beta)
    cells = slice(len(frame[0]), len(frame[0]) + settings.cells**2)

    def near(of: Tensor, item: Tensor) -> Tensor:
        return near_cells(batch['place'][of, item], settings.cells).float()

    # states[:, i] stands on row prefix - 1 + i and predicts ids[:, i]; text position i itself stands on row prefix + i.
    for name, layer in (('heard', layers_told.heard), ('told', layers_told.name)):
        of, slot = torch.nonzero(batch[name][..., 0] >= 0, as_tuple=True)
        if not len(of):  # a mean over nothing is not a number
            continue
        text_row, item = batch[name][of, slot].unbind(-1)
        losses[f'look_{name}'] = looked_at(attention[layer], of, prefix + text_row, cells, near(of, item))
        if name == 'heard':
            losses['rank_heard'] = rank_loss(readers.heard(layers[layer][of, prefix + text_row]), batch, of, [item])
    of, slot = torch.nonzero(batch['weighed'][..., 0] >= 0, as_tuple=True)
    if len(of):
        text_row, *ends, left, right_item = batch['weighed'][of, slot].unbind(-1)
        losses['rank_weighed'] = rank_loss(readers.weighed(layers[layers_told.seg][of, prefix + text_row]), batch, of, [left, right_item])
        masses = [attention[layers_told.seg][of, HEADS_TOLD + i, prefix + text_row, prefix + end] for i, end in enumerate(ends)]
        losses['look_weighed'] = torch.stack([_log_mass(mass).mean() for mass in masses]).sum()
    of, slot = torch.nonzero(batch['copied'][..., 0] >= 0, as_tuple=True)
    if len(of):  # a word that was never taught is said again piece by piece
        said, heard, just_before = batch['copied'][of, slot].unbind(-1)
        copying = 2 * HEADS_TOLD
        # One head is too narrow to carry which of two thousand pieces it was: all those of the layer that look at no cell do.
        carrying = [attention[layers_told.name][of, h, prefix + said, prefix + heard] for h in range(HEADS_TOLD, settings.language_heads)]
        losses['look_copied'] = torch.stack([_log_mass(mass).mean() for mass in carrying]).mean()
        losses['look_before'] = _log_mass(attention[layers_told.heard][of, copying, prefix + heard, prefix + just_before]).mean()
    if len(row):
        losses['look_seg'] = looked_at(attention[layers_told.seg], group_image, prefix - 1 + seg_rows, cells, near(group_image, row))

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
    if len(row):
        shares['right_place'] = ((fused[:, centre] - oracle[:, centre]).abs().max(-1).values < 0.25).float().mean().item()
    shares |= {f'kind/{k}': v for k, v in per_kind.items()}
    extra = {'embeddings': embeddings, 'image': group_image, 'row': row, 'answer': group_image * 64 + group_turn}
    return losses, shares, extra
