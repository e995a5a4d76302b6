"""export.py --state join.pt --tokenizer DIR --out DIR: a training state in the published checkpoint's layout, float32 safetensors.

OUT/config.json generation_config.json model.safetensors tokenizer.model added_tokens.json tokenizer_config.json special_tokens_map.json
OUT/clip-vit-small-patch14-224/{config.json, model.safetensors}
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

import state as states
from pixellm.model import PixelLM
from settings import ModelSettings, Settings, load
from tokenizer import ASSISTANT, SYSTEM, TURN_END, USER, added_tokens

TOWER = 'clip-vit-small-patch14-224'
QUICK_GELU = 1.702
Tensors = dict[str, Tensor]


def tower_tensors(model: PixelLM) -> Tensors:
    """The tower under Hugging Face's CLIP names.

    quick_gelu(y) = y * sigmoid(1.702 y) = silu(1.702 y) / 1.702, so a SiLU network is that one with its first matrix divided and its
    second multiplied by 1.702: exact.
    """
    tower, width, p = model.vision_tower, model.settings.tower_width, model.settings.patch
    out: Tensors = {
        'embeddings.class_embedding': tower.class_embedding,
        'embeddings.patch_embedding.weight': tower.patch_embedding.weight.view(width, 3, p, p),
        'embeddings.position_embedding.weight': tower.positions,
        'pre_layrnorm.weight': tower.pre_norm.weight,
        'pre_layrnorm.bias': tower.pre_norm.bias,
        'post_layernorm.weight': torch.ones(width),
        'post_layernorm.bias': torch.zeros(width),
    }
    for index, layer in enumerate(tower.blocks()):
        at = f'encoder.layers.{index}'
        for part, weight, bias in zip('qkv', layer.qkv.weight.chunk(3), layer.qkv.bias.chunk(3), strict=True):
            out |= {f'{at}.self_attn.{part}_proj.weight': weight, f'{at}.self_attn.{part}_proj.bias': bias}
        out |= {
            f'{at}.self_attn.out_proj.weight': layer.out.weight,
            f'{at}.self_attn.out_proj.bias': layer.out.bias,
            f'{at}.mlp.fc1.weight': layer.fc1.weight / QUICK_GELU,
            f'{at}.mlp.fc1.bias': layer.fc1.bias / QUICK_GELU,
            f'{at}.mlp.fc2.weight': layer.fc2.weight * QUICK_GELU,
            f'{at}.mlp.fc2.bias': layer.fc2.bias,
        }
        for number, norm in ((1, layer.norm1), (2, layer.norm2)):
            out |= {f'{at}.layer_norm{number}.weight': norm.weight, f'{at}.layer_norm{number}.bias': norm.bias}
    return {f'vision_model.{name}': tensor for name, tensor in out.items()}


def language_tensors(model: PixelLM) -> Tensors:
    """LLaMA under its published names."""
    language, s = model.language_model, model.settings
    width = s.language_width // s.language_heads
    rates = 1.0 / s.rope_base ** (torch.arange(0, width, 2).float() / width)
    out: Tensors = {
        'model.embed_tokens.weight': language.embed_tokens.weight,
        'model.norm.weight': language.norm.weight,
        'lm_head.weight': language.lm_head.weight,
    }
    for index, layer in enumerate(language.blocks()):
        at = f'model.layers.{index}'
        for part, weight in zip('qkv', layer.qkv.weight.chunk(3), strict=True):
            out[f'{at}.self_attn.{part}_proj.weight'] = weight
        gate, up = layer.gate_up.weight.chunk(2)
        out |= {
            f'{at}.self_attn.o_proj.weight': layer.out.weight,
            f'{at}.self_attn.rotary_emb.inv_freq': rates,
            f'{at}.mlp.gate_proj.weight': gate,
            f'{at}.mlp.up_proj.weight': up,
            f'{at}.mlp.down_proj.weight': layer.down.weight,
            f'{at}.input_layernorm.weight': layer.input_norm.weight,
            f'{at}.post_attention_layernorm.weight': layer.post_norm.weight,
        }
    return out


def unused_tensors(model: PixelLM) -> Tensors:
    """SAM's prompt parts that no run of PixelLM reads but every published checkpoint holds."""
    c = model.settings.decoder_width
    shapes = {
        'not_a_point_embed.weight': (1, c),
        **{f'point_embeddings.{i}.weight': (1, c) for i in range(4)},
        'mask_downscaling.0.weight': (4, 1, 2, 2),
        'mask_downscaling.0.bias': (4,),
        'mask_downscaling.1.weight': (4,),
        'mask_downscaling.1.bias': (4,),
        'mask_downscaling.3.weight': (16, 4, 2, 2),
        'mask_downscaling.3.bias': (16,),
        'mask_downscaling.4.weight': (16,),
        'mask_downscaling.4.bias': (16,),
        'mask_downscaling.6.weight': (c, 16, 1, 1),
        'mask_downscaling.6.bias': (c,),
    }
    return {f'model.prompt_encoder.{name}': torch.zeros(shape) for name, shape in shapes.items()}


def decoder_tensors(model: PixelLM) -> Tensors:
    """Projectors, neck and pixel decoder under their published names."""
    out = unused_tensors(model)
    for name, tensor in model.mask_decoder.state_dict().items():
        if name.startswith('pe_layer') or name.startswith('no_mask_embed'):
            out[f'model.prompt_encoder.{name}'] = tensor
        else:
            out[f'model.mask_decoder.{name}'] = tensor
    for part, at in (('mm_projector', ''), ('out_mm_projector', ''), ('image_feature_neck', ''), ('text_hidden_fcs', '.0')):
        for name, tensor in getattr(model, part).state_dict().items():
            out[f'model.{part}{at}.{name}'] = tensor
    return out


