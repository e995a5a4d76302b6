"""Uncompressed COCO run lengths: columns first, background first."""

from __future__ import annotations

import numpy as np


def encode_rle(mask: np.ndarray) -> dict[str, list[int]]:
    """bool [height, width] -> {"size": [height, width], "counts": [...]}"""
    flat = np.concatenate([[False], mask.T.ravel(), [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(flat[:-1]))
    bounds = np.concatenate([[0], edges, [mask.size]])
    return {'size': [int(n) for n in mask.shape], 'counts': [int(n) for n in np.diff(bounds)]}


def decode_rle(rle: dict[str, list[int]]) -> np.ndarray:
    height, width = rle['size']
    counts = rle['counts']
    values = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return values.reshape(width, height).T
