"""familiar_pictures.py --config C --state join.pt --tokenizer T --out MODEL: how the model's own pictures look to it.

So the app can tell a foreign one (`../runtime/familiar-pictures.ts` reads it). A picture is its mean image token. Of 3,000 scenes: mean, the axes
they differ along, variances; of 1,000 more the squared Mahalanobis distance that all but a few stay under. --foreign FOLDER prints the distances
of other pictures.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import state as states
from answering import Answerer
from pixellm.model import PixelLM
from scenes import make_scene
from settings import load
from tokenizer import Tokenizer

SEED = 880001
FIT, HELD = 3000, 1000
AXES = 64
LEAST_VARIANCE = 0.01  # of the mean variance: directions in which the scenes hardly differ must not decide alone
UNDER_THE_LIMIT = 0.995
LONGEST_SIDE = 1024


@dataclass(frozen=True)
class FamiliarPictures:
    """Fields as the app reads them; vectors have the width of an image token."""

    mean: list[float]
    axes: list[list[float]]
    variances: list[float]
    restVariance: float
    limit: float


def mean_token(answerer: Answerer, rgb: np.ndarray) -> np.ndarray:
    """f64 [width]: the mean of the image tokens that hold some of the picture."""
    picture = answerer.look(rgb)
    kept = picture.kept_cells.flatten().bool()
    return picture.cells.reshape(-1, picture.cells.shape[-1])[kept].double().mean(0).numpy()


def fit(tokens: np.ndarray, held: np.ndarray) -> FamiliarPictures:
    """From mean tokens [pictures, width] of two sets of the world's pictures."""
    mean = tokens.mean(0)
    variances, axes = np.linalg.eigh(np.cov(tokens.T))
    variances, axes = variances[::-1], axes.T[::-1]
    count = min(AXES, len(mean) // 2)
    rest = max(float(variances[count:].mean()), LEAST_VARIANCE * float(variances.mean()))
    found = FamiliarPictures(
        mean=np.round(mean, 6).tolist(),
        axes=np.round(axes[:count], 5).tolist(),
        variances=np.maximum(variances[:count], rest).tolist(),
        restVariance=rest,
        limit=1.0,
    )
    return FamiliarPictures(**{**asdict(found), 'limit': float(np.quantile(distances(found, held), UNDER_THE_LIMIT))})


def distances(familiar: FamiliarPictures, tokens: np.ndarray) -> np.ndarray:
    """Squared Mahalanobis distances in units of the limit, [pictures]."""
    away = tokens - np.array(familiar.mean)
    along = away @ np.array(familiar.axes).T
    weights = 1 / np.array(familiar.variances) - 1 / familiar.restVariance
    return (along**2 @ weights + (away**2).sum(1) / familiar.restVariance) / familiar.limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--config', type=Path, required=True)
    parser.add_argument('--state', type=Path, required=True)
    parser.add_argument('--tokenizer', type=Path, required=True)
    parser.add_argument('--foreign', type=Path, help='a folder of other pictures whose distances are printed')
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = load(options.config).model
    model = PixelLM(settings)
    states.load(options.state, {'model': model})
    tokenizer = Tokenizer(options.tokenizer / 'tokenizer.model', scales=settings.scales, seg_tokens=settings.seg_tokens)
    answerer = Answerer(model, tokenizer)
    tokens = np.stack([mean_token(answerer, make_scene(SEED, index).rgb) for index in range(FIT + HELD)])
    familiar = fit(tokens[:FIT], tokens[FIT:])
    (options.out / 'familiar-pictures.json').write_text(json.dumps(asdict(familiar), separators=(',', ':')) + '\n')
    for path in sorted(options.foreign.iterdir()) if options.foreign else ():
        picture = Image.open(path).convert('RGB')
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        print(f'{distances(familiar, mean_token(answerer, np.asarray(picture))[None])[0]:.2f}  {path.name}')


if __name__ == '__main__':
    main()
