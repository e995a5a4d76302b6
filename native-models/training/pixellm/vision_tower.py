"""CLIP's vision transformer with a key mask for padding. Legend: B images, L = 1 + G*G tokens, C channels, H heads."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from settings import ModelSettings


def attend(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor]:
    """Attention over [B, H, L, D] with an additive bias; also returns the weights. Plain products: fastest in bf16 on CPU."""
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    if bias is not None:
        scores = scores + bias.to(scores.dtype)
    weights = torch.softmax(scores, -1)
    return weights @ v, weights


def sine_positions(grid: int, width: int) -> Tensor:
    """Starting value [1 + grid*grid, width] of the learned positions: class row zero, then 2-D sines."""
    quarter = width // 4
    rates = torch.exp(-math.log(100.0) * torch.arange(quarter) / quarter)
    steps = torch.arange(grid)[:, None] * rates[None]
    line = torch.cat([steps.sin(), steps.cos()], -1)  # [grid, width / 2]
    rows = line[:, None].expand(grid, grid, -1)
    columns = line[None].expand(grid, grid, -1)
    return torch.cat([torch.zeros(1, width), torch.cat([columns, rows], -1).reshape(grid * grid, width)])


class TowerLayer(nn.Module):
    """Pre-norm block. Trains with SiLU; export turns it into CLIP's quick_gelu exactly (see export.py)."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        width = settings.tower_width
        self.heads = settings.tower_heads
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-5), nn.LayerNorm(width, eps=1e-5)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, settings.tower_mlp), nn.Linear(settings.tower_mlp, width)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        b, length, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed, _ = attend(q, k, v, bias)
        x = x + self.out(mixed.transpose(1, 2).reshape(b, length, width))
        return x + self.fc2(F.silu(self.fc1(self.norm2(x))))


class VisionTower(nn.Module):
    """Pixels [B, 3, side, side] and kept patches [B, G, G] -> all hidden states, each [B, G*G, C] without the class row."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        width, grid = settings.tower_width, settings.grid
        self.patch = settings.patch
        self.class_embedding = nn.Parameter(torch.randn(width) * 0.1)
        self.patch_embedding = nn.Linear(3 * settings.patch**2, width, bias=False)
        # One row per token in order [class, patches]. The published code reads this table as [grid rows..., kept row] and adds its
        # rows 0..L-1 in that order, which for an unresized grid is exactly this addition.
        self.positions = nn.Parameter(sine_positions(grid, width) * 0.5)
        self.pre_norm = nn.LayerNorm(width, eps=1e-5)
        self.layers = nn.ModuleList(TowerLayer(settings) for _ in range(settings.tower_layers))

    def blocks(self) -> list[TowerLayer]:
        return [layer for layer in self.layers if isinstance(layer, TowerLayer)]

    def forward(self, pixels: Tensor, kept: Tensor) -> list[Tensor]:
        b = pixels.shape[0]
        p = self.patch
        g = pixels.shape[-1] // p
        patches = pixels.reshape(b, 3, g, p, g, p).permute(0, 2, 4, 1, 3, 5).reshape(b, g * g, 3 * p * p)
        x = torch.cat([self.class_embedding.expand(b, 1, -1), self.patch_embedding(patches).float()], 1)
        x = self.pre_norm(x + self.positions)
        bias = None
        if not bool(kept.all()):
            keys = torch.cat([kept.new_ones(b, 1), kept.reshape(b, g * g)], 1)
            bias = torch.where(keys, 0.0, -1e4)[:, None, None]
        states = [x[:, 1:]]
        for layer in self.layers:
            x = layer(x, bias)
            states.append(x[:, 1:])
        return states
