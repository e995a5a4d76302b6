"""The light pixel decoder: SAM's two-way transformer, once per scale, coarse to fine.

Legend: T targets, C decoder width, g side of a scale's feature map, K tokens = 1 iou + M mask + 1 codebook token.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from settings import ModelSettings


class LayerNorm2d(nn.Module):
    """Normalises the channels of [T, C, g, g]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x.permute(0, 2, 3, 1).float(), self.weight.shape, self.weight, self.bias, 1e-6).permute(0, 3, 1, 2)


class Attention(nn.Module):
    """SAM's attention: its own inner width, heads of it."""

    def __init__(self, width: int, heads: int, downsample: int) -> None:
        super().__init__()
        inner = width // downsample
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj = (nn.Linear(width, inner) for _ in range(3))
        self.out_proj = nn.Linear(inner, width)

    def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        t = q.shape[0]
        q, k, v = (
            project(x).view(t, x.shape[1], self.heads, -1).transpose(1, 2) for project, x in ((self.q_proj, q), (self.k_proj, k), (self.v_proj, v))
        )
        weights = torch.softmax((q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5, -1)
        return self.out_proj((weights @ v).transpose(1, 2).reshape(t, q.shape[2], -1))


class TwoWayLayer(nn.Module):
    """Tokens look at each other, at the picture, think; then the picture looks at the tokens."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        width, heads, down = settings.decoder_width, settings.decoder_heads, settings.decoder_downsample
        self.self_attn = Attention(width, heads, 1)
        self.norm1, self.norm2, self.norm3, self.norm4 = (nn.LayerNorm(width) for _ in range(4))
        self.cross_attn_token_to_image = Attention(width, heads, down)
        self.mlp = nn.ModuleDict({'lin1': nn.Linear(width, settings.decoder_mlp), 'lin2': nn.Linear(settings.decoder_mlp, width)})
        self.cross_attn_image_to_token = Attention(width, heads, down)

    def forward(self, tokens: Tensor, image: Tensor, token_pe: Tensor, image_pe: Tensor, *, first: bool) -> tuple[Tensor, Tensor]:
        if first:  # the first layer has neither positions nor a residual here
            tokens = self.self_attn(tokens, tokens, tokens)
        else:
            q = tokens + token_pe
            tokens = tokens + self.self_attn(q, q, tokens)
        tokens = self.norm1(tokens.float())
        keys = image + image_pe
        tokens = self.norm2(tokens + self.cross_attn_token_to_image(tokens + token_pe, keys, image))
        tokens = self.norm3(tokens + self.mlp['lin2'](F.relu(self.mlp['lin1'](tokens))))
        image = self.norm4(image + self.cross_attn_image_to_token(keys, tokens + token_pe, tokens))
        return tokens, image


class TwoWayTransformer(nn.Module):
    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        self.layers = nn.ModuleList(TwoWayLayer(settings) for _ in range(settings.decoder_depth))
        self.final_attn_token_to_image = Attention(settings.decoder_width, settings.decoder_heads, settings.decoder_downsample)
        self.norm_final_attn = nn.LayerNorm(settings.decoder_width)

    def forward(self, tokens: Tensor, image: Tensor, image_pe: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens [T, K, C], image [T, g*g, C], image_pe [g*g, C] -> the same shapes."""
        start = tokens
        for index, layer in enumerate(self.layers):
            tokens, image = layer(tokens, image, start, image_pe, first=index == 0)
        attended = self.final_attn_token_to_image(tokens + start, image + image_pe, image)
        return self.norm_final_attn(tokens + attended), image


class RandomPositions(nn.Module):
    """SAM's random Fourier positions of a g x g map."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.positional_encoding_gaussian_matrix: Tensor
        self.register_buffer('positional_encoding_gaussian_matrix', torch.randn(2, width // 2))

    def forward(self, g: int) -> Tensor:
        line = (torch.arange(g, device=self.positional_encoding_gaussian_matrix.device) + 0.5) / g * 2 - 1
        xy = torch.stack([line[None].expand(g, g), line[:, None].expand(g, g)], -1)
        angles = 2 * math.pi * (xy.reshape(g * g, 2) @ self.positional_encoding_gaussian_matrix)
        return torch.cat([angles.sin(), angles.cos()], -1)


class Mlp(nn.Module):
    """Three linear layers with ReLU between."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, out)])

    def forward(self, x: Tensor) -> Tensor:
        return self.layers[2](F.relu(self.layers[1](F.relu(self.layers[0](x)))))


class PixelDecoder(nn.Module):
    """Codebook queries and neck features -> mask logits. Holds SAM's unused heads too: the checkpoint layout has them."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        width, upscaled = settings.decoder_width, settings.upscaled_width
        self.settings = settings
        self.transformer = nn.ModuleList(TwoWayTransformer(settings) for _ in range(settings.scales))
        self.iou_token, self.mask_tokens = nn.Embedding(1, width), nn.Embedding(settings.mask_tokens, width)
        self.level_embed = nn.Embedding(settings.scales, width)
        self.output_upscaling = nn.Sequential(nn.ConvTranspose2d(width, upscaled, 2, 2), LayerNorm2d(upscaled), nn.GELU())
        self.upsample_2x = nn.Sequential(nn.ConvTranspose2d(width, width, 2, 2), LayerNorm2d(width), nn.GELU())
        self.output_hypernetworks_mlps = nn.ModuleList(Mlp(width, upscaled) for _ in range(settings.mask_tokens))
        self.iou_prediction_head = Mlp(width, settings.mask_tokens)
        self.pe_layer, self.pe1 = RandomPositions(width), RandomPositions(width)
        self.no_mask_embed = nn.Embedding(1, width)

    def _level(self, level: int, query: Tensor, image: Tensor, previous: Tensor | None, owner: Tensor) -> Tensor:
        """Logits [T, 2g, 2g] of one scale from queries [T, C] and this scale's features [B, C, g, g]."""
        t = query.shape[0]
        fixed = torch.cat([self.iou_token.weight, self.mask_tokens.weight])
        tokens = torch.cat([fixed.expand(t, -1, -1), query[:, None]], 1) + self.level_embed.weight[level]
        if level > 0:
            image = self.upsample_2x(image)
        g, c = image.shape[-1], image.shape[1]
        source = image.permute(0, 2, 3, 1).reshape(-1, g * g, c)[owner]
        if previous is not None:  # where the coarser scale saw the target, look harder
            source = source * (torch.sigmoid(previous).reshape(t, g * g, 1) + 1)
        source = source + self.no_mask_embed.weight
        positions = (self.pe_layer if level == 0 else self.pe1)(g)
        tokens, source = self.transformer[level](tokens, source, positions)
        upscaled = self.output_upscaling(source.transpose(1, 2).reshape(t, c, g, g))
        weights = self.output_hypernetworks_mlps[0](tokens[:, 1])
        return torch.einsum('tc,tcyx->tyx', weights.float(), upscaled.float())

    def forward(self, queries: Tensor, features: list[Tensor], owner: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Queries [T, S, C], per-scale features [B, C, G, G], the image index of each target [T] -> combined logits [T, 4G, 4G], per scale."""
        logits: list[Tensor] = []
        for level in range(self.settings.scales):
            logits.append(self._level(level, queries[:, level], features[level], logits[-1] if logits else None, owner))
        side = logits[-1].shape[-1]
        shared = [F.interpolate(x[:, None], (side, side), mode='bilinear', align_corners=False)[:, 0] for x in logits]
        return torch.stack(shared).mean(0), logits
