import type { StoredDtype } from '../../../native-models/checkpoint/stored-tensor.ts';
import type { CheckpointShape } from './shapes.ts';

/** A tensor's name, shape and how its numbers are drawn: around 0 with a spread that keeps activations of order 1, or all ones. */
export type TensorPlan = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: StoredDtype;
  readonly fill: 'ones' | { readonly spread: number };
};

const decoderWidth = 256;

function weight(
  name: string,
  shape: readonly number[],
  dtype: StoredDtype,
  inputs = shape[1] ?? 1,
): TensorPlan {
  return { name, shape, dtype, fill: { spread: inputs ** -0.5 } };
}

function linear(path: string, outputs: number, inputs: number, dtype: StoredDtype): TensorPlan[] {
  return [
    weight(`${path}.weight`, [outputs, inputs], dtype),
    { name: `${path}.bias`, shape: [outputs], dtype, fill: { spread: 0.02 } },
  ];
}

function norm(path: string, width: number, dtype: StoredDtype): TensorPlan[] {
  return [
    { name: `${path}.weight`, shape: [width], dtype, fill: 'ones' },
    { name: `${path}.bias`, shape: [width], dtype, fill: { spread: 0.02 } },
  ];
}

function table(name: string, rows: number, width: number): TensorPlan {
  return { name, shape: [rows, width], dtype: 'f32', fill: { spread: 1 } };
}

/** All tensors of a PixelLM checkpoint in the published order and types, those that answering does not need included. */
export function languageTensors({ language, vision }: CheckpointShape): TensorPlan[] {
  const { hidden, layers, vocabulary } = language;
  return [
    { name: 'model.embed_tokens.weight', shape: [vocabulary, hidden], dtype: 'bf16', fill: { spread: 0.5 } },
    ...Array.from({ length: layers }, (_, layer) => layerTensors(language, layer)).flat(),
    { name: 'model.norm.weight', shape: [hidden], dtype: 'bf16', fill: 'ones' },
    ...['mm_projector', 'out_mm_projector'].flatMap((projector) => [
      ...linear(`model.${projector}.0`, 2 * hidden, vision.hidden, 'bf16'),
      ...linear(`model.${projector}.2`, hidden, 2 * hidden, 'bf16'),
    ]),
    ...promptEncoderTensors(),
    ...maskDecoderTensors(),
    weight('model.image_feature_neck.0.weight', [decoderWidth, hidden, 1, 1], 'f32'),
    ...norm('model.image_feature_neck.1', decoderWidth, 'f32'),
    weight('model.image_feature_neck.2.weight', [decoderWidth, decoderWidth, 3, 3], 'f32', 9 * decoderWidth),
    ...norm('model.image_feature_neck.3', decoderWidth, 'f32'),
    ...linear('model.text_hidden_fcs.0.0', hidden, hidden, 'f32'),
    ...linear('model.text_hidden_fcs.0.2', decoderWidth, hidden, 'f32'),
    weight('lm_head.weight', [vocabulary, hidden], 'bf16'),
  ];
}

function layerTensors(
  { hidden, heads, intermediate }: CheckpointShape['language'],
  layer: number,
): TensorPlan[] {
  const path = `model.layers.${layer}`;
  return [
    ...['q', 'k', 'v', 'o'].map((name) =>
      weight(`${path}.self_attn.${name}_proj.weight`, [hidden, hidden], 'bf16'),
    ),
    {
      name: `${path}.self_attn.rotary_emb.inv_freq`,
      shape: [hidden / heads / 2],
      dtype: 'f32',
      fill: 'ones',
    },
    weight(`${path}.mlp.gate_proj.weight`, [intermediate, hidden], 'bf16'),
    weight(`${path}.mlp.up_proj.weight`, [intermediate, hidden], 'bf16'),
    weight(`${path}.mlp.down_proj.weight`, [hidden, intermediate], 'bf16'),
    { name: `${path}.input_layernorm.weight`, shape: [hidden], dtype: 'bf16', fill: 'ones' },
    { name: `${path}.post_attention_layernorm.weight`, shape: [hidden], dtype: 'bf16', fill: 'ones' },
  ];
}

function promptEncoderTensors(): TensorPlan[] {
  const path = 'model.prompt_encoder';
  const convolution = (index: number, outputs: number, inputs: number, kernel: number): TensorPlan[] => [
    weight(`${path}.mask_downscaling.${index}.weight`, [outputs, inputs, kernel, kernel], 'f32'),
    {
      name: `${path}.mask_downscaling.${index}.bias`,
      shape: [outputs],
      dtype: 'f32',
      fill: { spread: 0.02 },
    },
  ];
  return [
    table(`${path}.pe_layer.positional_encoding_gaussian_matrix`, 2, decoderWidth / 2),
    ...[0, 1, 2, 3].map((index) => table(`${path}.point_embeddings.${index}.weight`, 1, decoderWidth)),
    table(`${path}.not_a_point_embed.weight`, 1, decoderWidth),
    ...convolution(0, 4, 1, 2),
    ...norm(`${path}.mask_downscaling.1`, 4, 'f32'),
    ...convolution(3, 16, 4, 2),
    ...norm(`${path}.mask_downscaling.4`, 16, 'f32'),
    ...convolution(6, decoderWidth, 16, 1),
    table(`${path}.no_mask_embed.weight`, 1, decoderWidth),
  ];
}

