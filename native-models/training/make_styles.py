"""make_styles.py --packages DIR --out FILE.npz: pictures of a world's things in several hands, from packages of npm.

DIR holds the packages as `npm pack` leaves them (STYLES names them); PIXELLM_WORLD names the world. For training only: nothing of them is in the app.
Licences: Fluent (MIT, Microsoft), Noto new and old (Apache-2.0, Google), FxEmoji (Apache-2.0, Mozilla); by CC-BY-4.0, so named on the card:
EmojiOne 2 (as Emojitwo has it), Streamline Emojis (Streamline), Twemoji (Twitter and contributors).
"""

from __future__ import annotations

import argparse
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py
from PIL import Image

from world import THINGS

SIDE = 240
STYLES: dict[str, str] = {
    'fluent-3d': 'lobehub-fluent-emoji-3d-1.1.0.tgz',
    'fluent-flat': 'iconify-json-fluent-emoji-flat-1.2.6.tgz',
    'noto': 'iconify-json-noto-1.2.9.tgz',
    'noto-v1': 'iconify-json-noto-v1-1.2.5.tgz',
    'fxemoji': 'iconify-json-fxemoji-1.2.2.tgz',
    'emojione': 'iconify-json-emojione-1.2.3.tgz',
    'streamline': 'iconify-json-streamline-emojis-1.2.4.tgz',
    'twemoji': 'iconify-json-twemoji-1.2.5.tgz',
}
# What a package calls a thing, where that is not its name in Noto; '' where its picture stands on a square of its own, which would be the mask.
CALLED: dict[str, dict[str, str]] = {
    'fxemoji': {
        'apple': 'redapple',
        'pizza': 'sliceofpizza',
        'cake': 'birthdaycake',
        'cat': 'cat',
        'dog': 'dog',
        'fish': 'tropicalfish',
        'clock': 'alarmclock',
        'ball': 'soccerball',
        'gift': 'present',
        'boat': '',
    },
    'streamline': {
        'pizza': 'pizza-1',
        'cake': 'birthday-cake-1',
        'burger': 'hamburger-1',
        'frog': 'frog-face',
        'penguin': 'penguin-1',
        'gift': 'wrapped-gift-1',
        'guitar': '',
    },
}


def drawn(svg: str) -> Image.Image:
    """An SVG as a picture SIDE pixels wide."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE)
    return Image.open(io.BytesIO(bytes(png)))


class Package:
    """One archive: WebP files by code point, or Iconify bodies by name (the names are the same in all of Iconify's emoji)."""

    def __init__(self, path: Path) -> None:
        self.archive = tarfile.open(path)  # noqa: SIM115  # open as long as the program runs
        members = set(self.archive.getnames())
        self.icons = self._json('icons') if 'package/icons.json' in members else None
        self.chars: dict[str, str] = (self._json('chars') or {}) if 'package/chars.json' in members else {}
        self.members = members

    def _read(self, name: str) -> bytes:
        found = self.archive.extractfile(name)
        return b'' if found is None else found.read()

    def _json(self, part: str) -> dict[str, Any]:
        return json.loads(self._read(f'package/{part}.json'))

    def picture(self, code: str, name: str) -> Image.Image | None:
        """The picture of a code point, None where the package has none."""
        if self.icons is None:
            file = next((f for f in (f'package/assets/{code}.webp', f'package/assets/{code}-fe0f.webp') if f in self.members), None)
            return None if file is None else Image.open(io.BytesIO(self._read(file))).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        name = self.icons.get('aliases', {}).get(name, {}).get('parent', name)
        entry = self.icons['icons'].get(name)
        if entry is None:
            return None
        width, height = (entry.get(side, self.icons.get(side, 16)) for side in ('width', 'height'))
        opening = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width} {height}">'
        return drawn(f'{opening}{entry["body"]}</svg>')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--packages', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    packages = {style: Package(options.packages / file) for style, file in STYLES.items()}
    pictures: dict[str, np.ndarray] = {}
    missing = []
    for thing in THINGS:
        code = f'{ord(thing.glyph):04x}'
        chars = packages['noto'].chars
        name = chars.get(code) or chars.get(f'{code}-fe0f') or thing.name
        for style, package in packages.items():
            image = package.picture(code, CALLED.get(style, {}).get(thing.name, name))
            if image is None:
                missing.append(f'{style}/{thing.name}')
            else:
                pictures[f'{style}/{thing.name}'] = np.asarray(image.convert('RGBA'))
    np.savez_compressed(options.out, **pictures)  # type: ignore[arg-type]  # its stub takes no names
    print(f'{len(pictures)} pictures; missing: {", ".join(missing) or "none"}')


if __name__ == '__main__':
    main()
