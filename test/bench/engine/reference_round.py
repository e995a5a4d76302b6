"""Times what the original PixelLM code does anew for every token: one call of CLIP's tower and one pass of LLaMA over the whole sequence, in float32 and
written as transformers 4.31 computes them (attention spelt out). Random weights. Projectors and masks are left out, so the original takes longer still.

python reference_round.py '{"vision": {...}, "language": {...}, "threads": 1, "repeats": 3}' -> {"towerMs": {"wall", "cpu"}, "passMs": {...}}
"""

import json
import math
import sys
import time

import torch
from torch import Tensor, nn

SIDE = 448
PATCH = 14
POSITIONS = 315  # a prompt of 60 ids with its 256 image tokens in the place of one


def by_head(x: Tensor, heads: int) -> Tensor:
    batch, rows, width = x.shape
    return x.view(batch, rows, heads, width // heads).transpose(1, 2)


class TowerLayer(nn.Module):
    def __init__(self, hidden: int, heads: int, intermediate: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(hidden, hidden) for _ in range(4))
        self.up, self.down = nn.Linear(hidden, intermediate), nn.Linear(intermediate, hidden)
        self.first, self.second = nn.LayerNorm(hidden), nn.LayerNorm(hidden)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        normed = self.first(x)
        scale = (x.shape[-1] // self.heads) ** -0.5
        query = by_head(self.query(normed) * scale, self.heads)
        key, value = by_head(self.key(normed), self.heads), by_head(self.value(normed), self.heads)
        weights = torch.softmax(query @ key.transpose(2, 3) + mask, dim=-1)
        x = x + self.out((weights @ value).transpose(1, 2).reshape(x.shape))
        middle = self.up(self.second(x))
        return x + self.down(middle * torch.sigmoid(1.702 * middle))


class LanguageLayer(nn.Module):
    def __init__(self, hidden: int, heads: int, intermediate: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(hidden, hidden, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(hidden, intermediate, bias=False) for _ in range(2))
        self.down = nn.Linear(intermediate, hidden, bias=False)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        normed = rms(x)
        query, key, value = (by_head(part(normed), self.heads) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1]) + mask
        mixed = torch.softmax(scores, dim=-1) @ value
        x = x + self.out(mixed.transpose(1, 2).reshape(x.shape))
        normed = rms(x)
        return x + self.down(nn.functional.silu(self.gate(normed)) * self.up(normed))


def rms(x: Tensor) -> Tensor:
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)


def timed(work, repeats: int) -> dict[str, float]:
    work()
    wall, cpu = [], []
    for _ in range(repeats):
        start = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - start[0])
        cpu.append(time.process_time() - start[1])
    return {"wall": 1000 * sorted(wall)[repeats // 2], "cpu": 1000 * sorted(cpu)[repeats // 2]}


def main() -> None:
    request = json.loads(sys.argv[1])
    vision, language = request["vision"], request["language"]
    torch.set_num_threads(request["threads"])
    torch.manual_seed(0)
    sizes = [(part["hidden"], part["heads"], part["intermediate"]) for part in (vision, language)]
    patches = nn.Conv2d(3, vision["hidden"], PATCH, PATCH, bias=False)
    tower = [TowerLayer(*sizes[0]) for _ in range(vision["layers"])]
    layers = [LanguageLayer(*sizes[1]) for _ in range(language["layers"])]
    head = nn.Linear(language["hidden"], language["vocabulary"], bias=False)
    picture = torch.randn(1, 3, SIDE, SIDE)
    rows = (SIDE // PATCH) ** 2 + 1
    seen = torch.zeros(1, 1, rows, rows)
    words = torch.randn(1, POSITIONS, language["hidden"])
    causal = torch.full((POSITIONS, POSITIONS), float("-inf")).triu(1)[None, None]

    def tower_call() -> None:
        x = patches(picture).flatten(2).transpose(1, 2)
        x = torch.cat([x[:, :1], x], dim=1)
        for layer in tower:
            x = layer(x, seen)

    def language_pass() -> None:
        x = words
        for layer in layers:
            x = layer(x, causal)
        head(x)

    with torch.no_grad():
        repeats = request["repeats"]
        print(json.dumps({"towerMs": timed(tower_call, repeats), "passMs": timed(language_pass, repeats)}))


main()
