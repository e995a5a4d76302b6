"""Auxiliary heads and losses: they teach the tower what and where every object is, and the decoder what to do with a good query.

None of this is exported.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from settings import CONSTANTS, ModelSettings
from world import COLOUR_NAMES, KINDS, MAX_OBJECTS

KIND_COUNT, COLOUR_COUNT = len(KINDS), len(COLOUR_NAMES) + 1
CODE_KIND, CODE_COLOUR = 32, 12
Batch = dict[str, Tensor]


class DenseHeads(nn.Module):
    """Linear readings of the tower: per patch, per fine pixel of the middle layer, per cell."""

    PATCH = (KIND_COUNT + 1, COLOUR_COUNT, 2, 1)
    CELL = (1, KIND_COUNT, COLOUR_COUNT, 3, 3 * MAX_OBJECTS)

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        width = settings.tower_width
        self.patch = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, sum(self.PATCH)))
        self.fine = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 16))
        self.cell = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, sum(self.CELL)))


def present(batch: Batch) -> tuple[Tensor, Tensor]:
    """Image index and object row of every real object, each [T]."""
    rows = torch.arange(MAX_OBJECTS, device=batch['count'].device)
    image, row = torch.nonzero(rows[None] < batch['count'][:, None], as_tuple=True)
    return image, row


def near_cells(place: Tensor, n: int) -> Tensor:
    """Cells [T, n * n] that hold a centre or lie within CONSTANTS.near of it: at a border between cells nobody can tell which one it is."""
    line = torch.arange(n, device=place.device)
    xy = place[:, :2, None] * n - line  # [T, 2, n], 0..1 inside a cell
    close = (xy > -CONSTANTS.near) & (xy < 1 + CONSTANTS.near)
    return (close[:, 1, :, None] & close[:, 0, None]).flatten(1)


def patch_losses(heads: DenseHeads, states: list[Tensor], settings: ModelSettings, batch: Batch) -> dict[str, Tensor]:
    """Kind of every patch, colour, offset to the centre and size of the object on it; coverage from the middle layer."""
    kind, colour, offset, size = heads.patch(states[settings.select_layer]).float().split(heads.PATCH, -1)
    b, g = kind.shape[0], settings.grid
    owner = batch['patch_owner'].view(b, g * g)
    image, patch = torch.nonzero(owner >= 0, as_tuple=True)
    row = owner[image, patch]
    weight = torch.ones(KIND_COUNT + 1, device=kind.device)
    weight[0] = CONSTANTS.background_weight
    centre = torch.stack([patch % g, patch // g], -1).float().add(0.5) / g
    place = batch['place'][image, row]
    fine = heads.fine(states[settings.mask_layers[1]]).float()
    return {
        'patch_kind': F.cross_entropy(kind.flatten(0, 1), batch['patch_kind'].view(-1), weight=weight),
        'patch_colour': F.cross_entropy(colour[image, patch], batch['colour'][image, row]),
        'patch_offset': F.smooth_l1_loss(offset[image, patch] * CONSTANTS.offset_scale, place[:, :2] - centre, beta=0.02) * CONSTANTS.offset_weight,
        'patch_size': F.smooth_l1_loss(size[image, patch, 0], place[:, 2], beta=0.1),
        'coverage': F.binary_cross_entropy_with_logits(fine.flatten(1), batch['coverage'].float().flatten(1)),
    }


def cell_losses(heads: DenseHeads, cells: Tensor, batch: Batch) -> tuple[dict[str, Tensor], dict[str, float]]:
    """Whether a cell holds a centre, and of what; also the shares that were read rightly."""
    centre, kind, colour, place, ranks = heads.cell(cells).float().split(heads.CELL, -1)
    image, row = present(batch)
    cell = batch['cell'][image, row]
    holds = torch.zeros_like(centre[..., 0])
    holds[image, cell] = 1
    near = torch.zeros_like(holds).index_add_(0, image, near_cells(batch['place'][image, row], math.isqrt(cells.shape[1])).float())
    sure = ((near == 0) | (holds > 0)).float()
    ranks = ranks[image, cell].view(-1, 3, MAX_OBJECTS)
    n = math.isqrt(cells.shape[1])
    corner = torch.stack([cell % n, cell // n], -1).float().add(0.5) / n
    wanted = batch['place'][image, row]
    right = {
        'right_kind': (kind[image, cell].argmax(-1) == batch['kind'][image, row]).float().mean().item(),
        'right_colour': (colour[image, cell].argmax(-1) == batch['colour'][image, row]).float().mean().item(),
        'right_centres': (((centre[..., 0] > 0) == (holds > 0)) | (sure == 0)).all(-1).float().mean().item(),
        'right_rank_x': (ranks[:, 0].argmax(-1) == batch['ranks'][image, row, 0]).float().mean().item(),
        'right_rank_size': (ranks[:, 2].argmax(-1) == batch['ranks'][image, row, 2]).float().mean().item(),
    }
    losses = {
        'centre': F.binary_cross_entropy_with_logits(
            centre[..., 0], holds, sure, pos_weight=torch.tensor(CONSTANTS.centre_rarity, device=cells.device)
        )
        * CONSTANTS.centre_weight,
        'kind': F.cross_entropy(kind[image, cell], batch['kind'][image, row]),
        'colour': F.cross_entropy(colour[image, cell], batch['colour'][image, row]),
        'place': F.smooth_l1_loss(place[image, cell, :2] * 0.1 + corner, wanted[:, :2], beta=0.02) * CONSTANTS.offset_weight
        + F.smooth_l1_loss(place[image, cell, 2], wanted[:, 2], beta=0.1),
        'ranks': F.cross_entropy(ranks.flatten(0, 1), batch['ranks'][image, row].flatten()),
    }
    return losses, right


def _fixed_codes(count: int, width: int) -> Tensor:
    generator = torch.Generator().manual_seed(20261122 + width)
    codes = torch.randn(count, width, generator=generator)
    return F.normalize(codes, dim=-1) * math.sqrt(width) * 0.6


_KIND_CODES, _COLOUR_CODES = _fixed_codes(KIND_COUNT, CODE_KIND), _fixed_codes(COLOUR_COUNT, CODE_COLOUR)


def place_code(place: Tensor) -> Tensor:
    """[T, 3] -> [T, 15]: sines of the centre at three scales, the centre itself and the size."""
    angles = place[:, :2, None] * math.pi * torch.tensor([1.0, 2.0, 4.0], device=place.device)
    waves = torch.cat([angles.sin(), angles.cos()], -1).flatten(1)
    return torch.cat([waves, place[:, :2] * 4 - 2, place[:, 2:] * 2], -1)


def oracle_queries(batch: Batch, image: Tensor, row: Tensor, width: int) -> Tensor:
    """What a perfect language model would ask the decoder for: kind, colour and place of the target [T, width]."""
    device = image.device
    code = torch.cat(
        [
            _KIND_CODES.to(device)[batch['kind'][image, row]],
            _COLOUR_CODES.to(device)[batch['colour'][image, row]],
            place_code(batch['place'][image, row]),
        ],
        -1,
    )
    return F.pad(code, (0, width - code.shape[-1]))


def oracle_cells(batch: Batch, cells: int) -> Tensor:
    """Symbols a perfect tower would hand over: [B, cells, F], zero where no centre lies."""
    image, row = present(batch)
    parts = [
        torch.ones(len(image), 1, device=image.device),
        F.one_hot(batch['kind'][image, row], KIND_COUNT).float(),
        F.one_hot(batch['colour'][image, row], COLOUR_COUNT).float(),
        F.one_hot(batch['ranks'][image, row], MAX_OBJECTS).float().flatten(1),
        place_code(batch['place'][image, row]),
    ]
    features = torch.cat(parts, -1)
    out = features.new_zeros(batch['count'].shape[0], cells, features.shape[-1])
    out[image, batch['cell'][image, row]] = features
    return out


ORACLE_CELL_WIDTH = 1 + KIND_COUNT + COLOUR_COUNT + 3 * MAX_OBJECTS + 15
