"""What outlives a borrowed machine: the last stage's weights, tokenizer and logs in files of at most 16 MiB, and back.

python keep.py --from KEPT --state DIR     # lays the files out again as a training folder
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import tarfile
from pathlib import Path

import torch

LARGEST = 16 * 2**20
INDEX = 'kept.json'


def pack(state: Path, stage: str, out: Path) -> list[Path]:
    """Writes OUT/kept.000, ... and OUT/kept.json. The optimiser stays behind: a next run starts its own."""
    found = torch.load(state / f'{stage}.pt', weights_only=False, map_location='cpu')
    weights = io.BytesIO()
    torch.save({**found, 'optimiser': None}, weights)
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode='w') as archive:
        entry = tarfile.TarInfo(f'{stage}.pt')
        entry.size = weights.tell()
        weights.seek(0)
        archive.addfile(entry, weights)
        for folder in ('tokenizer', 'log'):
            if (state / folder).is_dir():
                archive.add(state / folder, arcname=folder)
    data = whole.getvalue()
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for number, start in enumerate(range(0, len(data), LARGEST)):
        path = out / f'kept.{number:03d}'
        path.write_bytes(data[start : start + LARGEST])
        written.append(path)
    index = {'files': [path.name for path in written], 'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest()}
    (out / INDEX).write_text(json.dumps(index, indent=1) + '\n')
    return written


def unpack(kept: Path, state: Path) -> None:
    """Lays out what `pack` wrote. Raises ValueError when a file is missing or changed."""
    index = json.loads((kept / INDEX).read_text())
    data = b''.join((kept / name).read_bytes() for name in index['files'] if (kept / name).exists())
    if hashlib.sha256(data).hexdigest() != index['sha256']:
        raise ValueError(f'{kept} is not whole: {len(data)} of {index["bytes"]} bytes, or other bytes than were written.')
    state.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(state, filter='data')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--from', dest='kept', type=Path, required=True)
    parser.add_argument('--state', type=Path, required=True)
    options = parser.parse_args()
    unpack(options.kept, options.state)


if __name__ == '__main__':
    main()
