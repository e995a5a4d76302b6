import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  familiarPicturesFile,
  readFamiliarPictures,
  unfamiliarity,
} from '../../../native-models/runtime/familiar-pictures.ts';

/** Pictures that differ along the first of two numbers, with a variance of 4 there and 1 elsewhere; all within a squared distance of 2. */
const familiar = { mean: [10, 20], axes: [[1, 0]], variances: [4], restVariance: 1, limit: 2 };

describe('how foreign a picture is', () => {
  test.each([
    { name: 'the mean itself', token: [10, 20], expected: 0 },
    { name: 'far along an axis', token: [14, 20], expected: 16 / 4 / 2 },
    { name: 'as far elsewhere', token: [10, 24], expected: 16 / 1 / 2 },
    { name: 'both', token: [12, 23], expected: (4 / 4 + 9) / 2 },
  ])('$name: the squared Mahalanobis distance in units of the limit', ({ token, expected }) => {
    const distance = unfamiliarity(familiar, { tokens: new Float32Array(token), keptTokens: [true] });
    expect(distance).toBeCloseTo(expected, 6);
  });

  test('is measured on the mean of the tokens that hold some of the picture', () => {
    const tokens = new Float32Array([12, 20, 16, 20, 999, 999]);
    expect(unfamiliarity(familiar, { tokens, keptTokens: [true, true, false] })).toBeCloseTo(16 / 4 / 2, 6);
  });
});

describe('the file beside a model', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'familiar-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const write = async (content: string): Promise<void> =>
    writeFile(path.join(folder, familiarPicturesFile), content);

  test('is not there for most models', async () => {
    expect(await readFamiliarPictures(folder, 2)).toBeNull();
  });

  test('is read as it was written', async () => {
    await write(JSON.stringify(familiar));
    expect(await readFamiliarPictures(folder, 2)).toEqual(familiar);
  });

  test.each([
    ['is cut short', '{"mean":[1,'],
    ['holds something else', '[]'],
    ['has a variance of nothing', JSON.stringify({ ...familiar, variances: [0] })],
    ['has an axis of another model', JSON.stringify({ ...familiar, axes: [[1, 0, 0]] })],
    ['has more variances than axes', JSON.stringify({ ...familiar, variances: [1, 2] })],
    ['has no number', JSON.stringify({ ...familiar, mean: [1, null] })],
  ])('counts for nothing when it %s', async (_, content) => {
    await write(content);
    expect(await readFamiliarPictures(folder, 2)).toBeNull();
  });

  test('counts for nothing beside a model of another width', async () => {
    await write(JSON.stringify(familiar));
    expect(await readFamiliarPictures(folder, 3)).toBeNull();
  });
});
