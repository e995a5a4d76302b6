"""Stage 1: the tower learns to see from dense labels; its decoder learns to draw from oracle queries."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from batches import Batch, kept_masks
from dense import DenseHeads, cell_losses, oracle_cells, oracle_queries, patch_losses, present
from losses import mask_losses
from parts import Parts
from pixellm.model import PixelLM, normalise_pixels
from settings import CONSTANTS, StageSettings


def choose_targets(batch: Batch, count: int) -> tuple[Tensor, Tensor]:
    """A random choice of `count` objects of the batch: image index and row."""
    image, row = present(batch)
    pick = torch.randperm(len(image), device=image.device)[:count]
    return image[pick], row[pick]


def see_losses(model: PixelLM, heads: DenseHeads, batch: Batch, stage: StageSettings, *, draw: bool) -> tuple[dict[str, Tensor], dict[str, float]]:
    """All losses of this stage and the shares read rightly."""
    pixels, kept = kept_masks(batch['size'])
    states = model.vision_tower(normalise_pixels(batch['rgb'], pixels), kept)
    losses = patch_losses(heads, states, model.settings, batch)
    of_cells, right = cell_losses(heads, model.pool(states[model.settings.select_layer]), batch)
    losses |= of_cells
    if draw:
        image, row = choose_targets(batch, stage.masks_per_image * len(batch['count']))
        query = oracle_queries(batch, image, row, model.settings.decoder_width)
        query = query + torch.randn_like(query) * CONSTANTS.query_noise
        logits, _ = model.mask_decoder(query[:, None].expand(-1, model.settings.scales, -1), model.mask_features(states), image)
        wanted = batch['masks'][image, row].float() / 255
        losses |= mask_losses(logits, wanted)
        hit, truth = logits.detach() > 0, wanted > 0.5
        right['iou'] = ((hit & truth).sum((1, 2)) / (hit | truth).sum((1, 2)).clamp(min=1)).mean().item()
    return losses, right


def settle_losses(parts: Parts, batch: Batch) -> tuple[dict[str, Tensor], dict[str, float]]:
    """Of a warm start: heads read the still tower, symbols learn to say what the still projector says."""
    model, heads, oracle = parts.model, parts.heads, parts.oracle
    pixels, kept = kept_masks(batch['size'])
    with torch.no_grad():
        states = model.vision_tower(normalise_pixels(batch['rgb'], pixels), kept)
        pooled = model.pool(states[model.settings.select_layer])
        said = model.mm_projector(pooled).float()
    losses = patch_losses(heads, states, model.settings, batch)
    of_cells, right = cell_losses(heads, pooled, batch)
    losses |= of_cells
    losses['symbols'] = F.mse_loss(oracle(oracle_cells(batch, pooled.shape[1])).float(), said) * CONSTANTS.symbols_weight
    return losses, right
