"""The stages: what each starts from, what moves in it, and its losses. train.py runs them.

`settle` (after a warm start: helpers learn to read the model), `see` (tower and decoder from labels), `read` (language model from symbols, after a
warm start from the still tower), `align` (the projector that replaces the symbols), `join` (everything together) and `finish` (the same again).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

import state as states
from batches import Batch, Extra, kept_masks
from conversations import conversation_rows, prefix_ids
from dense import oracle_cells
from parts import Parts
from pixellm.model import PixelLM, normalise_pixels
from settings import CONSTANTS, Settings, StageSettings
from stage_join import align_losses, join_losses
from stage_read import read_losses
from stage_see import see_losses, settle_losses
from tokenizer import Tokenizer

Losses = tuple[dict[str, Tensor], dict[str, float]]


@dataclass
class Plan:
    """What a stage needs to run: modules to keep, parts to move with their share of the rate, and its losses."""

    parts: Parts
    moving: dict[nn.Module, float]
    losses: Callable[[Batch, float], Losses]
    extra: Extra | None


def tokenizer_in(folder: Path, settings: Settings) -> Tokenizer:
    return Tokenizer(folder / 'tokenizer' / 'tokenizer.model', scales=settings.model.scales, seg_tokens=settings.model.seg_tokens)


def plan_settle(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    """After a warm start: the helpers that no export holds learn to read a model that stands still."""
    parts = Parts.fresh(settings.model)
    states.load(folder / 'start.pt', parts.named())

    def losses(batch: Batch, share: float) -> Losses:
        return settle_losses(parts, batch)

    return Plan(parts, {parts.heads: 1.0, parts.oracle: 1.0}, losses, None)


def plan_see(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    parts = Parts.fresh(settings.model)
    model, heads = parts.model, parts.heads
    if (folder / 'settle.pt').exists():
        states.load(folder / 'settle.pt', {'model': model, 'heads': heads})

    def losses(batch: Batch, share: float) -> Losses:
        return see_losses(model, heads, batch, stage, draw=share > CONSTANTS.draw_from)

    return Plan(parts, {model: 1.0, heads: 1.0}, losses, None)


def plan_read(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    """From scratch the language model reads symbols; after a warm start it reads what the still tower and projector say, which costs a fifth more."""
    parts = Parts.fresh(settings.model)
    is_warm = (folder / 'settle.pt').exists()
    if is_warm:
        states.load(folder / 'settle.pt', parts.named())
    model, oracle, readers = parts.model, parts.oracle, parts.readers
    tokenizer = tokenizer_in(folder, settings)
    frame = prefix_ids(tokenizer)

    def losses(batch: Batch, share: float) -> Losses:
        pixels, kept = kept_masks(batch['size'])
        pool, n = settings.model.image_token_pool, settings.model.cells
        if is_warm:
            with torch.no_grad():
                cells = model.image_tokens(model.vision_tower(normalise_pixels(batch['rgb'], pixels), kept))
        else:
            cells = oracle(oracle_cells(batch, n * n))
        found, right, _ = read_losses(model, readers, cells, batch, frame, kept[:, ::pool, ::pool].flatten(1))
        return found, right

    moving: dict[nn.Module, float] = {model.language_model: 1.0, model.text_hidden_fcs: 1.0, readers: 1.0}
    if not is_warm:
        moving[oracle] = 1.0
    return Plan(parts, moving, losses, conversation_rows(tokenizer, settings.model, stage.text_tokens))


def joined(settings: Settings, folder: Path) -> Parts:
    """The tower and decoder of `see` (of the warm start where nothing was seen since) with the language model of `read`."""
    parts = Parts.fresh(settings.model)
    model, seen = parts.model, PixelLM(settings.model)
    states.load(folder / 'read.pt', parts.named())
    saw = folder / 'see.pt'
    states.load(saw if saw.exists() else folder / 'settle.pt', {'model': seen, 'heads': parts.heads})
    for part in ('vision_tower', 'out_mm_projector', 'image_feature_neck', 'mask_decoder'):
        getattr(model, part).load_state_dict(getattr(seen, part).state_dict())
    return parts


def plan_align(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    parts = joined(settings, folder)
    model, oracle = parts.model, parts.oracle

    def losses(batch: Batch, share: float) -> Losses:
        return align_losses(model, oracle, batch), {}

    return Plan(parts, {model.mm_projector: 1.0}, losses, None)


def plan_join(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    parts = joined(settings, folder)
    if (folder / 'align.pt').exists():
        aligned = PixelLM(settings.model)
        states.load(folder / 'align.pt', {'model': aligned})
        parts.model.mm_projector.load_state_dict(aligned.mm_projector.state_dict())
    return plan_together(settings, stage, folder, parts)


def plan_finish(settings: Settings, stage: StageSettings, folder: Path) -> Plan:
    parts = Parts.fresh(settings.model)
    states.load(folder / 'join.pt', parts.named())
    return plan_together(settings, stage, folder, parts)


def plan_together(settings: Settings, stage: StageSettings, folder: Path, parts: Parts) -> Plan:
    model, heads = parts.model, parts.heads
    tokenizer = tokenizer_in(folder, settings)
    frame = prefix_ids(tokenizer)

    def losses(batch: Batch, share: float) -> Losses:
        return join_losses(parts, batch, stage, frame, share=share if stage.fade_symbols else 1.0)

    moving: dict[nn.Module, float] = {
        model.vision_tower: stage.tower_rate,
        heads: stage.tower_rate,
        parts.readers: 1.0,
        model.mm_projector: 1.0,
        **{getattr(model, part): 1.0 for part in ('out_mm_projector', 'image_feature_neck', 'mask_decoder', 'language_model', 'text_hidden_fcs')},
    }
    return Plan(parts, moving, losses, conversation_rows(tokenizer, settings.model, stage.text_tokens))


PLANS: dict[str, Callable[[Settings, StageSettings, Path], Plan]] = {
    'settle': plan_settle,
    'see': plan_see,
    'read': plan_read,
    'align': plan_align,
    'join': plan_join,
    'finish': plan_finish,
}
