"""Muon for the matrices, AdamW for the rest."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def orthogonalise(update: Tensor, steps: int = 5) -> Tensor:
    """Newton-Schulz iteration towards the nearest orthogonal matrix, for a stack [n, rows, columns]."""
    tall = update.shape[1] > update.shape[2]
    x = (update.transpose(1, 2) if tall else update).bfloat16()
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        square = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return (x.transpose(1, 2) if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Momentum whose update is made orthogonal. The step is scaled so that AdamW's rates carry over."""

    def __init__(self, groups: list[dict], *, momentum: float = 0.95) -> None:
        super().__init__(groups, {'lr': 1e-3, 'weight_decay': 0.0, 'momentum': momentum})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]  # no closure is ever given
        for group in self.param_groups:
            shapes: dict[tuple[int, ...], list[nn.Parameter]] = {}
            for p in group['params']:
                if p.grad is not None:
                    shapes.setdefault(tuple(p.shape), []).append(p)
            for shape, members in shapes.items():
                updates = []
                for p in members:
                    if p.grad is None:
                        continue
                    buffer = self.state[p].setdefault('buffer', torch.zeros_like(p))
                    buffer.lerp_(p.grad, 1 - group['momentum'])
                    updates.append(p.grad.lerp(buffer, group['momentum']))
                steps = orthogonalise(torch.stack(updates))
                scale = 0.2 * math.sqrt(max(shape))
                for p, update in zip(members, steps, strict=True):
                    p.mul_(1 - group['lr'] * group['weight_decay']).add_(update, alpha=-group['lr'] * scale)


class Optimiser:
    """Both optimisers behind one door; `scale` is the schedule's factor."""

    def __init__(self, modules: dict[nn.Module, float], *, rate: float, weight_decay: float) -> None:
        matrices, others = [], []
        for module, factor in modules.items():
            split: tuple[list, list] = ([], [])
            for name, p in module.named_parameters():
                if p.requires_grad:
                    is_matrix = p.ndim == 2 and min(p.shape) >= 32 and 'embed' not in name and 'lm_head' not in name and name != 'positions'
                    split[0 if is_matrix or 'patch_embedding' in name else 1].append(p)
            matrices.append({'params': split[0], 'lr': rate * factor, 'weight_decay': weight_decay, 'base': rate * factor})
            others.append({'params': split[1], 'lr': rate * factor, 'weight_decay': 0.0, 'base': rate * factor})
        self.parts: list[torch.optim.Optimizer] = [
            Muon([g for g in matrices if g['params']]),
            torch.optim.AdamW([g for g in others if g['params']], betas=(0.9, 0.98), fused=True),
        ]

    def step(self, scale: float) -> None:
        for part in self.parts:
            for group in part.param_groups:
                group['lr'] = group['base'] * scale
            part.step()
            part.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict]:
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states: list[dict]) -> None:
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)
