"""A converted model folder (what `pixellm convert` writes, at any precision) back as a PixelLM to go on training from.

Machines are not kept, so a later session starts from the weights that ship. Everything the runtime computes with comes back exactly;
four things that conversion folds away come back as equals: the decoder's second projector with the neck's first convolution (their product),
random positions (from their table), biases of keys (softmax cannot see them, so 0) and SAM's unused heads (fresh).
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor

from pixellm.model import PixelLM
from settings import ModelSettings

BLOCK = 32  # columns that share a scale at int8-block32, as in ../quantise.ts
QUICK_GELU = 1.702
Tensors = dict[str, Tensor]


def stored_arrays(folder: Path, graph: str) -> dict[str, np.ndarray]:
    """Weights of one graph by name, read from its side file. Raises ValueError for a number format this reader does not know."""
    model = onnx.load(folder / f'{graph}.onnx', load_external_data=False)
    formats = {
        onnx.TensorProto.FLOAT: np.float32,
        onnx.TensorProto.FLOAT16: np.float16,
        onnx.TensorProto.INT8: np.int8,
        onnx.TensorProto.UINT8: np.uint8,
    }
    found = {}
    for tensor in model.graph.initializer:
        place = {entry.key: entry.value for entry in tensor.external_data}
        if 'location' not in place:
            continue
        if tensor.data_type not in formats:
            raise ValueError(f'{graph}.onnx stores {tensor.name} in a number format that cannot be read back ({tensor.data_type}).')
        kind = np.dtype(formats[tensor.data_type])
        count = math.prod(tensor.dims)
        flat = np.fromfile(folder / place['location'], kind, count, offset=int(place.get('offset', 0)))
        found[tensor.name] = flat.reshape(tuple(tensor.dims))
    return found


def dequantised(arrays: dict[str, np.ndarray]) -> Tensors:
    """Matrices as [rows, columns] f32 under their checkpoint names, whatever the conversion made of them."""
    out: Tensors = {}
    for name, array in arrays.items():
        if name.endswith('.scales'):
            continue
        if name.endswith('.values'):
            scales = arrays[name.removesuffix('.values') + '.scales'].astype(np.float32)
            if array.ndim == 3:  # blocks [rows, blocks, values]: w = (value - middle) * scale
                if array.shape[2] != BLOCK:
                    raise ValueError(f'{name} has blocks of {array.shape[2]} bytes: only 8 bits a weight can be read back.')
                array = (array.astype(np.float32) - 128) * scales.reshape(*array.shape[:2], 1)
                array = array.reshape(array.shape[0], -1)
            else:  # a column per output
                array = (array.astype(np.float32) * scales).T
            name = name.removesuffix('.values')
        if name.endswith('.transposed'):
            name, array = name.removesuffix('.transposed'), array.T
        out[name] = torch.from_numpy(np.ascontiguousarray(array.astype(np.float32)))
    return out


def _gaussian(table: Tensor, corner: tuple[int, int, int], side: int) -> Tensor:
    """Frequencies [2, C / 2] from the sines and cosines of three cells: the first, its right and its lower neighbour."""
    sine, cosine = table.reshape(-1, table.shape[-1]).double().chunk(2, -1)
    angle = torch.atan2(sine, cosine)
    first, right, below = (angle[i] for i in corner)
    step = 2 * math.pi * 2 / side
    turns = [(other - first + math.pi) % (2 * math.pi) - math.pi for other in (right, below)]
    return torch.stack(turns).div(step).float()


def _unfolded(weight: Tensor, bias: Tensor, width: int) -> tuple[Tensor, Tensor, Tensor]:
    """A kernel [O, C] and a projection [C, H] with its bias [C], balanced, whose product is `weight` [O, H] and `bias` [O]."""
    u, s, v = torch.linalg.svd(weight.double(), full_matrices=False)
    chance = torch.Generator().manual_seed(weight.shape[0])
    turn = torch.linalg.qr(torch.randn(width, weight.shape[0], generator=chance, dtype=torch.float64))[0]  # [C, O], orthonormal columns
    kernel = u * s.sqrt() @ turn.T
    projection = turn @ (s.sqrt()[:, None] * v)
    return kernel.float(), projection.float(), (torch.linalg.pinv(kernel) @ bias.double()).float()


def _spread(cells: Tensor, outputs: int) -> Tensor:
    """[inputs, 2 * 2 * outputs] -> the kernel of a transposed convolution [inputs, outputs, 2, 2]."""
    return cells.view(cells.shape[0], 2, 2, outputs).permute(0, 3, 1, 2).contiguous()


def tower_state(found: Tensors, s: ModelSettings) -> Tensors:
    """The vision tower; the reverse of export.tower_tensors."""
    at = 'vision_model.'
    out: Tensors = {
        'patch_embedding.weight': found[f'{at}embeddings.patch_embedding.weight'].reshape(s.tower_width, -1),
        'class_embedding': found[f'{at}embeddings.class_row'][0],
        'positions': found[f'{at}embeddings.position_table'],
        'pre_norm.weight': found[f'{at}pre_layrnorm.weight'],
        'pre_norm.bias': found[f'{at}pre_layrnorm.bias'],
    }
    for index in range(s.tower_layers):
        layer, to = f'{at}encoder.layers.{index}', f'layers.{index}'
        for part in ('weight', 'bias'):
            out[f'{to}.qkv.{part}'] = torch.cat([found[f'{layer}.self_attn.{p}_proj.{part}'] for p in 'qkv'])
            out[f'{to}.out.{part}'] = found[f'{layer}.self_attn.out_proj.{part}']
            out[f'{to}.fc1.{part}'] = found[f'{layer}.mlp.fc1.{part}'] * QUICK_GELU
            for number in (1, 2):
                out[f'{to}.norm{number}.{part}'] = found[f'{layer}.layer_norm{number}.{part}']
        out[f'{to}.fc2.weight'] = found[f'{layer}.mlp.fc2.weight'] / QUICK_GELU
        out[f'{to}.fc2.bias'] = found[f'{layer}.mlp.fc2.bias']
    return out


def language_state(found: Tensors, embedding: Tensor, s: ModelSettings) -> Tensors:
    """The language model; the reverse of export.language_tensors."""
    out: Tensors = {'embed_tokens.weight': embedding, 'norm.weight': found['model.norm.weight'], 'lm_head.weight': found['lm_head.weight']}
    for index in range(s.language_layers):
        layer, to = f'model.layers.{index}', f'layers.{index}'
        out |= {
            f'{to}.qkv.weight': torch.cat([found[f'{layer}.self_attn.{p}_proj.weight'] for p in 'qkv']),
            f'{to}.out.weight': found[f'{layer}.self_attn.o_proj.weight'],
            f'{to}.gate_up.weight': torch.cat([found[f'{layer}.mlp.{p}_proj.weight'] for p in ('gate', 'up')]),
            f'{to}.down.weight': found[f'{layer}.mlp.down_proj.weight'],
            f'{to}.input_norm.weight': found[f'{layer}.input_layernorm.weight'],
            f'{to}.post_norm.weight': found[f'{layer}.post_attention_layernorm.weight'],
        }
    return out


def decoder_state(vision: Tensors, masks: Tensors, fresh: Tensors, s: ModelSettings) -> Tensors:
    """The pixel decoder: `fresh` holds every entry, those found replace it."""
    at, width = 'model.mask_decoder.', s.decoder_width
    out = dict(fresh)
    for name, value in masks.items():
        own = name.removeprefix(at).removesuffix('.column').removesuffix('.share')
        if own in out and not name.startswith('head'):
            out[own] = value.reshape(out[own].shape) * (s.decoder_heads if name.endswith('.share') else 1)
    for name in out:
        if name.endswith('k_proj.bias') and at + name not in masks:
            out[name] = torch.zeros_like(out[name])
    levels = [masks[f'{at}level_row.{level}'].reshape(1, width) for level in range(s.scales)]
    tokens = masks[f'{at}tokens.0'].reshape(-1, width) - levels[0]
    g = s.grid
    out |= {
        'iou_token.weight': tokens[:1],
        'mask_tokens.weight': tokens[1:],
        'level_embed.weight': torch.cat(levels),
        'no_mask_embed.weight': masks[f'{at}no_mask'].reshape(1, width),
        'output_upscaling.0.weight': _spread(masks[f'{at}output_upscaling.0.weight.cells'], s.upscaled_width),
        'output_upscaling.0.bias': masks[f'{at}output_upscaling.0.bias.cells'][: s.upscaled_width],
        'upsample_2x.0.weight': _spread(vision[f'{at}upsample_2x.0.weight.cells'], width),
        'upsample_2x.0.bias': vision[f'{at}upsample_2x.0.bias.cells'][:width],
        'upsample_2x.1.weight': vision[f'{at}upsample_2x.1.weight'],
        'upsample_2x.1.bias': vision[f'{at}upsample_2x.1.bias'],
        'pe_layer.positional_encoding_gaussian_matrix': _gaussian(masks[f'{at}positions.0'], (0, 1, g), g),
        # The finer level's cells stand patch by patch: 0 1 in the first row of a patch, 2 3 in its second.
        'pe1.positional_encoding_gaussian_matrix': _gaussian(masks[f'{at}positions.1'], (0, 1, 2), 2 * g),
    }
    return out


def settings_of(folder: Path) -> ModelSettings:
    """Sizes of a converted folder."""
    network = json.loads((folder / 'manifest.json').read_text())['network']
    image, vision, language, decoder = (network[part] for part in ('image', 'vision', 'language', 'pixelDecoder'))
    layers = vision['layers']
    return ModelSettings(
        image_side=image['side'],
        patch=image['patch'],
        image_token_pool=image['pool'],
        tower_width=vision['hidden'],
        tower_layers=layers,
        tower_heads=vision['heads'],
        tower_mlp=vision['intermediate'],
        select_layer=vision['selectLayer'] - layers - 1,
        mask_layers=tuple(layer - layers - 1 for layer in vision['levelLayers']),
        projector_hidden=network['projector']['hidden'] // language['hidden'],
        language_width=language['hidden'],
        language_layers=language['layers'],
        language_heads=language['heads'],
        language_mlp=language['intermediate'],
        rope_base=language['ropeBase'],
        rms_eps=language['epsilon'],
        vocabulary=language['vocabulary'],
        scales=network['codebook']['levels'],
        seg_tokens=network['codebook']['tokensPerLevel'],
        decoder_width=decoder['dim'],
        decoder_heads=decoder['heads'],
        decoder_mlp=decoder['mlp'],
        decoder_depth=decoder['depth'],
        decoder_downsample=decoder['attentionDownsample'],
        upscaled_width=decoder['upscaledDim'],
        mask_tokens=decoder['maskTokens'],
    )


def read_model(folder: Path) -> PixelLM:
    """The network of a converted folder at float32, with the sizes that its manifest says."""
    manifest = json.loads((folder / 'manifest.json').read_text())
    s = settings_of(folder)
    vision, language, masks = (dequantised(stored_arrays(folder, graph)) for graph in ('vision', 'decoder', 'masks'))
    stored = manifest['embedding']
    kinds = {'f16': np.float16, 'f32': np.float32}
    rows = np.fromfile(folder / stored['file'], kinds[stored['dtype']]).reshape(stored['rows'], stored['columns'])
    model = PixelLM(s)
    model.vision_tower.load_state_dict(tower_state(vision, s))
    model.language_model.load_state_dict(language_state(language, torch.from_numpy(rows.astype(np.float32)), s))
    model.mask_decoder.load_state_dict(decoder_state(vision, masks, model.mask_decoder.state_dict(), s))
    kernel, projection, bias = _unfolded(vision['neck.folded.weight'], vision['neck.folded.bias'], s.language_width)
    at = 'model.'
    model.mm_projector.load_state_dict({f'{i}.{p}': vision[f'{at}mm_projector.{i}.{p}'] for i in (0, 2) for p in ('weight', 'bias')})
    model.out_mm_projector.load_state_dict(
        {
            '0.weight': vision[f'{at}out_mm_projector.0.weight'],
            '0.bias': vision[f'{at}out_mm_projector.0.bias'],
            '2.weight': projection,
            '2.bias': bias,
        }
    )
    neck = {f'{i}.{p}': vision[f'{at}image_feature_neck.{i}.{p}'] for i in (1, 3) for p in ('weight', 'bias')}
    neck |= {'0.weight': kernel[..., None, None], '2.weight': vision[f'{at}image_feature_neck.2.weight']}
    model.image_feature_neck.load_state_dict(neck)
    fused = re.compile(r'model\.text_hidden_fcs\.0\.(.+)')
    model.text_hidden_fcs.load_state_dict({m.group(1): value for name, value in masks.items() if (m := fused.fullmatch(name))})
    return model
