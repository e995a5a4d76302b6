"""PixelLM put together: tower, two projectors, language model, codebook fusion, neck and pixel decoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pixellm.language_model import LanguageModel
from pixellm.pixel_decoder import LayerNorm2d, PixelDecoder
from pixellm.vision_tower import VisionTower
from settings import ModelSettings


def _projector(source: int, hidden: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(source, hidden), nn.GELU(), nn.Linear(hidden, out))


class PixelLM(nn.Module):
    """The published architecture with every size a setting."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__()
        self.settings = settings
        width, decoder = settings.language_width, settings.decoder_width
        hidden = settings.projector_hidden * width
        self.vision_tower = VisionTower(settings)
        self.mm_projector = _projector(settings.tower_width, hidden, width)
        self.out_mm_projector = _projector(settings.tower_width, hidden, width)
        self.language_model = LanguageModel(settings)
        self.text_hidden_fcs = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, decoder))
        self.image_feature_neck = nn.Sequential(
            nn.Conv2d(width, decoder, 1, bias=False),
            LayerNorm2d(decoder),
            nn.Conv2d(decoder, decoder, 3, padding=1, bias=False),
            LayerNorm2d(decoder),
        )
        self.mask_decoder = PixelDecoder(settings)

    def pool(self, features: Tensor) -> Tensor:
        """[B, G*G, C] -> the language model's cells [B, (G/P)**2, C] by means of P x P blocks."""
        b, _, c = features.shape
        n, p = self.settings.cells, self.settings.image_token_pool
        return features.view(b, n, p, n, p, c).mean((2, 4)).view(b, n * n, c)

    def image_tokens(self, states: list[Tensor]) -> Tensor:
        """Image tokens of the language model [B, cells**2, C]."""
        return self.mm_projector(self.pool(states[self.settings.select_layer])).float()

    def mask_features(self, states: list[Tensor]) -> list[Tensor]:
        """Neck features per scale, each [B, C, G, G], deep scale first."""
        g = self.settings.grid
        maps = [self.out_mm_projector(states[layer]) for layer in self.settings.mask_layers]
        b = maps[0].shape[0]
        stacked = torch.cat(maps).transpose(1, 2).reshape(len(maps) * b, -1, g, g)
        return list(self.image_feature_neck(stacked).split(b))

    def fuse(self, embeddings: Tensor) -> Tensor:
        """Codebook embeddings [T, S, N, C] -> one query per scale [T, S, C]; each weighs 1 / (S * N), as published."""
        return embeddings.sum(2) / (embeddings.shape[1] * embeddings.shape[2])

    def queries(self, states: Tensor) -> Tensor:
        """States that predict the codebook tokens [T, S*N, C] -> embeddings [T, S, N, C]."""
        s = self.settings
        return self.text_hidden_fcs(states).float().view(-1, s.scales, s.seg_tokens, s.decoder_width)


def normalise_pixels(rgb: Tensor, kept_pixels: Tensor) -> Tensor:
    """u8 [B, side, side, 3] -> f32 [B, 3, side, side] with SAM's mean and deviation, padding exactly 0."""
    mean, deviation = torch.tensor([123.675, 116.28, 103.53]), torch.tensor([58.395, 57.12, 57.375])
    pixels = (rgb.float() - mean.to(rgb.device)) / deviation.to(rgb.device)
    return (pixels * kept_pixels[..., None]).permute(0, 3, 1, 2)


def causal_bias(length: int) -> Tensor:
    return torch.full((length, length), -1e4).triu(1)
