"""Stages 3 and 4: the parts meet. The real projector learns to say what the symbols said; then answers and masks train everything."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from batches import Batch, kept_masks
from dense import cell_losses, oracle_cells, patch_losses
from losses import mask_losses, refinement_loss
from parts import Parts
from pixellm.model import PixelLM, normalise_pixels
from settings import CONSTANTS, StageSettings
from stage_read import OracleCells, read_losses


def align_losses(model: PixelLM, oracle: OracleCells, batch: Batch) -> dict[str, Tensor]:
    """Distance of the projector's image tokens, on a still tower, from those that the language model was raised on."""
    pixels, kept = kept_masks(batch['size'])
    with torch.no_grad():
        states = model.vision_tower(normalise_pixels(batch['rgb'], pixels), kept)
        pooled = model.pool(states[model.settings.select_layer])
        symbols = oracle(oracle_cells(batch, pooled.shape[1])).float()
    return {'symbols': F.mse_loss(model.mm_projector(pooled).float(), symbols) * CONSTANTS.symbols_weight}


def join_losses(
    parts: Parts, batch: Batch, stage: StageSettings, frame: tuple[list[int], list[int]], *, share: float
) -> tuple[dict[str, Tensor], dict[str, float]]:
    """All losses. The pull of the projector towards the symbols fades out over the first half of the stage."""
    model, heads, oracle, readers = parts.model, parts.heads, parts.oracle, parts.readers
    settings = model.settings
    pixels, kept = kept_masks(batch['size'])
    states = model.vision_tower(normalise_pixels(batch['rgb'], pixels), kept)
    pooled = model.pool(states[settings.select_layer])
    losses = patch_losses(heads, states, settings, batch)
    of_cells, right = cell_losses(heads, pooled, batch)
    losses |= of_cells
    cells = model.mm_projector(pooled).float()
    with torch.no_grad():
        symbols = oracle(oracle_cells(batch, cells.shape[1])).float()
    fading = max(0.0, 1 - 2 * share)
    if fading:
        losses['symbols'] = F.mse_loss(cells, symbols) * CONSTANTS.symbols_weight * fading
    pool = settings.image_token_pool
    of_words, shares, groups = read_losses(model, readers, cells, batch, frame, kept[:, ::pool, ::pool].flatten(1))
    losses |= of_words
    right |= shares
    if not len(groups['row']):  # no answer of this batch points at anything
        return losses, right
    most = stage.masks_per_image * len(batch['count'])
    # Whole answers are kept together, because refinement compares the targets of one answer.
    order = torch.argsort(torch.rand(int(groups['answer'].max()) + 1, device=groups['answer'].device)[groups['answer']])[:most]
    image, row = groups['image'][order], groups['row'][order]
    queries = model.fuse(groups['embeddings'][order])
    logits, _ = model.mask_decoder(queries, model.mask_features(states), image)
    wanted = batch['masks'][image, row].float() / 255
    losses |= mask_losses(logits, wanted)
    _, answer = torch.unique(groups['answer'][order], return_inverse=True)
    losses['mask_refinement'] = refinement_loss(logits, wanted, answer)
    hit, truth = logits.detach() > 0, wanted > 0.5
    right['iou'] = ((hit & truth).sum((1, 2)) / (hit | truth).sum((1, 2)).clamp(min=1)).mean().item()
    return losses, right
