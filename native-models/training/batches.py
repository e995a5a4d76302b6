"""Batches from a background process, so that drawing and training overlap. The same seed gives the same stream."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import fields

import numpy as np
import torch

from scenes import Scene, make_scene
from targets import GRID, PATCH, SIDE, Labels, labels_of

Batch = dict[str, torch.Tensor]
Extra = Callable[[int, int, list[Scene]], dict[str, np.ndarray]]


def batch_of(scenes: list[Scene]) -> dict[str, np.ndarray]:
    """Labels of several scenes stacked."""
    labels = [labels_of(scene) for scene in scenes]
    return {f.name: np.stack([getattr(one, f.name) for one in labels]) for f in fields(Labels)}


def _produce(queue: multiprocessing.Queue, *, seed: int, start: int, size: int, extra: Extra | None, stride: int) -> None:
    os.nice(3)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # ends with its parent, whatever that one waits for
    index = start
    while True:
        scenes = [make_scene(seed, index + i) for i in range(size)]
        batch = batch_of(scenes)
        if extra is not None:
            batch |= extra(seed, index, scenes)
        queue.put((index + size, batch))
        index += size * stride


class BatchStream:
    """Iterates over (next scene index, batch of tensors); `close` ends the processes."""

    def __init__(self, *, seed: int, start: int, size: int, extra: Extra | None = None, workers: int = 1) -> None:
        context = multiprocessing.get_context('fork')
        self._queue = context.Queue(maxsize=6)
        self._processes = [
            context.Process(
                target=_produce,
                args=(self._queue,),
                kwargs={'seed': seed, 'start': start + w * size, 'size': size, 'extra': extra, 'stride': workers},
                daemon=True,
            )
            for w in range(workers)
        ]
        for process in self._processes:
            process.start()

    def __iter__(self) -> Iterator[tuple[int, dict[str, torch.Tensor]]]:
        while True:
            index, batch = self._queue.get()
            yield index, {key: torch.from_numpy(value) for key, value in batch.items()}

    def close(self) -> None:
        for process in self._processes:
            process.terminate()


def kept_masks(size: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Sizes [B, 2] -> kept pixels f32 [B, 224, 224] and kept patches bool [B, 16, 16] (a patch with one row of picture counts)."""
    line = torch.arange(SIDE, device=size.device)
    pixels = (line[None, :, None] < size[:, 0, None, None]) & (line[None, None] < size[:, 1, None, None])
    return pixels.float(), pixels[:, ::PATCH, ::PATCH][:, :GRID, :GRID]
