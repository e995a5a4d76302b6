import { z } from 'zod';
import { ModelError } from '../errors.ts';
import { contextSize, headCount, layerCount, networkSchema, size, type Network } from './network.ts';
import type { ModelManifest } from './manifest.ts';

/** llava_v1, the template of the published checkpoints; config.json of our own models may say another. */
const conversationSchema = z.object({
  system: z
    .string()
    .default(
      "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions. ",
    ),
  user: z.string().default('USER: '),
  assistant: z.string().default(' ASSISTANT:'),
  turn_end: z.string().default('</s>'),
  /** Earlier turns a question is asked with. The reference has none; models trained on conversations say so. */
  history_turns: z.int().min(0).nullable().default(0),
});

/**
 * PixelLM's config.json. Keys the published files do not have are sizes that are literals in the reference's code; they default
 * to those literals, so that a published checkpoint and a smaller one are read by the same lines.
 */
const configSchema = z.object({
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: headCount,
  num_key_value_heads: headCount.nullish(),
  vocab_size: size,
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().default(10_000),
  rope_scaling: z.unknown().optional(),
  hidden_act: z.string().default('silu'),
  tie_word_embeddings: z.boolean().default(false),
  max_position_embeddings: contextSize.default(2048),
  bos_token_id: z.int().default(1),
  eos_token_id: z.int().default(2),
  pad_token_id: z.int().nullish(),
  mm_hidden_size: size.optional(),
  mm_projector_hidden_dim: z.number().positive().default(2),
  separate_mm_projector: z.boolean().default(true),
  vision_tower_for_mask: z.boolean().default(true),
  mm_use_im_start_end: z.boolean().default(true),
  mm_vision_select_layer: z.int().default(-2),
  mm_vision_select_feature: z.string().default('patch'),
  resize_vision_tower_size: size.default(448),
  image_feature_scale_num: size.default(2),
  seg_token_num: headCount.optional(),
  image_token_pool: z.int().default(2),
  mask_feature_layers: z.tuple([z.int(), z.int()]).optional(),
  out_dim: size.default(256),
  mask_decoder_heads: headCount.default(8),
  mask_decoder_mlp_dim: size.default(2048),
  mask_decoder_depth: layerCount.default(2),
  mask_decoder_attention_downsample: size.default(2),
  mask_upscaled_dim: size.optional(),
  mask_tokens: headCount.default(4),
  image_mean: z.tuple([z.number(), z.number(), z.number()]).default([123.675, 116.28, 103.53]),
  image_std: z.tuple([z.number(), z.number(), z.number()]).default([58.395, 57.12, 57.375]),
  conversation: conversationSchema.prefault({}),
});

/** CLIPVisionConfig with the defaults transformers gives to absent keys. */
const visionConfigSchema = z.object({
  hidden_size: size.default(768),
  intermediate_size: size.default(3072),
  num_hidden_layers: layerCount.default(12),
  num_attention_heads: headCount.default(12),
  image_size: size.default(224),
  patch_size: size.default(32),
  layer_norm_eps: z.number().positive().default(1e-5),
  hidden_act: z.string().default('quick_gelu'),
});

type Config = z.infer<typeof configSchema>;
type VisionConfig = z.infer<typeof visionConfigSchema>;

/** What config.json says beside the sizes. */
export type ModelConfig = {
  readonly network: Network;
  readonly conversation: ModelManifest['conversation'];
  readonly specialIds: { readonly bos: number; readonly eos: number; readonly pad: number };
  readonly contextLength: number;
  /** Earlier turns a question is asked with; null for all that fit. */
  readonly historyTurns: number | null;
};

/**
 * @param config     parsed config.json of the PixelLM checkpoint
 * @param clip       parsed config.json of the vision tower (a whole CLIP's or a vision model's)
 * @param tokensPerLevel  codebook tokens of a level: as the caller asks, else as config.json says, else as the tokenizer's count implies
 *   (the published config.json does not say it)
 * @throws ModelError 'config-invalid', 'checkpoint-unsupported' or 'vision-tower-mismatch'
 */
