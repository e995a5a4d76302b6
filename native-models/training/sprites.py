"""Pictures of every kind: shapes drawn here, things rendered from the emoji font. Cached by size for quick scenes."""

from __future__ import annotations

import functools
import math
import os

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from world import SHAPES, THINGS

# Scenes are small, and whoever draws them may be forked from a process that drew some: threads of OpenCV's would not come along, and be waited for.
cv2.setNumThreads(1)

FONT_PATHS = (
    '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf',
    '/usr/share/fonts/noto/NotoColorEmoji.ttf',
)
STRIKE = 109  # the only bitmap size in the font
LEVELS = (160, 112, 80, 56)  # side of the content square of each cached size
MARGIN = 1.5  # sprite side / sqrt(content width * height): room for rotation of elongated glyphs


def _polygon(points: list[tuple[float, float]]) -> np.ndarray:
    canvas = np.zeros((1024, 1024), np.uint8)
    scaled = np.array([[512 + 400 * x, 512 + 400 * y] for x, y in points])
    cv2.fillPoly(canvas, [np.round(scaled * 16).astype(np.int32)], 255, lineType=cv2.LINE_AA, shift=4)
    return canvas


def _circle(radius: float, centre: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    steps = np.linspace(0, 2 * math.pi, 256, endpoint=False)
    return _polygon([(centre[0] + radius * math.cos(t), centre[1] + radius * math.sin(t)) for t in steps])


def _shape_alpha(name: str) -> np.ndarray:
    """Alpha [1024, 1024] of a shape, before its size is normalised."""
    if name == 'circle':
        return _circle(1.0)
    if name == 'square':
        return _polygon([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    if name == 'triangle':
        return _polygon([(0, -1), (1.05, 0.85), (-1.05, 0.85)])
    if name == 'star':
        angles = [-math.pi / 2 + i * math.pi / 5 for i in range(10)]
        return _polygon([((1.0 if i % 2 == 0 else 0.42) * math.cos(t), (1.0 if i % 2 == 0 else 0.42) * math.sin(t)) for i, t in enumerate(angles)])
    if name == 'heart':
        steps = np.linspace(0, 2 * math.pi, 256, endpoint=False)
        return _polygon([(math.sin(t) ** 3, -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)) / 16) for t in steps])
    if name == 'cross':
        a = 0.36
        return _polygon([(-a, -1), (a, -1), (a, -a), (1, -a), (1, a), (a, a), (a, 1), (-a, 1), (-a, a), (-1, a), (-1, -a), (-a, -a)])
    if name == 'ring':
        return cv2.subtract(_circle(1.0), _circle(0.55))
    if name == 'moon':
        return cv2.subtract(_circle(1.0), _circle(0.85, (0.5, -0.1)))
    raise KeyError(name)


def _glyph_rgba(glyph: str) -> np.ndarray:
    for path in FONT_PATHS:
        try:
            font = ImageFont.truetype(path, STRIKE)
        except OSError:
            continue
        image = Image.new('RGBA', (160, 160), (0, 0, 0, 0))
        ImageDraw.Draw(image).text((12, 12), glyph, font=font, embedded_color=True)
        return np.asarray(image)
    raise FileNotFoundError('Noto Color Emoji is missing: install fonts-noto-color-emoji.')


def _normalise(rgba: np.ndarray) -> list[np.ndarray]:
    """Centres the content, scales its geometric mean side to each level and premultiplies: f32 [side, side, 4], 0..1."""
    ys, xs = np.nonzero(rgba[..., 3] > 127)
    width, height = xs.max() - xs.min() + 1, ys.max() - ys.min() + 1
    centre = ((xs.max() + xs.min()) / 2, (ys.max() + ys.min()) / 2)
    premultiplied = rgba.astype(np.float32) / 255
    premultiplied[..., :3] *= premultiplied[..., 3:]
    levels = []
    for level in LEVELS:
        side = int(level * MARGIN)
        scale = level / math.sqrt(width * height)
        source = premultiplied
        if scale < 0.5:  # warpAffine does not filter: shrink in steps first
            source = np.asarray(cv2.GaussianBlur(source, (0, 0), 0.4 / scale))
        matrix = np.array([[scale, 0, side / 2 - scale * (centre[0] + 0.5)], [0, scale, side / 2 - scale * (centre[1] + 0.5)]])
        matrix[:, 2] += 0.5 * (scale - 1)
        levels.append(cv2.warpAffine(source, matrix, (side, side), flags=cv2.INTER_LINEAR))
    return levels


@functools.cache
def _styles() -> np.lib.npyio.NpzFile:
    """Pictures in several hands, of the file that PIXELLM_STYLES names (make_styles.py writes it)."""
    path = os.environ.get('PIXELLM_STYLES')
    if path is None:
        raise FileNotFoundError('This world is drawn in several hands: PIXELLM_STYLES must name the file of make_styles.py.')
    return np.load(path)


@functools.cache
def hands_of(kind: int, styles: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the hands that have drawn a kind; none for a shape, which is drawn here."""
    if kind < len(SHAPES) or not styles:
        return ()
    drawn = set(_styles().files)
    return tuple(style for style in styles if f'{style}/{THINGS[kind - len(SHAPES)].name}' in drawn)


@functools.cache
def sprite_levels(kind: int, style: str = '') -> list[np.ndarray]:
    """Premultiplied sprites of a kind, largest first. Shapes are white: the scene multiplies a colour in."""
    if kind < len(SHAPES):
        alpha = _shape_alpha(SHAPES[kind])
        rgba = np.dstack([np.full_like(alpha, 255)] * 3 + [alpha])
        return _normalise(rgba)
    thing = THINGS[kind - len(SHAPES)]
    return _normalise(_styles()[f'{style}/{thing.name}'] if style else _glyph_rgba(thing.glyph))


def sprite_for(kind: int, size: float, style: str = '') -> tuple[np.ndarray, float]:
    """The smallest cached sprite that need not be enlarged for `size` pixels, and its content size."""
    levels = sprite_levels(kind, style)
    for sprite, level in reversed(list(zip(levels, LEVELS, strict=True))):
        if level >= size:
            return sprite, level
    return levels[0], LEVELS[0]
