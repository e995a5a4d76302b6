import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import {
  cellsByPatch,
  cellsRowMajor,
  densePositions,
} from '../../../native-models/pixellm/dense-positions.ts';
import { matrixProduct, rowsAtOnce, transposed } from '../../../native-models/pixellm/matrix.ts';
import { resizePositionTable } from '../../../native-models/pixellm/position-table.ts';
import { referenceCheckpoint } from '../../helpers/reference-checkpoint.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { readNpy } from '../../parity/npy.ts';
import { goldenFolder } from '../runtime/golden-folder.ts';
import { largestDifference, randomFloats } from '../run-graph.ts';

function golden(name: string): Float32Array {
  return Float32Array.from(readNpy(join(goldenFolder, 'globals', `${name}.npy`)).values as Float32Array);
}

/** Tolerance of the golden values' README. */
const tolerance = 1e-5;

async function readTensor(folder: string, name: string): Promise<Float32Array> {
  const checkpoint = await openCheckpoint(folder);
  const numbers = await checkpoint.readFloat32(name);
  await checkpoint.dispose();
  return numbers;
}

test('the position table is resized as the reference does it, class row in the wrong place included', async () => {
  const { vision } = await referenceCheckpoint();
  const table = await readTensor(vision, 'vision_model.embeddings.position_embedding.weight');
  const resized = resizePositionTable(table, { width: 48, nativeGrid: 24, grid: 32 });
  expect(largestDifference(resized, golden('position_embedding_resized'))).toBeLessThan(tolerance);
});

test('a position table that has the right size already stays as it is', () => {
  const table = randomFloats(seededRandom(1), 17 * 3);
  expect([...resizePositionTable(table, { width: 3, nativeGrid: 4, grid: 4 })]).toEqual([...table]);
});

test('dense positions agree with the reference at both levels', async () => {
  const { model } = await referenceCheckpoint();
  const gaussian = await readTensor(
    model,
    'model.prompt_encoder.pe_layer.positional_encoding_gaussian_matrix',
  );
  const ownGaussian = await readTensor(model, 'model.mask_decoder.pe1.positional_encoding_gaussian_matrix');
  const rows = densePositions(gaussian, 32, cellsRowMajor(32));
  const fine = densePositions(ownGaussian, 64, cellsRowMajor(64));
  expect(largestDifference(everyChannel(rows, 256, 8), golden('dense_pe_sub8'))).toBeLessThan(tolerance);
  expect(largestDifference(everyChannel(fine, 256, 16), golden('pe1_sub16'))).toBeLessThan(tolerance);
});

test('cells patch by patch are the cells of the doubled square, each once, four of a patch together', () => {
  const cells = [...cellsByPatch(3)];
  const key = ({ row, column }: { row: number; column: number }): number => row * 6 + column;
  expect(cells.map(key).toSorted((left, right) => left - right)).toEqual(
    Array.from({ length: 36 }, (_, index) => index),
  );
  expect(cells.slice(4, 8)).toEqual([
    { row: 0, column: 2 },
    { row: 0, column: 3 },
    { row: 1, column: 2 },
    { row: 1, column: 3 },
  ]);
});

test('a matrix product is the sum of products, and transposing twice changes nothing', () => {
  const random = seededRandom(4);
  const [left, right] = [randomFloats(random, 11 * 3), randomFloats(random, 12)];
  const product = [...matrixProduct(left, right, { rows: 11, inner: 3, columns: 4 })].flatMap((rows) => [
    ...rows,
  ]);
  const slow = Float32Array.from({ length: 44 }, (_, index) => {
    const [row, column] = [Math.floor(index / 4), index % 4];
    return [0, 1, 2].reduce((sum, k) => sum + (left[row * 3 + k] ?? 0) * (right[k * 4 + column] ?? 0), 0);
  });
  expect(largestDifference(Float32Array.from(product), slow)).toBeLessThan(1e-7);
  expect([...transposed(transposed(right, 3, 4), 4, 3)]).toEqual([...right]);
});

test('the largest product of a published checkpoint is cut so fine that it can be stopped within a fraction of a second', () => {
  const published = { inner: 4096, columns: 8192 }; // the neck folded into the projector
  // One thread does some 1e9 multiplications a second here (2026-11-22: 8.6e9 in 10 s).
  expect(rowsAtOnce(published) * published.inner * published.columns).toBeLessThanOrEqual(2e8);
  expect(rowsAtOnce({ inner: 2 ** 20, columns: 2 ** 20 })).toBe(1);
});

/** Channel-last rows as the golden keeps them: channels first, every `step`th of them. */
function everyChannel(rows: Float32Array, channels: number, step: number): Float32Array {
  const positions = rows.length / channels;
  return Float32Array.from(
    { length: (channels / step) * positions },
    (_, index) => rows[(index % positions) * channels + Math.floor(index / positions) * step] ?? NaN,
  );
}
