"""Mask losses of the paper: binary cross-entropy, dice and target refinement. T targets, h x w mask pixels, g targets of one answer."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from settings import CONSTANTS


def mask_losses(logits: Tensor, wanted: Tensor) -> dict[str, Tensor]:
    """BCE, dice and BCE along the outline of logits [T, h, w] against shares [T, h, w] in 0..1.

    Each target's BCE is a mean of its inside and its surroundings weighed so that small targets count as much as large ones.
    """
    per_pixel = F.binary_cross_entropy_with_logits(logits, wanted, reduction='none')
    area = wanted.mean((1, 2)).clamp(min=CONSTANTS.least_area)
    bce = (per_pixel.mean((1, 2)) / area.sqrt()).mean()
    chance = logits.sigmoid()
    overlap = 2 * (chance * wanted).sum((1, 2))
    dice = 1 - (overlap + 1) / (chance.sum((1, 2)) + wanted.sum((1, 2)) + 1)
    band = boundary(wanted)
    near = (per_pixel * band).sum((1, 2)) / band.sum((1, 2)).clamp(min=1)
    return {'mask_bce': bce, 'mask_dice': dice.mean(), 'mask_boundary': near.mean()}


def boundary(shares: Tensor, width: int = CONSTANTS.boundary_width) -> Tensor:
    """1 where a mask pixel [T, h, w] lies within `width` of the outline of `shares` > 0.5, else 0."""
    inside = (shares > 0.5).float()[:, None]
    side = 2 * width + 1
    grown = F.max_pool2d(inside, side, 1, width)
    shrunk = -F.max_pool2d(-inside, side, 1, width)
    return (grown - shrunk)[:, 0]


def refinement_loss(logits: Tensor, wanted: Tensor, answer: Tensor, *, emphasis: float = CONSTANTS.overlap_emphasis) -> Tensor:
    """BCE in which pixels that two or more targets of one answer claim weigh more.

    `answer` [T] says which answer a target belongs to. The paper's map A is 1 + emphasis where the predicted masks of an answer overlap.
    The released code has this commented out and its background area is always empty; this follows the paper's text.
    """
    claimed = (logits.detach() > 0).float()
    answers = int(answer.max().item()) + 1 if len(answer) else 0
    claims = torch.zeros(answers, *logits.shape[1:], device=logits.device).index_add_(0, answer, claimed)
    weight = 1 + emphasis * (claims[answer] > 1).float()
    per_pixel = F.binary_cross_entropy_with_logits(logits, wanted, reduction='none')
    return (per_pixel * weight).sum() / weight.sum()
