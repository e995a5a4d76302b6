"""Every number of the model in one place; the defaults are the bundled model's, `load` reads them from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


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
    vocabulary: int = 808
    scales: int = 2
    seg_tokens: int = 3
    decoder_width: int = 64
    decoder_heads: int = 4
    decoder_mlp: int = 256
    decoder_depth: int = 2
    decoder_downsample: int = 2
    upscaled_width: int = 16
    mask_tokens: int = 4

    @property
    def grid(self) -> int:
        return self.image_side // self.patch

    @property
    def cells(self) -> int:
        return self.grid // self.image_token_pool


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
    model = ModelSettings(**_only_known(ModelSettings, table.pop('model', {}), 'model'))
    stages = {name: StageSettings(**_only_known(StageSettings, stage, name)) for name, stage in table.pop('stages', {}).items()}
    return Settings(model=model, stages=stages, **_only_known(Settings, table, 'the file'))
