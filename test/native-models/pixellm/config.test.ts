import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readModelConfig } from '../../../native-models/pixellm/config.ts';

const fixture = fileURLToPath(new URL('../../fixtures/reference-a', import.meta.url));
const readJson = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(`${fixture}/${file}`, 'utf8')) as Record<string, unknown>;
const nothingSaid = { asked: null, counted: null };
const config = readJson('model/config.json');
const clip = readJson('openai/clip-vit-tiny-patch14-336/config.json');

/** config.json of the published 7B, as far as sizes go. */
const published7b = {
  ...config,
  hidden_size: 4096,
  intermediate_size: 11008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  mm_hidden_size: 1024,
  vocab_size: 32009,
};
const publishedClip = {
  vision_config: {
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    image_size: 336,
    patch_size: 14,
  },
};

test('the published files give the published sizes', () => {
  const { network, conversation, contextLength } = readModelConfig(published7b, publishedClip, nothingSaid);
  expect(network.image).toMatchObject({
    side: 448,
    grid: 32,
    pool: 2,
    tokens: 256,
    mean: [123.675, 116.28, 103.53],
  });
  expect(network.vision).toMatchObject({
    layers: 24,
    layersUsed: 23,
    selectLayer: 23,
    levelLayers: [23, 14],
  });
  expect(network.language).toMatchObject({ hidden: 4096, headDim: 128, vocabulary: 32009 });
  expect(network.projector).toEqual({ hidden: 8192 });
  expect(network.codebook).toEqual({ levels: 2, tokensPerLevel: 3, tokenWeight: 1 / 6, levelWeight: 1 / 2 });
  expect(network.pixelDecoder).toEqual({
    dim: 256,
    heads: 8,
    mlp: 2048,
    depth: 2,
    attentionDownsample: 2,
    upscaledDim: 32,
    maskTokens: 4,
    maskSide: 128,
  });
  expect(conversation.system + conversation.user).toMatch(
    /^A chat between a curious human .* questions\. USER: $/,
  );
  expect(contextLength).toBe(2048);
});

test('sizes that are literals in the reference may be said in config.json', () => {
  const own = {
    ...config,
    resize_vision_tower_size: 224,
    mm_vision_select_layer: -1,
    mask_feature_layers: [-1, -3],
    out_dim: 64,
    mask_decoder_heads: 4,
    mask_decoder_mlp_dim: 256,
    mask_upscaled_dim: 16,
    image_token_pool: 2,
    seg_token_num: 4,
    conversation: { system: '' },
  };
  const { network, conversation } = readModelConfig(own, clip, nothingSaid);
  expect(network.image).toMatchObject({ side: 224, grid: 16, tokens: 64 });
  expect(network.vision).toMatchObject({ layersUsed: 12, selectLayer: 12, levelLayers: [12, 10] });
  expect(network.pixelDecoder).toMatchObject({ dim: 64, heads: 4, mlp: 256, upscaledDim: 16, maskSide: 64 });
  expect(network.codebook).toMatchObject({ tokensPerLevel: 4, tokenWeight: 1 / 8 });
  expect(conversation).toEqual({ system: '', user: 'USER: ', assistant: ' ASSISTANT:', turnEnd: '</s>' });
});

test('codebook tokens per level are what the caller asks, else config.json says, else the tokenizer counts, else the published 3', () => {
  const perLevel = (json: object, asked: number | null, counted: number | null): number =>
    readModelConfig({ ...config, ...json }, clip, { asked, counted }).network.codebook.tokensPerLevel;
  const said = { seg_token_num: 4 };
  expect([
    perLevel(said, 5, 6),
    perLevel(said, null, 6),
    perLevel({}, null, 6),
    perLevel({}, null, null),
  ]).toEqual([5, 4, 6, 3]);
});

test.each([
  ['a missing size', { hidden_size: undefined }, {}, 'config-invalid', 'hidden_size'],
  ['a size that is no number', { num_hidden_layers: 'two' }, {}, 'config-invalid', 'num_hidden_layers'],
  ['another activation', { hidden_act: 'gelu' }, {}, 'checkpoint-unsupported', 'gelu'],
  [
    'scaled rotary positions',
    { rope_scaling: { type: 'linear', factor: 2 } },
    {},
    'checkpoint-unsupported',
    'rotary',
  ],
  ['grouped key/value heads', { num_key_value_heads: 2 }, {}, 'checkpoint-unsupported', 'key/value'],
  [
    'three codebook levels',
    { image_feature_scale_num: 3 },
    {},
    'checkpoint-unsupported',
    '3 codebook levels',
  ],
  ['SAM for masks', { vision_tower_for_mask: false }, {}, 'checkpoint-unsupported', 'SAM'],
  [
    'a vision tower of another width',
    {},
    { vision_config: { hidden_size: 96, num_attention_heads: 4, patch_size: 14 } },
    'vision-tower-mismatch',
    'width 96',
  ],
  [
    'a vision tower with too few layers',
    {},
    {
      vision_config: {
        hidden_size: 48,
        num_attention_heads: 4,
        num_hidden_layers: 9,
        image_size: 336,
        patch_size: 14,
      },
    },
    'vision-tower-mismatch',
    'layer -11',
  ],
  ['an image side that patches do not tile', { resize_vision_tower_size: 450 }, {}, 'config-invalid', '450'],
  [
    'heads that do not divide the width',
    { num_attention_heads: 7, num_key_value_heads: 7 },
    {},
    'config-invalid',
    '64',
  ],
])('%s is refused with the fact that helps', (_, languageChange, visionChange, code, fact) => {
  const read = (): unknown =>
    readModelConfig({ ...config, ...languageChange }, { ...clip, ...visionChange }, nothingSaid);
  expect(read).toThrow(expect.objectContaining({ code, message: expect.stringContaining(fact) }));
});