function maskDecoderTensors(): TensorPlan[] {
  const path = 'model.mask_decoder';
  const head = (name: string, outputs: number): TensorPlan[] =>
    [0, 1, 2].flatMap((layer) =>
      linear(`${path}.${name}.layers.${layer}`, layer === 2 ? outputs : decoderWidth, decoderWidth, 'f32'),
    );
  const deconvolution = (name: string, outputs: number): TensorPlan[] => [
    weight(`${path}.${name}.0.weight`, [decoderWidth, outputs, 2, 2], 'f32', decoderWidth),
    { name: `${path}.${name}.0.bias`, shape: [outputs], dtype: 'f32', fill: { spread: 0.02 } },
    ...norm(`${path}.${name}.1`, outputs, 'f32'),
  ];
  return [
    ...[0, 1].flatMap((level) => transformerTensors(`${path}.transformer.${level}`)),
    table(`${path}.iou_token.weight`, 1, decoderWidth),
    table(`${path}.mask_tokens.weight`, 4, decoderWidth),
    ...deconvolution('output_upscaling', 32),
    ...deconvolution('upsample_2x', decoderWidth),
    table(`${path}.pe1.positional_encoding_gaussian_matrix`, 2, decoderWidth / 2),
    ...[0, 1, 2, 3].flatMap((index) => head(`output_hypernetworks_mlps.${index}`, 32)),
    ...head('iou_prediction_head', 4),
    table(`${path}.level_embed.weight`, 2, decoderWidth),
  ];
}

function transformerTensors(path: string): TensorPlan[] {
  const attention = (name: string, inner: number): TensorPlan[] => [
    ...['q', 'k', 'v'].flatMap((part) => linear(`${path}.${name}.${part}_proj`, inner, decoderWidth, 'f32')),
    ...linear(`${path}.${name}.out_proj`, decoderWidth, inner, 'f32'),
  ];
  const layer = (index: number): TensorPlan[] => [
    ...attention(`layers.${index}.self_attn`, decoderWidth),
    ...attention(`layers.${index}.cross_attn_token_to_image`, decoderWidth / 2),
    ...attention(`layers.${index}.cross_attn_image_to_token`, decoderWidth / 2),
    ...linear(`${path}.layers.${index}.mlp.lin1`, 2048, decoderWidth, 'f32'),
    ...linear(`${path}.layers.${index}.mlp.lin2`, decoderWidth, 2048, 'f32'),
    ...[1, 2, 3, 4].flatMap((number) => norm(`${path}.layers.${index}.norm${number}`, decoderWidth, 'f32')),
  ];
  return [
    ...layer(0),
    ...layer(1),
    ...attention('final_attn_token_to_image', decoderWidth / 2),
    ...norm(`${path}.norm_final_attn`, decoderWidth, 'f32'),
  ];
}

/** CLIP's vision half at 336 pixels, 14 a patch. */
export function visionTensors({ vision }: CheckpointShape): TensorPlan[] {
  const { hidden, layers, intermediate } = vision;
  const layer = (index: number): TensorPlan[] => {
    const path = `vision_model.encoder.layers.${index}`;
    return [
      ...['k', 'v', 'q', 'out'].flatMap((name) =>
        linear(`${path}.self_attn.${name}_proj`, hidden, hidden, 'f32'),
      ),
      ...norm(`${path}.layer_norm1`, hidden, 'f32'),
      ...linear(`${path}.mlp.fc1`, intermediate, hidden, 'f32'),
      ...linear(`${path}.mlp.fc2`, hidden, intermediate, 'f32'),
      ...norm(`${path}.layer_norm2`, hidden, 'f32'),
    ];
  };
  return [
    { name: 'vision_model.embeddings.class_embedding', shape: [hidden], dtype: 'f32', fill: { spread: 1 } },
    weight('vision_model.embeddings.patch_embedding.weight', [hidden, 3, 14, 14], 'f32', 3 * 14 * 14),
    table('vision_model.embeddings.position_embedding.weight', 24 * 24 + 1, hidden),
    ...norm('vision_model.pre_layrnorm', hidden, 'f32'),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ...norm('vision_model.post_layernorm', hidden, 'f32'),
  ];
}
