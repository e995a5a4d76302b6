import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { convertCheckpoint, readManifest, verifyModel } from '../../../native-models/convert.ts';
import { sentencePieceFile } from '../../bench/checkpoint/sentence-piece-file.ts';
import { referenceCheckpoint, referenceCheckpointCopy } from '../../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writeTorchFile, type TensorToWrite } from '../../helpers/torch-file.ts';

type Sources = { readonly model: string; readonly vision: string };
type Change = (sources: Sources) => Promise<unknown>;

const options = { signal: new AbortController().signal, onProgress: () => undefined };
const bundled = fileURLToPath(
  new URL('../../../native-models/bundled/pixellm-drawn-scenes', import.meta.url),
);
const lfsPointer =
  'version https://git-lfs.github.com/spec/v1\noid sha256:9e556afd44213b6bd1be2b850ebbbd98f5481437a8021afaf58ee7fb1818d347\nsize 499723\n';
const webPage = '<!doctype html>\n<html><head><title>Sign in</title></head></html>';

/** Converts a copy of the reference checkpoint after a change; the manifest or the error. What was refused left nothing. */
async function convertChanged(change: Change): Promise<unknown> {
  const root = await temporaryFolder();
  const sources = await referenceCheckpointCopy(join(root, 'source'));
  await change(sources);
  const out = join(root, 'model');
  const request = { checkpoint: sources.model, vision: sources.vision, out, precision: 'int8' as const };
  const result: unknown = await convertCheckpoint({ ...request, ...options }).catch(
    (error: unknown) => error,
  );
  if (result instanceof Error) expect(await readdir(root)).toEqual(['source']);
  return result;
}

const editJson = (file: string, change: (json: Record<string, unknown>) => void): Change => {
  return async ({ model, vision }) => {
    const path = join(file.startsWith('vision/') ? vision : model, file.replace('vision/', ''));
    const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    change(json);
    await writeFile(path, JSON.stringify(json));
  };
};
const addedTokens = (changes: Record<string, number>) =>
  editJson('added_tokens.json', (json) => Object.assign(json, changes));
const tokenizer =
  (bytes: string | Uint8Array): Change =>
  ({ model }) =>
    writeFile(join(model, 'tokenizer.model'), bytes);
const otherNames =
  (rename: (name: string) => string): Change =>
  async ({ model }) => {
    await rewrite(model, (tensors) => tensors.map((tensor) => ({ ...tensor, name: rename(tensor.name) })));
  };

async function rewrite(
  model: string,
  change: (tensors: TensorToWrite[]) => readonly TensorToWrite[],
): Promise<void> {
  const checkpoint = await openCheckpoint(model);
  const tensors: TensorToWrite[] = [];
  for (const { name, dtype, shape } of checkpoint.tensors.values()) {
    const bytes = await checkpoint.readStored(name);
    tensors.push({ name, dtype, shape, chunks: () => [bytes] });
  }
  await checkpoint.dispose();
  for (const name of await readdir(model)) if (name.startsWith('pytorch_model')) await rm(join(model, name));
  await writeTorchFile(join(model, 'pytorch_model.bin'), change(tensors));
}

async function removeWeights(model: string): Promise<void> {
  for (const name of await readdir(model)) if (name.startsWith('pytorch_model')) await rm(join(model, name));
}

