"""LLaMA's decoder. Legend: B sequences, L tokens, C width, H heads, D head width."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pixellm.vision_tower import attend
from settings import ModelSettings


class RmsNorm(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), self.weight.shape, self.weight, self.eps)


def rotary_tables(positions: Tensor, *, width: int, base: float) -> tuple[Tensor, Tensor]:
    """cos and sin [B, 1, L, D] for positions [B, L]."""
    rates = base ** -(torch.arange(0, width, 2, device=positions.device).float() / width)
    angles = positions.float()[:, None, :, None] * rates
    angles = torch.cat([angles, angles], -1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotates half against half, as LLaMA does."""
    low, high = x.chunk(2, -1)
    return x * cos + torch.cat([-high, low], -1) * sin


class DecoderLayer(nn.Module):
    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        width = settings.language_width
        self.heads = settings.language_heads
        self.input_norm, self.post_norm = RmsNorm(width, settings.rms_eps), RmsNorm(width, settings.rms_eps)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * settings.language_mlp, bias=False)
        self.down = nn.Linear(settings.language_mlp, width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, bias: Tensor, cache: list[Tensor] | None = None) -> tuple[Tensor, Tensor]:
        b, length, width = x.shape
        q, k, v = self.qkv(self.input_norm(x)).view(b, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos.to(q.dtype), sin.to(q.dtype)), rotate(k, cos.to(q.dtype), sin.to(q.dtype))
        if cache is not None:
            if cache:
                k, v = torch.cat([cache[0], k], 2), torch.cat([cache[1], v], 2)
            cache[:] = [k, v]
        mixed, weights = attend(q, k, v, bias)
        x = x + self.out(mixed.transpose(1, 2).reshape(b, length, width))
        gate, up = self.gate_up(self.post_norm(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up), weights


class LanguageModel(nn.Module):
    """Embeddings [B, L, C] with positions and an additive bias [B, 1, L, K] -> normed states, and attention weights where asked."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        self.settings = settings
        self.embed_tokens = nn.Embedding(settings.vocabulary, settings.language_width)
        nn.init.normal_(self.embed_tokens.weight, std=0.3)
        self.layers = nn.ModuleList(DecoderLayer(settings) for _ in range(settings.language_layers))
        self.norm = RmsNorm(settings.language_width, settings.rms_eps)
        self.lm_head = nn.Linear(settings.language_width, settings.vocabulary, bias=False)

    def blocks(self) -> list[DecoderLayer]:
        return [layer for layer in self.layers if isinstance(layer, DecoderLayer)]

    def forward(
        self, x: Tensor, positions: Tensor, bias: Tensor, caches: list[list[Tensor]] | None = None, trace: list[Tensor] | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        width = self.settings.language_width // self.settings.language_heads
        cos, sin = rotary_tables(positions, width=width, base=self.settings.rope_base)
        attention = []
        for index, layer in enumerate(self.layers):
            x, weights = layer(x, cos, sin, bias, None if caches is None else caches[index])
            attention.append(weights)
            if trace is not None:
                trace.append(x)
        return self.norm(x), attention
