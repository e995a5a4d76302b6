import { existsSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  convertCheckpoint,
  readManifest,
  verifyModel,
  type ConversionOptions,
  type ConversionProgress,
} from '../../native-models/convert.ts';
import { recordAnswerLoss } from '../../native-models/convert/record-answer-loss.ts';
import { openSession } from '../../native-models/runtime/ort.ts';
import { referenceCheckpoint } from '../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function convertTo(
  out: string,
  changes: Partial<ConversionOptions> = {},
): ReturnType<typeof convertCheckpoint> {
  const { model, vision } = await referenceCheckpoint();
  return convertCheckpoint({
    checkpoint: model,
    vision,
    out,
    precision: 'fp32',
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  });
}

const verify = (folder: string): ReturnType<typeof verifyModel> =>
  verifyModel(folder, { signal: new AbortController().signal, onProgress: () => undefined });

describe.each(['fp32', 'fp16', 'int8', 'int4'] as const)('a checkpoint converted at %s', (precision) => {
  test('is a model that verifies, loads, and says what rounding lost', async () => {
    const out = join(await temporaryFolder(), 'model');
    const manifest = await convertTo(out, { precision });
    expect(await readManifest(out)).toEqual(manifest);
    expect(await verify(out)).toEqual({ ok: true, problems: [] });
    expect((await readdir(out)).toSorted()).toEqual([
      'added_tokens.json',
      'decoder.data',
      'decoder.onnx',
      'embedding.bin',
      'manifest.json',
      'masks.data',
      'masks.gpu.onnx',
      'masks.onnx',
      'tokenizer.model',
      'vision.data',
      'vision.gpu.onnx',
      'vision.onnx',
    ]);
    for (const { graph } of Object.values(manifest.graphs))
      await (await openSession(join(out, graph), { provider: 'cpu', threads: 1 })).release();

    const losses = manifest.weightLoss
      .filter(({ part }) => part === 'decoder')
      .map(({ scheme, relativeRms }) => ({ scheme, percent: Math.round(relativeRms * 1000) / 10 }));
    // All weights of this checkpoint are exact in bfloat16, so halves lose next to nothing.
    const expected = {
      fp32: [],
      fp16: [{ scheme: 'f16', percent: 0 }],
      int8: [{ scheme: 'int8-block32', percent: 0.5 }],
      int4: [{ scheme: 'int4-block32', percent: 8.4 }],
    };
    expect(losses).toEqual(expected[precision]);
  });
});

test('the manifest names the tokens and the prompt of the checkpoint', async () => {
  const manifest = await convertTo(join(await temporaryFolder(), 'model'));
  expect(manifest.tokens).toMatchObject({
    bos: 1,
    eos: 2,
    unk: 0,
    pad: 0,
    imageStart: 381,
    imageEnd: 382,
    codebook: [383, 384, 385, 386, 387, 388],
  });
  expect(manifest.conversation).toMatchObject({ user: 'USER: ', assistant: ' ASSISTANT:', turnEnd: '</s>' });
  expect(manifest.embedding).toEqual({ file: 'embedding.bin', dtype: 'f32', rows: 389, columns: 64 });
  expect(manifest.memory.cacheBytesPerToken).toBe(2 * 2 * 64 * 4);
});

test('progress never goes back and ends at the whole', async () => {
  const seen: ConversionProgress[] = [];
  await convertTo(join(await temporaryFolder(), 'model'), { onProgress: (progress) => seen.push(progress) });
  expect([...new Set(seen.map(({ stage }) => stage))]).toEqual([
    'check',
    'vision',
    'decoder',
    'masks',
    'embedding',
    'finish',
  ]);
  const done = seen.map((progress) => progress.done);
  expect(done).toEqual(done.toSorted((left, right) => left - right));
  expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
});

test('a measured loss is kept in the manifest, and the model still verifies', async () => {
  const out = join(await temporaryFolder(), 'model');
  const manifest = await convertTo(out, { precision: 'int8' });
  const answerLoss = {
    measured: '2026-11-22',
    cases: 3,
    tokensEqual: 1,
    logits: 0.01,
    masks: 0.02,
    maskIou: 0.99,
  };
  await recordAnswerLoss(out, answerLoss);
  expect(await readManifest(out)).toEqual({ ...manifest, answerLoss });
  expect(await verify(out)).toEqual({ ok: true, problems: [] });
});

describe('verifying finds', () => {
  test('a file that changed, one that is cut off and one that is missing', async () => {
    const out = join(await temporaryFolder(), 'model');
    await convertTo(out);
    const damaged = await readFile(join(out, 'decoder.data'));
    damaged[1000] = (damaged[1000] ?? 0) ^ 1;
    await writeFile(join(out, 'decoder.data'), damaged);
    await truncate(join(out, 'vision.data'), 10);
    expect(await verify(out)).toMatchObject({
      ok: false,
      problems: [
        expect.stringContaining('vision.data has 10 bytes'),
        'decoder.data has changed since it was converted.',
      ],
    });
  });

  test('a folder that is no model, and a manifest of another version', async () => {
    const out = join(await temporaryFolder(), 'model');
    await expect(verify(out)).rejects.toMatchObject({ code: 'manifest-invalid' });
    const manifest = await convertTo(out);
    await writeFile(join(out, 'manifest.json'), JSON.stringify({ ...manifest, version: 2 }));
    await expect(readManifest(out)).rejects.toMatchObject({
      code: 'manifest-invalid',
      message: expect.stringContaining('version'),
    });
  });
});

describe('the model folder appears only when it is complete', () => {
  test('a cancelled conversion leaves nothing', async () => {
    const root = await temporaryFolder();
    const controller = new AbortController();
    const stopAtDecoder = (progress: ConversionProgress): void => {
      if (progress.stage === 'decoder') controller.abort();
    };
    await expect(
      convertTo(join(root, 'model'), { signal: controller.signal, onProgress: stopAtDecoder }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(root)).toEqual([]);
  });

  test('a conversion that fails half-way leaves the model that was there', async () => {
    const root = await temporaryFolder();
    const before = await convertTo(join(root, 'model'));
    const controller = new AbortController();
    const stopAtMasks = (progress: ConversionProgress): void => {
      if (progress.stage === 'masks') controller.abort();
    };
    await expect(
      convertTo(join(root, 'model'), {
        precision: 'int4',
        overwrite: true,
        signal: controller.signal,
        onProgress: stopAtMasks,
      }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readManifest(join(root, 'model'))).toEqual(before);
    expect(await verify(join(root, 'model'))).toMatchObject({ ok: true });
    expect(await readdir(root)).toEqual(['model']);
  });

  test('a model that exists is replaced only on demand', async () => {
    const root = await temporaryFolder();
    const out = join(root, 'model');
    await convertTo(out);
    await expect(convertTo(out)).rejects.toMatchObject({ code: 'output-exists' });
    expect((await convertTo(out, { precision: 'int8', overwrite: true })).precision).toBe('int8');
    expect((await readManifest(out)).precision).toBe('int8');
    expect(await readdir(root)).toEqual(['model']);
  });

  test('the next attempt removes what a killed one left', async () => {
    const root = await temporaryFolder();
    const nobody = 2 ** 22 + 1; // beyond the largest process id
    await writeFile(join(root, `model.partial-${nobody}`), 'half a model');
    await convertTo(join(root, 'model'));
    expect(existsSync(join(root, `model.partial-${nobody}`))).toBe(false);
  });
});
