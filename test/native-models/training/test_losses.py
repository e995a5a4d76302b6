"""The losses of the training room, on cases small enough to work out by hand."""

from __future__ import annotations

import math

import pytest
import torch

from losses import boundary, mask_losses, refinement_loss


def square(side: int, left: int, top: int, size: int) -> torch.Tensor:
    mask = torch.zeros(side, side)
    mask[top : top + size, left : left + size] = 1
    return mask


def test_masks_that_are_sure_and_right_cost_nearly_nothing() -> None:
    wanted = square(16, 4, 4, 8)[None]
    losses = mask_losses((wanted * 2 - 1) * 20, wanted)
    assert all(value.item() < 0.01 for value in losses.values())


def test_an_undecided_mask_costs_ln_2_a_pixel_weighed_by_the_root_of_its_area() -> None:
    wanted = square(16, 4, 4, 8)[None]  # a quarter of the picture
    losses = mask_losses(torch.zeros(1, 16, 16), wanted)
    assert losses['mask_bce'].item() == pytest.approx(math.log(2) / 0.5)
    assert losses['mask_boundary'].item() == pytest.approx(math.log(2))


def test_the_boundary_is_a_band_of_one_pixel_on_either_side() -> None:
    band = boundary(square(12, 4, 4, 4)[None])[0]
    assert band.sum().item() == 6 * 6 - 2 * 2  # all within one pixel of the outline: the square grown by one, without its inside
    assert band[5, 5] == 0 and band[4, 4] == 1 and band[3, 3] == 1 and band[2, 2] == 0


def test_a_mask_that_bleeds_by_a_pixel_costs_more_along_the_outline_than_one_that_misses_far_away() -> None:
    wanted = square(32, 8, 8, 8)[None]
    bleeding, stray = wanted.clone(), wanted.clone()
    bleeding[0, 8:16, 16] = 1
    stray[0, 28, 0:8] = 1  # as many wrong pixels
    cost = [mask_losses((m * 2 - 1) * 4, wanted)['mask_boundary'].item() for m in (bleeding, stray)]
    assert cost[0] > 2 * cost[1]


def test_refinement_weighs_pixels_that_two_targets_of_one_answer_claim() -> None:
    wanted = torch.stack([square(8, 0, 0, 4), square(8, 4, 4, 4)])
    logits = torch.full((2, 8, 8), 3.0)  # both claim everything
    together = refinement_loss(logits, wanted, torch.tensor([0, 0]), emphasis=2.0)
    apart = refinement_loss(logits, wanted, torch.tensor([0, 1]), emphasis=2.0)
    assert together.item() == pytest.approx(apart.item())  # every pixel is weighed alike in both
    logits[0, :, 4:] = -3.0  # the first gives up the right half: what both claim weighs more now
    assert refinement_loss(logits, wanted, torch.tensor([0, 0])) > refinement_loss(logits, wanted, torch.tensor([0, 1]))