describe('a conversion is refused before it writes, with what is wrong:', () => {
  test.each<[string, Change, string, string]>([
    ['a tokenizer that is a pointer', tokenizer(lfsPointer), 'tokenizer-invalid', 'Git LFS pointer'],
    ['a tokenizer that is empty', tokenizer(''), 'tokenizer-invalid', 'is empty'],
    ['a tokenizer that is a web page', tokenizer(webPage), 'tokenizer-invalid', 'web page'],
    [
      'the tokenizer of a larger model',
      ({ model }) =>
        readFile(join(bundled, 'tokenizer.model')).then((bytes) =>
          writeFile(join(model, 'tokenizer.model'), bytes),
        ),
      'tokenizer-invalid',
      'pieces, the embedding has 389 rows',
    ],
    [
      'a tokenizer whose pieces reach into the added tokens',
      tokenizer(sentencePieceFile(385)),
      'tokenizer-invalid',
      'begin at 380',
    ],
    [
      'the tokenizer of a smaller model',
      tokenizer(sentencePieceFile(300)),
      'tokenizer-invalid',
      'without a word',
    ],
    [
      'codebook tokens of one id (PixelLM issue 23)',
      addedTokens(Object.fromEntries([0, 1, 2, 3, 4, 5].map((at) => [`[SEG${at}]`, 383]))),
      'codebook-invalid',
      'one id, 383',
    ],
    [
      'a codebook token that is a word piece',
      addedTokens({ '[SEG1]': 200 }),
      'codebook-invalid',
      '[SEG1] is 200',
    ],
    [
      'a codebook token that is the unknown token',
      addedTokens({ '[SEG0]': 0 }),
      'codebook-invalid',
      '[SEG0] is 0',
    ],
    ['image tokens of one id', addedTokens({ '<im_end>': 381 }), 'codebook-invalid', '<im_end>'],
    [
      'added tokens that are a pointer',
      ({ model }) => writeFile(join(model, 'added_tokens.json'), lfsPointer),
      'tokenizer-invalid',
      'Git LFS pointer',
    ],
    [
      'a config that is a web page',
      ({ model }) => writeFile(join(model, 'config.json'), webPage),
      'config-invalid',
      'web page',
    ],
    [
      'a tower of 224 pixels where 336 are named',
      editJson('vision/config.json', (json) =>
        Object.assign(json['vision_config'] as object, { image_size: 224 }),
      ),
      'vision-tower-mismatch',
      'for pictures of 224 pixels instead of 336',
    ],
    [
      'a tower of other patches',
      editJson('vision/config.json', (json) =>
        Object.assign(json['vision_config'] as object, { patch_size: 28, image_size: 336 }),
      ),
      'vision-tower-mismatch',
      'patches of 28 pixels instead of 14',
    ],
    [
      'a tower that is called other than it is, where the checkpoint names none',
      async (sources) => {
        await editJson('config.json', (json) => {
          delete json['mm_vision_tower'];
          delete json['vision_tower'];
        })(sources);
        await editJson('vision/config.json', (json) =>
          Object.assign(json['vision_config'] as object, { image_size: 224 }),
        )(sources);
      },
      'vision-tower-mismatch',
      "The vision tower's folder is called clip-vit-tiny-patch14-336",
    ],
    [
      'a tower without its weights',
      ({ vision }) => rm(join(vision, 'pytorch_model.bin')),
      'checkpoint-not-found',
      'The vision tower cannot be read',
    ],
    [
      'a tower without its config',
      ({ vision }) => rm(join(vision, 'config.json')),
      'vision-tower-mismatch',
      'The vision tower is missing',
    ],
    [
      'a shard that is a pointer',
      ({ model }) => writeFile(join(model, 'pytorch_model-00001-of-00002.bin'), lfsPointer),
      'checkpoint-corrupt',
      'Git LFS pointer, not the file of 499723 bytes',
    ],
    [
      'a shard that is a web page',
      ({ model }) => writeFile(join(model, 'pytorch_model-00001-of-00002.bin'), webPage),
      'checkpoint-corrupt',
      'web page',
    ],
    [
      'a shard that is empty',
      ({ model }) => writeFile(join(model, 'pytorch_model-00001-of-00002.bin'), ''),
      'checkpoint-corrupt',
      'is empty',
    ],
    [
      'safetensors that are a pointer',
      async ({ model }) => {
        await removeWeights(model);
        await writeFile(join(model, 'model.safetensors'), lfsPointer);
      },
      'checkpoint-corrupt',
      'Git LFS pointer',
    ],
    [
      'a list of shards that is a pointer',
      ({ model }) => writeFile(join(model, 'pytorch_model.bin.index.json'), lfsPointer),
      'checkpoint-wrong-index',
      'Git LFS pointer',
    ],
    [
      'adapters beside the weights',
      ({ model }) =>
        rewrite(model, (tensors) => [
          ...tensors,
          {
            name: 'model.layers.0.self_attn.q_proj.lora_A.default.weight',
            dtype: 'f32',
            shape: [8, 64],
            chunks: () => [new Uint8Array(2048)],
          },
        ]),
      'checkpoint-unsupported',
      'merge_lora_weights_and_save_hf_model.py',
    ],
    [
      'adapters alone',
      async ({ model }) => {
        await removeWeights(model);
        await writeFile(join(model, 'adapter_config.json'), '{}');
        await writeFile(join(model, 'adapter_model.bin'), 'x');
      },
      'checkpoint-unsupported',
      'LoRA adapters alone',
    ],
    [
      'the pieces of a DeepSpeed training',
      async ({ model }) => {
        await removeWeights(model);
        await mkdir(join(model, 'global_step500'));
        await writeFile(join(model, 'zero_to_fp32.py'), '');
      },
      'checkpoint-unsupported',
      'zero_to_fp32.py',
    ],
    [
      'shards without their list',
      ({ model }) => rm(join(model, 'pytorch_model.bin.index.json')),
      'checkpoint-unsupported',
      'index.json',
    ],
    [
      'no vision tower in the tower’s folder',
      async ({ vision }) => {
        await rm(join(vision, 'pytorch_model.bin'));
        await writeTorchFile(join(vision, 'pytorch_model.bin'), [
          {
            name: 'text_model.final_layer_norm.weight',
            dtype: 'f32',
            shape: [64],
            chunks: () => [new Uint8Array(256)],
          },
        ]);
      },
      'checkpoint-missing-tensor',
      'The vision tower is missing',
    ],
    [
      'a checkpoint without its pixel decoder',
      ({ model }) =>
        rewrite(model, (tensors) => tensors.filter(({ name }) => !name.startsWith('model.mask_decoder.'))),
      'checkpoint-missing-tensor',
      'The pixel decoder is missing',
    ],
    [
      'a checkpoint that GPTQ or AWQ has quantised',
      ({ model }) =>
        rewrite(model, (tensors) =>
          tensors.map((tensor) => ({
            ...tensor,
            name: tensor.name.replace(/(self_attn\.q_proj)\.weight$/u, '$1.qweight'),
          })),
        ),
      'checkpoint-unsupported',
      'quantised with GPTQ or AWQ',
    ],
    [
      'a folder with the checkpoint one folder lower',
      async ({ model }) => {
        const names = await readdir(model);
        await mkdir(join(model, 'PixelLM-7B'));
        for (const name of names) await rename(join(model, name), join(model, 'PixelLM-7B', name));
      },
      'checkpoint-not-found',
      'The folder "PixelLM-7B" inside it has one',
    ],
    [
      'fewer places than a picture takes',
      editJson('config.json', (json) => Object.assign(json, { max_position_embeddings: 64 })),
      'config-invalid',
      'max_position_embeddings is 64, and a picture takes 256',
    ],
    [
      'the model that PixelLM was trained from',
      ({ model }) =>
        rewrite(model, (tensors) =>
          tensors.filter(({ name }) =>
            /^(?:model\.(?:layers|embed_tokens|norm|mm_projector)\.|lm_head)/u.test(name),
          ),
        ),
      'checkpoint-missing-tensor',
      'trained from, not like PixelLM',
    ],
  ])('%s', async (_, change, code, fact) => {
    expect(await convertChanged(change)).toMatchObject({ code, message: expect.stringContaining(fact) });
  });

  test.skipIf(process.platform === 'win32')('a pipe where a file should be is not waited for', async () => {
    for (const name of [
      'config.json',
      'added_tokens.json',
      'tokenizer.model',
      'pytorch_model-00001-of-00002.bin',
    ]) {
      const result = await convertChanged(async ({ model }) => {
        await rm(join(model, name));
        execFileSync('mkfifo', [join(model, name)]);
      });
      expect(result).toMatchObject({ message: expect.stringContaining('a pipe or a device') });
    }
  });

  test.each([
    ['num_hidden_layers', 100_000],
    ['num_hidden_layers', 1e15],
    ['hidden_size', 2 ** 53],
    ['vocab_size', 1e12],
    ['num_attention_heads', 1e9],
    ['max_position_embeddings', 1e15],
    ['resize_vision_tower_size', 14_000_000],
    ['mask_decoder_depth', 1e9],
    ['out_dim', 1e15],
    ['mm_projector_hidden_dim', 1e300],
    ['seg_token_num', 1e9],
  ])('a config.json with %s of %d', async (key, value) => {
    expect(
      await convertChanged(editJson('config.json', (json) => Object.assign(json, { [key]: value }))),
    ).toMatchObject({
      name: 'ModelError',
    });
  });
});