export function readModelConfig(
  config: unknown,
  clip: unknown,
  tokensPerLevel: { readonly asked: number | null; readonly counted: number | null },
): ModelConfig {
  const language = parse(configSchema, config, 'config.json');
  const vision = parse(visionConfigSchema, visionSection(clip), "the vision tower's config.json");
  refuseUnsupported(language, vision);
  const perLevel = tokensPerLevel.asked ?? language.seg_token_num ?? tokensPerLevel.counted ?? 3;
  const network = networkOf(language, vision, perLevel);
  const places = language.max_position_embeddings;
  if (places <= network.image.tokens)
    throw new ModelError(
      'config-invalid',
      `The model's config.json leaves no room for words: max_position_embeddings is ${places}, and a picture takes ${network.image.tokens}.`,
      { places, picture: network.image.tokens },
    );
  const { turn_end: turnEnd, history_turns: historyTurns, ...template } = language.conversation;
  return {
    network: parse(networkSchema, network, 'config.json'),
    conversation: { ...template, turnEnd },
    specialIds: { bos: language.bos_token_id, eos: language.eos_token_id, pad: language.pad_token_id ?? 0 },
    historyTurns,
    contextLength: places,
  };
}

function networkOf(config: Config, clip: VisionConfig, tokensPerLevel: number): Network {
  const grid = config.resize_vision_tower_size / clip.patch_size;
  const levels = 2;
  const featureLayers = config.mask_feature_layers ?? [config.mm_vision_select_layer, -11];
  const selectLayer = hiddenStateIndex(config.mm_vision_select_layer, clip);
  const levelLayers: [number, number] = [
    hiddenStateIndex(featureLayers[0], clip),
    hiddenStateIndex(featureLayers[1], clip),
  ];
  return {
    image: {
      side: config.resize_vision_tower_size,
      patch: clip.patch_size,
      grid,
      pool: config.image_token_pool === 1 ? 1 : 2,
      tokens: (grid / config.image_token_pool) ** 2,
      mean: config.image_mean,
      std: config.image_std,
    },
    vision: {
      hidden: clip.hidden_size,
      layers: clip.num_hidden_layers,
      layersUsed: Math.max(selectLayer, ...levelLayers),
      heads: clip.num_attention_heads,
      intermediate: clip.intermediate_size,
      nativeSide: clip.image_size,
      epsilon: clip.layer_norm_eps,
      activation: clip.hidden_act === 'gelu' ? 'gelu' : 'quick_gelu',
      selectLayer,
      levelLayers,
    },
    projector: { hidden: config.mm_projector_hidden_dim * config.hidden_size },
    language: {
      hidden: config.hidden_size,
      layers: config.num_hidden_layers,
      heads: config.num_attention_heads,
      headDim: config.hidden_size / config.num_attention_heads,
      intermediate: config.intermediate_size,
      vocabulary: config.vocab_size,
      epsilon: config.rms_norm_eps,
      ropeBase: config.rope_theta,
      maxPositions: config.max_position_embeddings,
    },
    codebook: { levels, tokensPerLevel, tokenWeight: 1 / (levels * tokensPerLevel), levelWeight: 1 / levels },
    pixelDecoder: {
      dim: config.out_dim,
      heads: config.mask_decoder_heads,
      mlp: config.mask_decoder_mlp_dim,
      depth: config.mask_decoder_depth,
      attentionDownsample: config.mask_decoder_attention_downsample,
      upscaledDim: config.mask_upscaled_dim ?? config.out_dim / 8,
      maskTokens: config.mask_tokens,
      maskSide: 4 * grid,
    },
  };
}

