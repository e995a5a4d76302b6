"""Every number of the model in one place; the defaults are the bundled model's, `load` reads them from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class LayersTold:
    """Which layers of the language model are told where to look while it trains (stage_read.py), counted from 0."""

    heard: int = 1
    seg: int = 2
    name: int = 3


@dataclass(frozen=True)
class ModelSettings:
    """Sizes. G = image_side / patch (grid), P = image_token_pool, S = scales, N = seg_tokens."""

    image_side: int = 224
    patch: int = 14
    tower_width: int = 192
    tower_layers: int = 5
    tower_heads: int = 3
    tower_mlp: int = 768
    select_layer: int = -1
    mask_layers: tuple[int, ...] = (-1, -3)
    image_token_pool: int = 2
    projector_hidden: int = 2
    language_width: int = 192
    language_layers: int = 5
    language_heads: int = 6
    language_mlp: int = 512
    rope_base: float = 10000.0
    rms_eps: float = 1e-6
    vocabulary: int = 2008
    scales: int = 2
    seg_tokens: int = 3
    decoder_width: int = 64
    decoder_heads: int = 4
    decoder_mlp: int = 256
    decoder_depth: int = 2
    decoder_downsample: int = 2
    upscaled_width: int = 16
    mask_tokens: int = 4
    layers_told: LayersTold = LayersTold()

    def __post_init__(self) -> None:
        """Refuses a layer index that the configured depth does not have, before anything trains on the wrong layer."""
        for name, layer in (('select_layer', self.select_layer), *(('mask_layers', layer) for layer in self.mask_layers)):
            if not -self.tower_layers - 1 <= layer <= self.tower_layers:
                raise ValueError(f'{name} names layer {layer}, but the tower has {self.tower_layers} layers and its embeddings.')
        for name, layer in vars(self.layers_told).items():
            if not 0 <= layer < self.language_layers:
                raise ValueError(f'layers_told.{name} is {layer}, but the language model has layers 0 to {self.language_layers - 1}.')
        if len(self.mask_layers) != self.scales:
            raise ValueError(f'mask_layers names {len(self.mask_layers)} layers for {self.scales} scales.')
        if self.language_heads < 5:
            raise ValueError(f'{self.language_heads} heads are too few: five of a layer are told where to look.')

    @property
    def grid(self) -> int:
        return self.image_side // self.patch

    @property
    def plain_vocabulary(self) -> int:
        """Pieces of the tokenizer, without the codebook and the two brackets of the image."""
        return self.vocabulary - self.scales * self.seg_tokens - 2

    @property
    def cells(self) -> int:
        return self.grid // self.image_token_pool


@dataclass(frozen=True)
class Constants:
    """Numbers of the losses that no run has varied yet; a loss's weight is its stage's (`losses`)."""

    # masks
    least_area: float = 0.01  # share of the picture below which a target weighs no more
    overlap_emphasis: float = 2.0  # of pixels that several targets of an answer claim
    boundary_width: int = 1  # mask pixels on either side of an outline
    # labels of patches and cells
    background_weight: float = 0.2
    offset_weight: float = 5.0
    offset_scale: float = 0.25
    centre_weight: float = 3.0
    centre_rarity: float = 4.0  # a cell with a centre weighs this many without
    near: float = 4.0 / 28.0  # of a cell's side
    # queries and symbols
    query_noise: float = 0.12
    draw_from: float = 0.35  # share of `see` from which the decoder draws
    symbols_weight: float = 10.0
    code_beta: float = 0.3
    # words
    codebook_weight: float = 0.1  # of codebook tokens after a group's first, which follow by themselves
    repeat_weight: float = 4.0  # of the pieces of a word that was never taught and is named back
    least_attention: float = 1e-4
    # steps
    longest_gradient: float = 2.0
    steps_without_number: int = 20


CONSTANTS = Constants()


@dataclass(frozen=True)
class StageSettings:
    """One stage of training: what moves, how fast, for what share of the minutes."""

    minutes: float = 1.0
    batch: int = 16
    rate: float = 1.5e-3
    final_rate: float = 0.05  # as a share of rate
    weight_decay: float = 0.02
    warm_up_steps: int = 40
    tower_rate: float = 1.0  # multiplies rate for the vision tower
    masks_per_image: int = 2
    text_tokens: int = 224
    fade_symbols: bool = True
    losses: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    seed: int = 1
    threads: int = 1
    device: str = 'cpu'
    world: str = 'twenty'  # a table of worlds/
    scene_processes: int = 1  # that draw and tokenise; a card needs a dozen to be fed
    clock: str = 'processor'  # what minutes count: 'processor' on a shared machine, 'wall' on a card
    model: ModelSettings = ModelSettings()
    stages: dict[str, StageSettings] = field(default_factory=dict)


def _only_known(kind: type, values: dict[str, Any], where: str) -> dict[str, Any]:
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f'{where} has settings nobody reads: {", ".join(unknown)}.')
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def load(path: Path) -> Settings:
    """Settings from a TOML file. Raises ValueError for a key nobody reads, so that a typing mistake is not silent."""
    table = tomllib.loads(path.read_text())
    sizes = table.pop('model', {})
    told = LayersTold(**_only_known(LayersTold, sizes.pop('layers_told', {}), 'layers_told'))
    model = ModelSettings(**_only_known(ModelSettings, sizes, 'model'), layers_told=told)
    stages = {name: StageSettings(**_only_known(StageSettings, stage, name)) for name, stage in table.pop('stages', {}).items()}
    settings = Settings(model=model, stages=stages, **_only_known(Settings, table, 'the file'))
    if settings.clock not in ('processor', 'wall'):
        raise ValueError(f"clock is '{settings.clock}'; it can be 'processor' or 'wall'.")
    return settings
