import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelManifest } from '../../native-models/pixellm/manifest.ts';

/** A folder that looks like a converted model to everything but the engine. */
export async function aModelFolder(folder: string, card?: object): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'decoder.data'), 'weights');
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  if (card) {
    await writeFile(join(folder, 'model-card.json'), JSON.stringify(card));
    await writeFile(join(folder, 'README.md'), '# A tiny model\n');
  }
  return folder;
}

const graph = (name: string) => ({ graph: `${name}.onnx`, data: `${name}.data`, loadedBytes: 10 });

const manifest: ModelManifest = {
  format: 'pixellm-model',
  version: 1,
  name: 'tiny',
  precision: 'fp32',
  created: '2026-11-22T12:00:00.000Z',
  network: {
    image: { side: 8, patch: 2, grid: 4, pool: 2, tokens: 4, mean: [0, 0, 0], std: [1, 1, 1] },
    vision: {
      ...{ hidden: 8, layers: 2, layersUsed: 2, heads: 2, intermediate: 16, nativeSide: 8 },
      ...{ epsilon: 1e-5, activation: 'gelu', selectLayer: 2, levelLayers: [2, 1] },
    },
    projector: { hidden: 8 },
    language: {
      ...{ hidden: 8, layers: 1, heads: 2, headDim: 4, intermediate: 16, vocabulary: 32 },
      ...{ epsilon: 1e-6, ropeBase: 10_000, maxPositions: 64 },
    },
    codebook: { levels: 2, tokensPerLevel: 3, tokenWeight: 1 / 6, levelWeight: 1 / 2 },
    pixelDecoder: {
      ...{
        dim: 8,
        heads: 2,
        mlp: 16,
        depth: 1,
        attentionDownsample: 2,
        upscaledDim: 2,
        maskTokens: 4,
        maskSide: 16,
      },
    },
  },
  tokens: {
    bos: 1,
    eos: 2,
    unk: 0,
    pad: 0,
    imageStart: 30,
    imageEnd: 31,
    codebook: [24, 25, 26, 27, 28, 29],
    added: {},
  },
  conversation: { system: '', user: 'USER', assistant: 'ASSISTANT', turnEnd: '</s>' },
  contextLength: 64,
  graphs: {
    vision: graph('vision'),
    decoder: graph('decoder'),
    masks: graph('masks'),
    visionGpu: graph('visionGpu'),
    masksGpu: graph('masksGpu'),
  },
  embedding: { file: 'embedding.bin', dtype: 'f32', rows: 32, columns: 8 },
  tokenizer: { model: 'tokenizer.model', addedTokens: 'added_tokens.json' },
  files: [{ path: 'decoder.data', bytes: 7, sha256: 'a'.repeat(64) }],
  weightLoss: [],
  answerLoss: null,
  origin: null,
  historyTurns: null,
  memory: { loadedBytes: 10, cacheBytesPerToken: 1, peakBytes: 100 },
};
