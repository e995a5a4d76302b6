"""What a scene teaches the tower directly: labels of patches and cells, and soft masks. Dropped at export; only losses."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from scenes import Scene
from world import MAX_OBJECTS

SIDE, PATCH, GRID, CELLS, MASK_SIDE = 224, 14, 16, 8, 64


@dataclass
class Labels:
    """One scene as arrays. K = MAX_OBJECTS rows, the first `count` real."""

    rgb: np.ndarray  # u8 [224, 224, 3], zero beyond size
    size: np.ndarray  # i64 [2] height, width
    patch_kind: np.ndarray  # i64 [16, 16], 0 background, 1 + kind
    patch_owner: np.ndarray  # i64 [16, 16], -1 background, object row
    coverage: np.ndarray  # u8 [16, 16, 16], 4 x 4 foreground inside each patch
    count: np.ndarray  # i64 []
    cell: np.ndarray  # i64 [K] index of the 8 x 8 cell that holds the centre
    kind: np.ndarray  # i64 [K]
    colour: np.ndarray  # i64 [K]
    place: np.ndarray  # f32 [K, 3] centre x, centre y (share of 224), log size
    ranks: np.ndarray  # i64 [K, 3] from the left, from the top, from the largest
    masks: np.ndarray  # u8 [K, 64, 64] visible share of each mask pixel, 0..255


def labels_of(scene: Scene) -> Labels:
    """Labels of a scene drawn at zoom 1."""
    height, width = scene.ids.shape
    rgb = np.zeros((SIDE, SIDE, 3), np.uint8)
    rgb[:height, :width] = scene.rgb
    ids = np.zeros((SIDE, SIDE), np.uint8)
    ids[:height, :width] = scene.ids
    count = len(scene.objects)
    kinds = np.array([o.kind for o in scene.objects])
    planes = ids[None] == np.arange(1, count + 1, dtype=np.uint8)[:, None, None]
    share = planes.reshape(count, GRID, PATCH, GRID, PATCH).mean((2, 4))
    owner = np.where(share.max(0) > 0.35, share.argmax(0), -1)
    masks = np.zeros((MAX_OBJECTS, MASK_SIDE, MASK_SIDE), np.uint8)
    for index, plane in enumerate(planes):
        masks[index] = cv2.resize(plane.astype(np.uint8) * 255, (MASK_SIDE, MASK_SIDE), interpolation=cv2.INTER_AREA)
    fine = masks[:count].max(0) > 127
    coverage = fine.reshape(GRID, 4, GRID, 4).transpose(0, 2, 1, 3).reshape(GRID, GRID, 16).astype(np.uint8)
    rows = np.zeros((MAX_OBJECTS, 6), np.int64)
    place = np.zeros((MAX_OBJECTS, 3), np.float32)
    step = SIDE // CELLS
    ranks = scene.ranks()
    for index, o in enumerate(scene.objects):
        rows[index] = [int(o.y) // step * CELLS + int(o.x) // step, o.kind, o.colour, *ranks[index]]
        place[index] = [o.x / SIDE, o.y / SIDE, np.log(o.size / 64)]
    return Labels(
        rgb=rgb,
        size=np.array([height, width]),
        patch_kind=np.where(owner >= 0, kinds[owner] + 1, 0),
        patch_owner=owner,
        coverage=coverage,
        count=np.array(count),
        cell=rows[:, 0],
        kind=rows[:, 1],
        colour=rows[:, 2],
        place=place,
        ranks=rows[:, 3:],
        masks=masks,
    )
