"""The network and the helpers that train it: what a stage's file holds."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from dense import DenseHeads
from pixellm.model import PixelLM
from settings import ModelSettings
from stage_read import OracleCells, RankReaders


@dataclass
class Parts:
    """The model, and the helpers that no export holds."""

    model: PixelLM
    heads: DenseHeads
    oracle: OracleCells
    readers: RankReaders

    @classmethod
    def fresh(cls, sizes: ModelSettings) -> Parts:
        """Everything untrained."""
        return cls(PixelLM(sizes), DenseHeads(sizes), OracleCells(sizes), RankReaders(sizes))

    def named(self) -> dict[str, nn.Module]:
        return dict(vars(self))
