"""Random scenes: what is where, the picture, and the exact visible mask of every object. Deterministic by (seed, index)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from sprites import hands_of, sprite_for
from world import COLOUR_NAMES, COLOURS, KINDS, MAX_OBJECTS, NO_COLOUR, SHAPES, STYLES, category_of, name_of

LONG_SIDE = 224
ASPECTS: tuple[tuple[int, int], ...] = ((224, 224), (224, 168), (168, 224), (224, 149), (149, 224))
ASPECT_WEIGHTS = (0.68, 0.12, 0.08, 0.07, 0.05)
COUNT_WEIGHTS = (0.06, 0.14, 0.20, 0.23, 0.20, 0.17)
SIZES = (40.0, 100.0)
RANK_GAP = 9.0  # centres differ by at least this much in x and in y, so that orders are never a matter of taste
CENTRE_GAP = 31.0  # and lie in different 28-pixel cells
SIZE_RATIO = 1.08
MIN_VISIBLE = 0.66


@dataclass
class SceneObject:
    """One object. Coordinates in pixels of the picture; size = geometric mean of the upright content's sides."""

    kind: int
    colour: int
    x: float
    y: float
    size: float
    angle: float
    mirrored: bool
    rgb: tuple[float, float, float]
    style: str = ''

    @property
    def name(self) -> str:
        return name_of(self.kind, self.colour)

    @property
    def category(self) -> str:
        return category_of(self.kind)


@dataclass
class Scene:
    """A picture u8 [height, width, 3], its objects in drawing order, and ids u8 [height, width] (0 background, i+1 object i)."""

    rgb: np.ndarray
    ids: np.ndarray
    objects: list[SceneObject]

    def ranks(self) -> np.ndarray:
        """Ranks [objects, 3] from the left, from the top, and from the largest; 0 first."""
        keys = np.array([[o.x, o.y, -o.size] for o in self.objects]).reshape(-1, 3)
        return keys.argsort(axis=0).argsort(axis=0)


def _pick_names(rng: np.random.Generator, count: int) -> list[tuple[int, int]]:
    """Distinct (kind, colour) pairs, drawn so that shapes, colours and categories often repeat within a scene."""
    palette = rng.choice(len(COLOUR_NAMES), size=rng.integers(2, 5), replace=False)
    outlines = rng.choice(len(SHAPES), size=rng.integers(1, 4), replace=False)
    favourite = rng.choice(['food', 'animal', 'vehicle', 'other'])
    share_of_shapes = rng.choice([0.2, 0.5, 0.8])
    names: list[tuple[int, int]] = []
    while len(names) < count:
        if rng.random() < share_of_shapes:
            wide = rng.random() < 0.15
            kind = int(rng.integers(len(SHAPES))) if wide else int(rng.choice(outlines))
            colour = int(rng.integers(len(COLOUR_NAMES))) if wide else int(rng.choice(palette))
            name = (kind, colour)
        else:
            kind = int(rng.integers(len(SHAPES), len(KINDS)))
            if rng.random() < 0.4 and category_of(kind) != favourite:
                continue
            name = (kind, NO_COLOUR)
        if name not in names:
            names.append(name)
    return names


def _pick_places(rng: np.random.Generator, *, count: int, width: int, height: int) -> list[tuple[float, float, float]]:
    """Up to `count` places (x, y, size) that keep the gaps above."""
    places: list[tuple[float, float, float]] = []
    crowd = 1.0 if count < 4 else 0.85
    largest = min(SIZES[1] * crowd, 0.62 * min(width, height))
    for _ in range(60 * count):
        if len(places) == count:
            break
        size = math.exp(rng.uniform(math.log(SIZES[0]), math.log(largest)))
        reach = 0.5 * size
        x, y = rng.uniform(reach, width - reach), rng.uniform(reach, height - reach)
        clear = all(
            abs(x - px) >= RANK_GAP
            and abs(y - py) >= RANK_GAP
            and max(abs(x - px), abs(y - py)) >= max(CENTRE_GAP, 0.40 * (size + ps))
            and max(size / ps, ps / size) >= SIZE_RATIO
            for px, py, ps in places
        )
        if clear:
            places.append((x, y, size))
    return places


def _background(rng: np.random.Generator, *, width: int, height: int) -> np.ndarray:
    """A pale background f32 [height, width, 3], 0..1: plain, gradient, stripes, checks or soft blotches."""

    def pale() -> np.ndarray:
        level, tint = rng.uniform(0.62, 0.97), rng.uniform(0.0, 0.10)
        return np.clip(level + rng.uniform(-tint, tint, 3), 0, 1)

    first, second = pale(), pale()
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    style = rng.integers(5)
    if style == 0:
        mix = np.zeros((height, width), np.float32)
    elif style == 1:
        angle = rng.uniform(0, 2 * math.pi)
        mix = (xs / width - 0.5) * math.cos(angle) + (ys / height - 0.5) * math.sin(angle) + 0.5
    elif style == 2:
        angle, period = rng.uniform(0, math.pi), rng.uniform(14, 60)
        mix = 0.5 * (np.sin((xs * math.cos(angle) + ys * math.sin(angle)) * 2 * math.pi / period) > 0)
    elif style == 3:
        side = rng.uniform(16, 56)
        mix = 0.5 * ((np.floor(xs / side) + np.floor(ys / side)) % 2)
    else:
        coarse = rng.random((6, 6)).astype(np.float32)
        mix = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
    mix = np.clip(mix, 0, 1)[..., None].astype(np.float32)
    return (first * (1 - mix) + second * mix).astype(np.float32)


