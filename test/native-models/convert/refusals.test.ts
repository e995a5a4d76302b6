import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { countElements } from '../../../native-models/checkpoint/stored-tensor.ts';
import { convertCheckpoint } from '../../../native-models/convert.ts';
import {
  referenceCheckpoint,
  referenceCheckpointCopy,
  type ReferenceCheckpoint,
} from '../../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writeTorchFile, type TensorToWrite } from '../../helpers/torch-file.ts';

type Damage = (checkpoint: ReferenceCheckpoint) => Promise<void>;

/** Tries to convert a damaged copy of the reference checkpoint; the error, after checking that nothing was left. */
async function convertDamaged(damage: Damage): Promise<unknown> {
  const root = await temporaryFolder();
  const copy = await referenceCheckpointCopy(join(root, 'source'));
  await damage(copy);
  const error: unknown = await convertCheckpoint({
    checkpoint: copy.model,
    vision: copy.vision,
    out: join(root, 'model'),
    precision: 'int4',
    signal: new AbortController().signal,
    onProgress: () => undefined,
  }).catch((reason: unknown) => reason);
  expect(await readdir(root)).toEqual(['source']);
  return error;
}

/** Replaces the sharded checkpoint by one file whose tensors were changed on the way. */
function rewritten(change: (tensors: Map<string, TensorToWrite>) => void): Damage {
  return async ({ model }) => {
    const checkpoint = await openCheckpoint((await referenceCheckpoint()).model);
    const tensors = new Map<string, TensorToWrite>();
    for (const { name, dtype, shape } of checkpoint.tensors.values()) {
      const bytes = await checkpoint.readStored(name);
      tensors.set(name, { name, dtype, shape, chunks: () => [bytes] });
    }
    await checkpoint.dispose();
    change(tensors);
    for (const name of await readdir(model))
      if (name.startsWith('pytorch_model')) await rm(join(model, name));
    await writeTorchFile(join(model, 'pytorch_model.bin'), [...tensors.values()]);
  };
}

function zeros(name: string, shape: readonly number[]): TensorToWrite {
  return { name, dtype: 'f32', shape, chunks: () => [new Uint8Array(4 * countElements(shape))] };
}

async function editJson(path: string, change: (json: Record<string, unknown>) => void): Promise<void> {
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(json);
  await writeFile(path, JSON.stringify(json));
}

test('a checkpoint that was written anew converts: the rewriting itself does no harm', async () => {
  const root = await temporaryFolder();
  const copy = await referenceCheckpointCopy(join(root, 'source'));
  await rewritten(() => undefined)(copy);
  const options = {
    checkpoint: copy.model,
    vision: copy.vision,
    precision: 'int4',
    signal: new AbortController().signal,
    onProgress: () => undefined,
  } as const;
  expect((await convertCheckpoint({ ...options, out: join(root, 'model') })).precision).toBe('int4');
});

const nan = new Uint8Array(new Float32Array(64).fill(NaN).buffer);

test.each<[string, Damage, string, string]>([
  [
    'a missing shard',
    ({ model }) => rm(join(model, 'pytorch_model-00001-of-00002.bin')),
    'checkpoint-missing-shard',
    'pytorch_model-00001-of-00002.bin',
  ],
  ['no config.json', ({ model }) => rm(join(model, 'config.json')), 'checkpoint-not-found', 'config.json'],
  ['no tokenizer', ({ model }) => rm(join(model, 'tokenizer.model')), 'tokenizer-invalid', 'tokenizer.model'],
  [
    'no list of added tokens',
    ({ model }) => rm(join(model, 'added_tokens.json')),
    'tokenizer-invalid',
    'added_tokens.json',
  ],
  [
    'a tensor that is missing',
    rewritten((tensors) => tensors.delete('model.norm.weight')),
    'checkpoint-missing-tensor',
    'model.norm.weight',
  ],
  [
    'a tensor nobody uses',
    rewritten((tensors) => tensors.set('model.extra', zeros('model.extra', [2]))),
    'checkpoint-unused-tensor',
    'model.extra',
  ],
  [
    'a tensor of another shape',
    rewritten((tensors) => tensors.set('model.norm.weight', zeros('model.norm.weight', [65]))),
    'checkpoint-wrong-shape',
    'model.norm.weight is [65] instead of [64]',
  ],
  [
    'a weight that is not a number',
    rewritten((tensors) =>
      tensors.set('model.norm.weight', {
        name: 'model.norm.weight',
        dtype: 'f32',
        shape: [64],
        chunks: () => [nan],
      }),
    ),
    'checkpoint-not-finite',
    'model.norm.weight',
  ],
  [
    'a quantised weight that is not a number',
    rewritten((tensors) =>
      tensors.set('lm_head.weight', {
        name: 'lm_head.weight',
        dtype: 'f32',
        shape: [389, 64],
        chunks: () => Array.from({ length: 389 }, () => nan),
      }),
    ),
    'checkpoint-not-finite',
    'lm_head.weight',
  ],
  [
    'a weight worked out from one that is not a number',
    rewritten((tensors) =>
      tensors.set('model.mask_decoder.level_embed.weight', {
        name: 'model.mask_decoder.level_embed.weight',
        dtype: 'f32',
        shape: [2, 256],
        chunks: () => Array.from({ length: 8 }, () => nan),
      }),
    ),
    'checkpoint-not-finite',
    'level_embed',
  ],
  [
    'a vision tower of another width',
    ({ vision }) =>
      editJson(join(vision, 'config.json'), (json) =>
        Object.assign(json['vision_config'] as object, { hidden_size: 96 }),
      ),
    'vision-tower-mismatch',
    'width 96',
  ],
  [
    'a vision tower for other images',
    ({ vision }) =>
      editJson(join(vision, 'config.json'), (json) =>
        Object.assign(json['vision_config'] as object, { image_size: 224 }),
      ),
    'vision-tower-mismatch',
    'for pictures of 224 pixels instead of 336',
  ],
  [
    'a tokenizer without codebook tokens',
    ({ model }) => editJson(join(model, 'added_tokens.json'), (json) => deleteKeys(json, '[SEG')),
    'codebook-missing',
    'added_tokens.json has none',
  ],
  [
    'a tokenizer with a gap in the codebook',
    ({ model }) => editJson(join(model, 'added_tokens.json'), (json) => deleteKeys(json, '[SEG4')),
    'codebook-missing',
    'no [SEG4]',
  ],
  [
    'ids beyond the vocabulary',
    ({ model }) =>
      editJson(join(model, 'added_tokens.json'), (json) => Object.assign(json, { '<im_end>': 389 })),
    'tokenizer-invalid',
    '<im_end>',
  ],
])(
  '%s stops the conversion with a sentence that helps, and nothing is left',
  async (_, damage, code, fact) => {
    expect(await convertDamaged(damage)).toMatchObject({ code, message: expect.stringContaining(fact) });
  },
);

function deleteKeys(json: Record<string, unknown>, prefix: string): void {
  for (const key of Object.keys(json)) if (key.startsWith(prefix)) delete json[key];
}

test('all missing tensors are listed, not the first alone', async () => {
  const missing = rewritten((tensors) => {
    for (const name of tensors.keys()) if (name.startsWith('model.layers.1.mlp')) tensors.delete(name);
  });
  expect(await convertDamaged(missing)).toMatchObject({
    details: { missing: ['gate', 'up', 'down'].map((part) => `model.layers.1.mlp.${part}_proj.weight`) },
  });
});