describe('what a wrapper put around a checkpoint is left out where that is plainly right:', () => {
  test.each<[string, Change, string]>([
    ['module.', otherNames((name) => `module.${name}`), 'module.'],
    ['PEFT’s prefix', otherNames((name) => `base_model.model.${name}`), 'base_model.model.'],
    ['two of them', otherNames((name) => `module._orig_mod.${name}`), 'module._orig_mod.'],
    ['one that nobody knows', otherNames((name) => `ema.net.${name}`), 'ema.net.'],
  ])('%s', async (_, change, prefix) => {
    expect(await convertChanged(change)).toMatchObject({ origin: { prefix } });
  });

  test('a prefix that not all names have is none', async () => {
    const result = await convertChanged(
      otherNames((name) => (name === 'lm_head.weight' ? name : `module.${name}`)),
    );
    expect(result).toMatchObject({ code: 'checkpoint-missing-tensor' });
  });
});

test('a model says where it came from: both folders, every file of theirs with its hash, and the tower’s name', async () => {
  const out = join(await temporaryFolder(), 'model');
  const { model: checkpoint, vision } = await referenceCheckpoint();
  await convertCheckpoint({ checkpoint, vision, out, precision: 'int8', ...options });
  const { origin, historyTurns } = await readManifest(out);
  expect(origin?.checkpoint.files.map(({ name }) => name)).toEqual([
    'config.json',
    'tokenizer.model',
    'added_tokens.json',
    'pytorch_model-00001-of-00002.bin',
    'pytorch_model-00002-of-00002.bin',
  ]);
  expect(origin).toMatchObject({
    checkpoint: { folder: 'model' },
    vision: {
      folder: 'clip-vit-tiny-patch14-336',
      files: [{ name: 'config.json' }, { name: 'pytorch_model.bin' }],
    },
    visionName: 'openai/clip-vit-tiny-patch14-336',
    prefix: '',
  });
  expect(JSON.stringify(origin)).not.toContain(checkpoint);
  expect(historyTurns).toBe(0);
  expect(await verifyModel(out, options)).toEqual({ ok: true, problems: [] });
});