def config_of(s: ModelSettings) -> dict[str, object]:
    """config.json: the published keys, then ours for what the published code writes as literals."""
    return {
        'architectures': ['PixelLMForCausalLM'],
        'model_type': 'llava',
        'bos_token_id': 1,
        'eos_token_id': 2,
        'pad_token_id': 0,
        'hidden_act': 'silu',
        'hidden_size': s.language_width,
        'intermediate_size': s.language_mlp,
        'num_hidden_layers': s.language_layers,
        'num_attention_heads': s.language_heads,
        'num_key_value_heads': s.language_heads,
        'vocab_size': s.vocabulary,
        'max_position_embeddings': 1024,
        'max_sequence_length': 1024,
        'rms_norm_eps': s.rms_eps,
        'rope_theta': s.rope_base,
        'rope_scaling': None,
        'initializer_range': 0.02,
        'tie_word_embeddings': False,
        'torch_dtype': 'float32',
        'transformers_version': '4.31.0',
        'use_cache': False,
        'image_aspect_ratio': 'square',
        'image_grid_pinpoints': None,
        'image_feature_scale_num': s.scales,
        'mm_hidden_size': s.tower_width,
        'mm_projector_hidden_dim': s.projector_hidden,
        'mm_projector_out_dim': 1,
        'mm_use_im_patch_token': False,
        'mm_use_im_start_end': True,
        'mm_vision_select_feature': 'patch',
        'mm_vision_select_layer': s.select_layer,
        'mm_vision_tower': TOWER,
        'vision_tower': TOWER,
        'out_dim': s.decoder_width,
        'pad_train_clip_images': True,
        'pretraining_tp': 1,
        'resize_vision_tower': True,
        'resize_vision_tower_size': s.image_side,
        'separate_mm_projector': True,
        'train_mask_decoder': True,
        'use_mm_proj': True,
        'vision_tower_for_mask': True,
        'seg_token_num': s.seg_tokens,
        'mask_feature_layers': list(s.mask_layers),
        'image_token_pool': s.image_token_pool,
        'mask_decoder_heads': s.decoder_heads,
        'mask_decoder_mlp_dim': s.decoder_mlp,
        'mask_decoder_depth': s.decoder_depth,
        'mask_decoder_attention_downsample': s.decoder_downsample,
        'mask_upscaled_dim': s.upscaled_width,
        'mask_tokens': s.mask_tokens,
        'conversation': {'system': SYSTEM, 'user': USER, 'assistant': ASSISTANT, 'turn_end': TURN_END},
    }


def tower_config(s: ModelSettings) -> dict[str, object]:
    return {
        'architectures': ['CLIPModel'],
        'model_type': 'clip',
        'vision_config': {
            'model_type': 'clip_vision_model',
            'hidden_size': s.tower_width,
            'intermediate_size': s.tower_mlp,
            'num_hidden_layers': s.tower_layers,
            'num_attention_heads': s.tower_heads,
            'image_size': s.image_side,
            'patch_size': s.patch,
            'num_channels': 3,
            'hidden_act': 'quick_gelu',
            'layer_norm_eps': 1e-5,
        },
    }


def write(model: PixelLM, tokenizer: Path, out: Path) -> None:
    """Writes the whole folder."""

    def plain(tensors: Tensors) -> Tensors:
        return {name: tensor.detach().float().contiguous().clone() for name, tensor in tensors.items()}

    def text(path: Path, value: object) -> None:
        path.write_text(json.dumps(value, indent=2) + '\n')

    (out / TOWER).mkdir(parents=True, exist_ok=True)
    text(out / 'config.json', config_of(model.settings))
    text(
        out / 'generation_config.json',
        {'_from_model_config': True, 'bos_token_id': 1, 'eos_token_id': 2, 'pad_token_id': 0, 'transformers_version': '4.31.0'},
    )
    text(out / 'added_tokens.json', added_tokens(model.settings.scales, model.settings.seg_tokens, model.settings.plain_vocabulary))
    text(out / 'tokenizer_config.json', {'tokenizer_class': 'LlamaTokenizer', 'add_bos_token': True, 'add_eos_token': False, 'legacy': True})
    text(out / 'special_tokens_map.json', {'bos_token': '<s>', 'eos_token': '</s>', 'unk_token': '<unk>', 'pad_token': '<unk>'})
    text(out / TOWER / 'config.json', tower_config(model.settings))
    shutil.copyfile(tokenizer / 'tokenizer.model', out / 'tokenizer.model')
    save_file(plain(language_tensors(model) | decoder_tensors(model)), out / 'model.safetensors', {'format': 'pt'})
    save_file(plain(tower_tensors(model)), out / TOWER / 'model.safetensors', {'format': 'pt'})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--config', type=Path, help='for other sizes than the bundled model')
    parser.add_argument('--state', type=Path, help='without it: random weights of the right shapes')
    parser.add_argument('--tokenizer', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    settings = load(options.config) if options.config else Settings()
    torch.manual_seed(settings.seed)
    model = PixelLM(settings.model)
    if options.state:
        states.load(options.state, {'model': model})
    write(model, options.tokenizer, options.out)


if __name__ == '__main__':
    main()
