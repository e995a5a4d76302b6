import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { convertCheckpoint } from '../../../native-models/convert.ts';
import { openSession } from '../../../native-models/runtime/ort.ts';
import { floats, hostFloats, integers, type RunTensor } from '../../../native-models/runtime/ort-tensors.ts';
import { referenceCheckpoint } from '../../helpers/reference-checkpoint.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { readNpy } from '../../parity/npy.ts';
import { goldenFolder, readGoldenJson } from '../runtime/golden-folder.ts';
import { largestDifference, randomFloats, relativeDifference } from '../run-graph.ts';

// The whole ladder, from pictures to masks, is test/parity. These tests look at single graphs: each fast form against its plain one.

const grid = 32;
const side = 448;
const folders: Record<string, string> = {};

beforeAll(async () => {
  const { model, vision } = await referenceCheckpoint();
  const root = await mkdtemp(join(tmpdir(), 'pixellm-graphs-'));
  const convert = async (name: string, precision: 'fp32' | 'fp16' | 'int8', taps: boolean): Promise<void> => {
    folders[name] = join(root, name);
    await convertCheckpoint({
      checkpoint: model,
      vision,
      out: folders[name],
      precision,
      taps,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  };
  await convert('plain', 'fp32', false);
  await convert('tapped', 'fp32', true);
  await convert('fp16', 'fp16', false);
  await convert('int8', 'int8', false);
  return () => rm(root, { recursive: true, force: true });
}, 240_000);

async function run(
  folder: string,
  graph: string,
  feeds: Readonly<Record<string, RunTensor>>,
): Promise<Record<string, Float32Array>> {
  const session = await openSession(join(folders[folder] ?? '', graph), { provider: 'cpu', threads: 1 });
  try {
    const outputs = await session.run(feeds, session.outputNames);
    return Object.fromEntries(session.outputNames.map((name) => [name, hostFloats(outputs, name).slice()]));
  } finally {
    await session.release();
  }
}

/** A picture that covers the upper 20 rows and left 25 columns of patches. */
function someVisionInput(): Record<string, RunTensor> {
  const rows = [0];
  for (let row = 0; row < 20; row++)
    for (let column = 0; column < 25; column++) rows.push(1 + row * grid + column);
  return {
    pixel_values: floats(randomFloats(seededRandom(8), 3 * side * side, 2), [1, 3, side, side]),
    key_rows: integers(rows, [rows.length]),
  };
}

describe('the vision graph', () => {
  test('with the neck folded into the projector agrees with the two apart', async () => {
    const [folded, apart] = [
      await run('plain', 'vision.onnx', someVisionInput()),
      await run('tapped', 'vision.onnx', someVisionInput()),
    ];
    for (const name of ['image_tokens', 'level0', 'level1']) {
      expect({
        name,
        difference: largestDifference(folded[name] ?? new Float32Array(), apart[name] ?? new Float32Array()),
      }).toEqual({ name, difference: expect.closeTo(0, 4) });
    }
  });

  test.each(['plain', 'fp16', 'int8'])(
    'of %s computes on the CPU what its GPU form computes',
    async (folder) => {
      const [cpu, gpu] = [
        await run(folder, 'vision.onnx', someVisionInput()),
        await run(folder, 'vision.gpu.onnx', someVisionInput()),
      ];
      // The forms round activations at different places: to bytes, to halves or not at all.
      const tolerance = folder === 'plain' ? 1e-5 : folder === 'fp16' ? 5e-3 : 5e-2;
      for (const name of ['image_tokens', 'level0', 'level1'])
        expect(
          relativeDifference(gpu[name] ?? new Float32Array(), cpu[name] ?? new Float32Array()),
        ).toBeLessThanOrEqual(tolerance);
    },
  );

  test('does not look at padding: what stands there changes no image token of the picture', async () => {
    const input = someVisionInput();
    const changed = {
      ...input,
      pixel_values: floats(withNoiseBelow(input['pixel_values'], 20 * 14), [1, 3, side, side]),
    };
    const [before, after] = [
      await run('plain', 'vision.onnx', input),
      await run('plain', 'vision.onnx', changed),
    ];
    const inPicture = (tokens: Float32Array | undefined): Float32Array =>
      (tokens ?? new Float32Array()).subarray(0, 10 * 16 * 64); // 10 of 16 rows of tokens, 64 wide
    expect(largestDifference(inPicture(after['image_tokens']), inPicture(before['image_tokens']))).toBe(0);
  });
});

function withNoiseBelow(pixels: RunTensor | undefined, fromRow: number): Float32Array {
  if (pixels?.location !== 'host') throw new Error('The pixels are in main memory.');
  const random = seededRandom(99);
  return Float32Array.from(Array.from(pixels.data, Number), (value, index) =>
    Math.floor(index / side) % side >= fromRow ? random() * 4 - 2 : value,
  );
}

type GoldenCase = { readonly name: string; readonly targets: number };

describe('the masks graph', () => {
  const levels = (): Record<string, RunTensor> => {
    const random = seededRandom(5);
    return {
      level0: floats(randomFloats(random, grid * grid * 256), [1, grid * grid, 256]),
      level1: floats(randomFloats(random, 4 * grid * grid * 256), [1, 4 * grid * grid, 256]),
    };
  };
  const statesOf = (count: number): Float32Array =>
    randomFloats(seededRandom(6), 4 * 6 * 64).subarray(0, count * 6 * 64);

  test('gives each target of a batch the mask it gets alone', async () => {
    const batch = await run('plain', 'masks.onnx', { states: floats(statesOf(2), [2, 6, 64]), ...levels() });
    const alone = await run('plain', 'masks.onnx', {
      states: floats(statesOf(2).slice(6 * 64), [1, 6, 64]),
      ...levels(),
    });
    const second = (batch['logits'] ?? new Float32Array()).subarray(128 * 128);
    expect(largestDifference(second, alone['logits'] ?? new Float32Array())).toBeLessThan(1e-4);
  });
});

test('the masks graph computes what its GPU form computes', async () => {
  const random = seededRandom(15);
  const input = {
    states: floats(randomFloats(random, 2 * 6 * 64), [2, 6, 64]),
    level0: floats(randomFloats(random, grid * grid * 256), [1, grid * grid, 256]),
    level1: floats(randomFloats(random, 4 * grid * grid * 256), [1, 4 * grid * grid, 256]),
  };
  const [cpu, gpu] = [await run('plain', 'masks.onnx', input), await run('plain', 'masks.gpu.onnx', input)];
  expect(
    relativeDifference(gpu['logits'] ?? new Float32Array(), cpu['logits'] ?? new Float32Array()),
  ).toBeLessThan(1e-5);
});

test('hidden states of the golden answer lead to its fused embeddings', async () => {
  const { cases, tolerance_abs: tolerances } = readGoldenJson<{
    cases: (GoldenCase & { tensors: Record<string, { file: string; shape: number[] }> })[];
    tolerance_abs: Record<string, number>;
  }>('manifest.json');
  const golden = cases.find(({ name }) => name === 'tf1');
  const hidden = readNpy(join(goldenFolder, golden?.tensors['last_hidden_state']?.file ?? ''))
    .values as Float32Array;
  const ids = Array.from(
    readNpy(join(goldenFolder, golden?.tensors['input_ids']?.file ?? '')).values as BigInt64Array,
    Number,
  );
  // [SEGi] are 383 to 388 here; the state that predicts a token is the one before it, and the image stands for 256 instead of 1.
  const rows = ids.flatMap((id, index) => (id >= 383 && id <= 388 ? [index - 1 + 255] : []));
  const states = Float32Array.from(rows.flatMap((row) => [...hidden.subarray(row * 64, (row + 1) * 64)]));
  const blank = {
    level0: floats(new Float32Array(grid * grid * 256), [1, grid * grid, 256]),
    level1: floats(new Float32Array(4 * grid * grid * 256), [1, 4 * grid * grid, 256]),
  };
  const { fused } = await run('tapped', 'masks.onnx', { states: floats(states, [1, 6, 64]), ...blank });
  const expected = readNpy(join(goldenFolder, golden?.tensors['fused_embeddings']?.file ?? ''))
    .values as Float32Array;
  expect(largestDifference(fused ?? new Float32Array(), expected)).toBeLessThan(
    tolerances['fused_embeddings'] ?? 0,
  );
});