def _paste(canvas: np.ndarray, ids: np.ndarray, item: SceneObject, number: int, zoom: float) -> int:
    """Draws one object over the canvas; returns its pixel count before anything covers it."""
    size = item.size * zoom
    sprite, content = sprite_for(item.kind, size, item.style)
    scale = size / content
    side = sprite.shape[0]
    reach = math.ceil(side * scale * 0.72) + 1
    left, top = int(item.x * zoom) - reach, int(item.y * zoom) - reach
    cos, sin = math.cos(item.angle) * scale, math.sin(item.angle) * scale
    flip = -1.0 if item.mirrored else 1.0
    a, b, c, d = cos * flip, -sin, sin * flip, cos
    middle = (side - 1) / 2
    offset_x = item.x * zoom - 0.5 - left - (a * middle + b * middle)
    offset_y = item.y * zoom - 0.5 - top - (c * middle + d * middle)
    matrix = np.array([[a, b, offset_x], [c, d, offset_y]], np.float32)
    patch = cv2.warpAffine(sprite, matrix, (2 * reach + 2, 2 * reach + 2), flags=cv2.INTER_LINEAR)
    height, width = ids.shape
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + patch.shape[1], width), min(top + patch.shape[0], height)
    patch = patch[y0 - top : y1 - top, x0 - left : x1 - left]
    alpha = patch[..., 3:]
    region = canvas[y0:y1, x0:x1]
    region *= 1 - alpha
    region += patch[..., :3] * np.array(item.rgb, np.float32)
    inside = alpha[..., 0] > 0.5
    ids[y0:y1, x0:x1][inside] = number
    return int(inside.sum())


def _draw(rng: np.random.Generator, objects: list[SceneObject], *, width: int, height: int, zoom: float) -> tuple[Scene, list[float]]:
    """The scene and each object's visible share."""
    width, height = round(width * zoom), round(height * zoom)
    canvas = _background(rng, width=width, height=height)
    ids = np.zeros((height, width), np.uint8)
    whole = [_paste(canvas, ids, item, number, zoom) for number, item in enumerate(objects, 1)]
    counts = np.bincount(ids.ravel(), minlength=len(objects) + 1)[1:]
    canvas += rng.normal(0, rng.uniform(0, 0.02), (*canvas.shape[:2], 1)).astype(np.float32)
    gain, lift = rng.uniform(0.92, 1.04), rng.uniform(-0.03, 0.03)
    rgb = np.clip((canvas * gain + lift) * 255 + 0.5, 0, 255).astype(np.uint8)
    return Scene(rgb, ids, objects), [float(n) / max(1, w) for n, w in zip(counts, whole, strict=True)]


def _scaled(item: SceneObject, zoom: float) -> SceneObject:
    return SceneObject(item.kind, item.colour, item.x * zoom, item.y * zoom, item.size * zoom, item.angle, item.mirrored, item.rgb, item.style)


def make_scene(seed: int, index: int, *, zoom: float = 1.0, styles: tuple[str, ...] = STYLES) -> Scene:
    """Scene number `index` of `seed`; `zoom` draws the same scene with more pixels (samples, robustness checks)."""
    rng = np.random.default_rng([seed, index])
    while True:
        width, height = ASPECTS[rng.choice(len(ASPECTS), p=ASPECT_WEIGHTS)]
        places = _pick_places(rng, count=int(rng.choice(MAX_OBJECTS, p=COUNT_WEIGHTS)) + 1, width=width, height=height)
        names = _pick_names(rng, len(places))
        objects = []
        for (kind, colour), (x, y, size) in zip(names, places, strict=True):
            jitter = rng.normal(0, 10, 3)
            rgb = (1.0, 1.0, 1.0)
            if colour != NO_COLOUR:
                red, green, blue = np.clip((np.array(COLOURS[COLOUR_NAMES[colour]]) + jitter) / 255, 0, 1)
                rgb = (float(red), float(green), float(blue))
            mirrored = kind >= len(SHAPES) and bool(rng.random() < 0.5)
            angle = float(rng.uniform(-0.25, 0.25))
            hands = hands_of(kind, styles)
            style = str(rng.choice(hands)) if hands else ''
            objects.append(SceneObject(kind, colour, x, y, size, angle, mirrored, rgb, style))
        state = rng.bit_generator.state
        scene, visible = _draw(rng, objects, width=width, height=height, zoom=1.0)
        height, width = scene.ids.shape
        centred = all(scene.ids[min(height - 1, int(o.y)), min(width - 1, int(o.x))] in (0, i + 1) for i, o in enumerate(objects))
        if min(visible) < MIN_VISIBLE or not centred:
            continue
        if zoom != 1.0:
            rng.bit_generator.state = state
            scene, _ = _draw(rng, objects, width=width, height=height, zoom=zoom)
            scene.objects = [_scaled(o, zoom) for o in objects]
        return scene