/** Python's hidden_states[layer], where a negative layer counts from the end of layers + 1 entries. */
function hiddenStateIndex(layer: number, clip: VisionConfig): number {
  const entries = clip.num_hidden_layers + 1;
  const index = layer < 0 ? entries + layer : layer;
  if (index < 0 || index >= entries) {
    throw new ModelError(
      'vision-tower-mismatch',
      `The model uses layer ${layer} of the vision tower, which has only ${clip.num_hidden_layers} layers.`,
      { layer, layers: clip.num_hidden_layers },
    );
  }
  return index;
}

function refuseUnsupported(config: Config, clip: VisionConfig): void {
  const refuse = (what: string): never => {
    throw new ModelError(
      'checkpoint-unsupported',
      `This checkpoint uses ${what}, which PixelLM models do not.`,
      { what },
    );
  };
  if (config.hidden_act !== 'silu') refuse(`the activation "${config.hidden_act}"`);
  if (config.rope_scaling !== undefined && config.rope_scaling !== null) refuse('scaled rotary positions');
  if (config.tie_word_embeddings) refuse('tied word embeddings');
  if (!config.separate_mm_projector) refuse('one projector for text and masks');
  if (!config.vision_tower_for_mask) refuse('a separate SAM image encoder for masks');
  if (!config.mm_use_im_start_end) refuse('an image without start and end tokens');
  if (config.mm_vision_select_feature !== 'patch')
    refuse(`the vision feature "${config.mm_vision_select_feature}"`);
  if (config.image_feature_scale_num !== 2)
    refuse(`${config.image_feature_scale_num} codebook levels instead of 2`);
  if ((config.num_key_value_heads ?? config.num_attention_heads) !== config.num_attention_heads)
    refuse('grouped key/value heads');
  if (clip.hidden_act !== 'quick_gelu' && clip.hidden_act !== 'gelu')
    refuse(`the vision activation "${clip.hidden_act}"`);
  refuseIndivisible(config, clip);
  if (config.mm_hidden_size !== undefined && config.mm_hidden_size !== clip.hidden_size) {
    throw new ModelError(
      'vision-tower-mismatch',
      `The checkpoint was made for a vision tower of width ${config.mm_hidden_size}; the one given has width ${clip.hidden_size}.`,
      { expected: config.mm_hidden_size, found: clip.hidden_size },
    );
  }
}

function refuseIndivisible(config: Config, clip: VisionConfig): void {
  const mustDivide = (whole: number, part: number, what: string): void => {
    if (whole % part !== 0)
      throw new ModelError('config-invalid', `${what}: ${whole} is not a multiple of ${part}.`, {
        whole,
        part,
      });
  };
  if (config.image_token_pool !== 1 && config.image_token_pool !== 2) {
    throw new ModelError(
      'config-invalid',
      `image_token_pool must be 1 or 2, not ${config.image_token_pool}.`,
    );
  }
  mustDivide(config.resize_vision_tower_size, clip.patch_size, 'Image side and patch size do not fit');
  mustDivide(clip.image_size, clip.patch_size, "The vision tower's own image side and patch size do not fit");
  mustDivide(
    config.resize_vision_tower_size / clip.patch_size,
    config.image_token_pool,
    'Patch grid and image token pool do not fit',
  );
  mustDivide(
    config.hidden_size,
    2 * config.num_attention_heads,
    'Hidden size and attention heads do not fit',
  );
  mustDivide(clip.hidden_size, clip.num_attention_heads, 'Vision width and attention heads do not fit');
  mustDivide(
    config.out_dim,
    config.mask_decoder_attention_downsample * config.mask_decoder_heads,
    'Pixel decoder width and heads do not fit',
  );
}

/** A whole CLIP keeps its vision part under vision_config; a vision model is that part itself. */
function visionSection(clip: unknown): unknown {
  if (typeof clip === 'object' && clip !== null && 'vision_config' in clip) return clip.vision_config;
  return clip;
}

function parse<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw new ModelError('config-invalid', `The model's ${file} cannot be used: ${problems.join('; ')}.`, {
    file,
    problems,
  });
}
