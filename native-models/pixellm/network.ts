import { z } from 'zod';

/**
 * Far beyond any network there is, and small enough that nothing worked out from them overflows or takes long: a manifest may hold whatever
 * somebody wrote into it.
 */
export const size = z
  .int()
  .positive()
  .max(2 ** 23);
export const layerCount = z.int().positive().max(1000);
export const headCount = z.int().positive().max(4096);
const gridSide = z.int().positive().max(256);
export const contextSize = z
  .int()
  .positive()
  .max(2 ** 22);

/**
 * Every number of one PixelLM network, as read from a checkpoint's config.json and its vision tower's config.json.
 * The published values stand beside each field. Nothing else in the engine holds a size.
 */
export const networkSchema = z.strictObject({
  /** The square the network looks at. */
  image: z.strictObject({
    /** Pixels of a side: 448. */
    side: size,
    /** Pixels of a patch's side: 14. */
    patch: size,
    /** Patches along a side, side / patch: 32. */
    grid: gridSide,
    /** Patches along a side that are averaged into one image token of the language model: 2. */
    pool: z.union([z.literal(1), z.literal(2)]),
    /** Image tokens, (grid / pool)^2: 256. */
    tokens: size,
    /** Normalisation on the 0..255 scale (SAM's numbers). */
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
  }),
  /** CLIP's vision transformer. */
  vision: z.strictObject({
    hidden: size,
    /** Layers in the checkpoint: 24. */
    layers: layerCount,
    /** Layers that have to run: the deepest feature layer: 23. */
    layersUsed: layerCount,
    heads: headCount,
    intermediate: size,
    /** Pixels of a side it was trained on, which gives its position table: 336. */
    nativeSide: size,
    epsilon: z.number().positive(),
    activation: z.enum(['quick_gelu', 'gelu']),
    /** Index into hidden_states (0 = after pre_layrnorm) of the feature the language model sees: 23. */
    selectLayer: z.int().min(0),
    /** Index into hidden_states per pixel-decoder level: [23, 14]. */
    levelLayers: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
  /** Vision-to-language and vision-to-decoder projectors. */
  projector: z.strictObject({
    /** Width between their two linear layers, mm_projector_hidden_dim * hidden: 8192. */
    hidden: size,
  }),
  /** LLaMA. */
  language: z.strictObject({
    hidden: size,
    layers: layerCount,
    heads: headCount,
    /** hidden / heads: 128. */
    headDim: size,
    intermediate: size,
    vocabulary: size,
    epsilon: z.number().positive(),
    ropeBase: z.number().positive(),
    /** Positions the model was made for, image tokens included: 2048. */
    maxPositions: contextSize,
  }),
  /** Segmentation codebook: levels S (2) and tokens per level K (3). */
  codebook: z.strictObject({
    levels: z.literal(2),
    tokensPerLevel: headCount,
    /** Weight of each token in its level's sum; 1 / (levels * tokensPerLevel), a constant that was never trained. */
    tokenWeight: z.number().positive(),
    /** Weight of each level in the combined mask: 1 / levels. */
    levelWeight: z.number().positive(),
  }),
  /** Light pixel decoder. */
  pixelDecoder: z.strictObject({
    /** Width: 256. */
    dim: size,
    heads: headCount,
    mlp: size,
    depth: layerCount,
    /** Cross-attention runs at dim / attentionDownsample: 2. */
    attentionDownsample: size,
    /** Channels after the output upscaling, dim / 8: 32. */
    upscaledDim: size,
    /** Mask tokens, of which the first is used: 4. */
    maskTokens: size,
    /** Pixels of a side of the low-resolution mask logits, 4 * grid: 128. */
    maskSide: size,
  }),
});

export type Network = z.infer<typeof networkSchema>;
