"""The recipe end to end at toy sizes: settings that do not fit are refused, every stage runs and resumes, the shipped model is read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import stages
import state as states
from answering import Answerer
from keep import LARGEST, pack, unpack
from pixellm.model import PixelLM
from scenes import make_scene
from settings import ModelSettings, Settings, load
from shipped import dequantised, read_model
from tokenizer import Tokenizer
from train import DivergedError, train, train_all
from warm_start import started, translated

ROOM = Path(__file__).parents[3] / 'native-models'
SHIPPED = ROOM / 'bundled' / 'pixellm-drawn-scenes'
SIZES = """
[model]
tower_width = 48
tower_layers = 3
tower_mlp = 96
tower_heads = 2
language_width = 60
language_layers = 3
language_heads = 6
language_mlp = 64
layers_told = { heard = 0, seg = 1, name = 2 }
"""


def tiny(source: str, folder: Path) -> Settings:
    """A configuration of the room with its stages and losses as they are, at toy sizes and two pictures a step, on the processor."""
    (folder / 'sizes.toml').write_text(SIZES)
    sizes = replace(load(folder / 'sizes.toml').model, vocabulary=Tokenizer(SHIPPED / 'tokenizer.model', scales=2, seg_tokens=3).size)
    settings = load(ROOM / 'training' / 'configs' / f'{source}.toml')
    small = {name: replace(stage, batch=2, text_tokens=128) for name, stage in settings.stages.items()}
    return replace(settings, model=sizes, stages=small, device='cpu', threads=1, scene_processes=1, clock='processor')


def with_tokenizer(folder: Path) -> Path:
    """A training folder with the shipped tokenizer."""
    (folder / 'tokenizer').mkdir(parents=True)
    (folder / 'tokenizer' / 'tokenizer.model').write_bytes((SHIPPED / 'tokenizer.model').read_bytes())
    return folder


@pytest.mark.parametrize(
    ('sizes', 'complaint'),
    [
        ({'select_layer': -7}, 'select_layer names layer -7'),
        ({'mask_layers': (-1, -9)}, 'mask_layers names layer -9'),
        ({'mask_layers': (-1,)}, '1 layers for 2 scales'),
        ({'language_layers': 3}, 'layers_told.name is 3'),
        ({'language_heads': 4}, '4 heads are too few'),
    ],
)
def test_a_layer_that_the_depth_does_not_have_is_refused(sizes: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        ModelSettings(**sizes)


def test_a_key_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'c.toml').write_text('scene_procceses = 3\n')
    with pytest.raises(ValueError, match='scene_procceses'):
        load(tmp_path / 'c.toml')


@pytest.mark.parametrize('source', ['gpu', 'warm'])
def test_every_stage_runs_in_sequence_and_a_second_call_finds_it_done(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.set_num_threads(1)
    settings = tiny(source, tmp_path)
    folder = with_tokenizer(tmp_path / 'state')
    if source == 'warm':
        states.save(folder / 'start.pt', {'model': PixelLM(settings.model)})
    names = train_all(settings, folder=folder, minutes=0.01)
    assert names == list(settings.stages) and all((folder / f'{name}.pt').exists() for name in names)
    last = states.progress(folder / f'{names[-1]}.pt')
    train_all(settings, folder=folder, minutes=0.01)
    assert f'{names[-1]}: done.' in capsys.readouterr().out
    assert states.progress(folder / f'{names[-1]}.pt') == last


def test_what_is_kept_comes_back_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = with_tokenizer(tmp_path / 'state')
    big = torch.nn.Linear(2100, 2100)  # 17 MiB
    states.save(folder / 'join.pt', {'model': big}, optimiser=None, done={})
    kept = pack(folder, 'join', tmp_path / 'kept')
    assert len(kept) == 2 and all(path.stat().st_size <= LARGEST for path in kept)
    unpack(tmp_path / 'kept', tmp_path / 'again')
    again = torch.nn.Linear(2100, 2100)
    states.load(tmp_path / 'again' / 'join.pt', {'model': again})
    assert torch.equal(big.weight, again.weight)
    assert (tmp_path / 'again' / 'tokenizer' / 'tokenizer.model').read_bytes() == (SHIPPED / 'tokenizer.model').read_bytes()
    kept[1].write_bytes(b'torn')
    with pytest.raises(ValueError, match='not whole'):
        unpack(tmp_path / 'kept', tmp_path / 'torn')


def test_a_step_without_a_number_changes_nothing_and_too_many_end_the_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    settings = tiny('gpu', tmp_path)
    folder = with_tokenizer(tmp_path / 'state')
    nan = torch.tensor(float('nan'))
    monkeypatch.setattr(stages, 'see_losses', lambda model, *_, **__: ({'kind': model.vision_tower.pre_norm.weight.sum() * nan}, {}))
    with pytest.raises(DivergedError, match='see: 21 steps in a row'):
        train(settings, name='see', folder=folder)
    assert not (folder / 'see.pt').exists()


def test_rounded_weights_come_back_as_the_runtime_computes_with_them() -> None:
    blocks = np.full((2, 1, 32), 128, np.uint8)
    blocks[0, 0, 5], blocks[1, 0, 0] = 130, 0
    found = dequantised({'w.values': blocks, 'w.scales': np.array([0.5, 0.25], np.float32)})['w']
    assert found.shape == (2, 32) and found[0, 5] == 1.0 and found[1, 0] == -32.0
    columns = dequantised({'v.values': np.array([[1, -2], [3, 4]], np.int8), 'v.scales': np.array([10, 100], np.float32)})['v']
    assert columns.tolist() == [[10, 30], [-200, 400]]
    with pytest.raises(ValueError, match='8 bits'):
        dequantised({'x.values': np.zeros((1, 1, 16), np.uint8), 'x.scales': np.ones(1, np.float32)})


def test_the_model_that_ships_can_be_read_back_and_answers(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    model = read_model(SHIPPED)
    s = model.settings
    answerer = Answerer(model, Tokenizer(SHIPPED / 'tokenizer.model', scales=s.scales, seg_tokens=s.seg_tokens))
    scene = make_scene(4244, 1)
    reply = answerer.ask(answerer.look(scene.rgb), 'Segment everything.', [])
    assert len(reply.logits) == reply.text.count('{seg}') > 0
    hits = [
        max((((plane > 0).numpy() & (scene.ids == i + 1)).sum() / max(1, (scene.ids == i + 1).sum())) for i in range(len(scene.objects)))
        for plane in reply.logits
    ]
    assert min(hits) > 0.5


def test_a_warm_start_with_the_same_tokenizer_keeps_every_row() -> None:
    model = read_model(SHIPPED)
    again = started(SHIPPED, SHIPPED / 'tokenizer.model', model.settings)
    for name, value in model.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]) or 'mask_decoder.output_hypernetworks_mlps' in name or 'iou_prediction' in name, name


def test_a_new_piece_begins_as_the_mean_of_the_old_pieces_that_spell_it() -> None:
    old = Tokenizer(SHIPPED / 'tokenizer.model', scales=2, seg_tokens=3)
    rows = torch.randn(old.size, 4)
    assert torch.equal(translated(rows, old, old, torch.Generator()), rows)
    with pytest.raises(ValueError, match='other sizes'):
        started(SHIPPED, SHIPPED / 'tokenizer.model', ModelSettings(tower_width=96))
