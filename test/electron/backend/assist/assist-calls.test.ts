import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anApp } from '../../../helpers/an-app.ts';
import { writeSegmenter } from '../../../helpers/segmenter-graphs.ts';

test('a helper for points is asked for until its files were brought, then finds what lies at a point and in a box', async () => {
  const app = await anApp();
  const imageId = await app.addImage({ width: 64, height: 32 });
  const at = (x: number, y: number) => ({ points: [{ x, y, isInside: true }], box: null });
  await expect(app.client.call('assist.segment', { imageId, ...at(32, 16) })).rejects.toMatchObject({
    code: 'no-segmenter',
  });
  expect(await app.client.call('assist.segmenter', {})).toBeNull();

  const files = await writeSegmenter(app.folder, 'sam-2');
  const description = await app.client.call('assist.setSegmenter', { files });
  expect(description).toMatchObject({ family: 'sam-2', words: 'Segment Anything 2, images' });
  expect((await app.client.call('settings.get', {})).segmenter).toEqual(files);
  expect(await app.client.call('assist.segmenter', {})).toEqual(description);

  const found = await app.client.call('assist.segment', { imageId, ...at(32, 16) });
  // A disk of 12 of the network's 64 pixels, stretched to 64 x 32.
  expect(found).toMatchObject({ mask: { size: [32, 64] }, score: expect.closeTo(0.9, 4) });
  expect(found.area).toBeGreaterThan(0.8 * Math.PI * 12 * 6);
  expect(found.area).toBeLessThan(1.2 * Math.PI * 12 * 6);
  const inBox = await app.client.call('assist.segment', { imageId, points: [], box: [0, 0, 20, 20] });
  expect(Math.abs(inBox.bbox[0] + inBox.bbox[2] / 2 - 10)).toBeLessThan(4);

  expect(await app.client.call('assist.setSegmenter', { files: null })).toBeNull();
  await expect(app.client.call('assist.segment', { imageId, ...at(32, 16) })).rejects.toMatchObject({
    code: 'no-segmenter',
  });
});

test('files that are no such pair are refused with what was found, and those in use stay', async () => {
  const app = await anApp();
  const files = await writeSegmenter(app.folder, 'sam');
  await app.client.call('assist.setSegmenter', { files });
  const text = join(app.folder, 'text.onnx');
  await writeFile(text, 'no graph');
  await expect(
    app.client.call('assist.setSegmenter', { files: { ...files, decoder: text } }),
  ).rejects.toMatchObject({ code: 'model-damaged' });
  await expect(
    app.client.call('assist.setSegmenter', { files: { encoder: files.encoder, decoder: files.encoder } }),
  ).rejects.toMatchObject({
    code: 'segmenter-unknown',
    message: expect.stringContaining('image_embeddings'),
  });
  expect((await app.client.call('settings.get', {})).segmenter).toEqual(files);
});

test('files that were written anew under their names are read anew, with what they make of pictures', async () => {
  const app = await anApp();
  const imageId = await app.addImage({ width: 64, height: 64 });
  const files = await writeSegmenter(app.folder, 'sam', { scores: [0.9] });
  await app.client.call('assist.setSegmenter', { files });
  const at = { imageId, points: [{ x: 32, y: 32, isInside: true }], box: null };
  expect((await app.client.call('assist.segment', at)).score).toBeCloseTo(0.9);
  await writeSegmenter(app.folder, 'sam', { scores: [0.7], seed: 2 });
  expect((await app.client.call('assist.segment', at)).score).toBeCloseTo(0.7);
  await rm(files.decoder);
  await expect(app.client.call('assist.segment', at)).rejects.toMatchObject({ code: 'model-damaged' });
  await writeSegmenter(app.folder, 'sam', { scores: [0.8] });
  expect((await app.client.call('assist.segment', at)).score).toBeCloseTo(0.8);
});

test.each([
  ['throws', 'inference-crashed'],
  ['not-a-number', 'model-damaged'],
] as const)('a decoder that %s fails in words; the app goes on', async (fault, code) => {
  const app = await anApp();
  const imageId = await app.addImage({ width: 64, height: 64 });
  await app.client.call('assist.setSegmenter', { files: await writeSegmenter(app.folder, 'sam', { fault }) });
  const at = { imageId, points: [{ x: 32, y: 32, isInside: true }], box: null };
  await expect(app.client.call('assist.segment', at)).rejects.toMatchObject({ code });
  await app.client.call('assist.setSegmenter', { files: await writeSegmenter(app.folder, 'sam') });
  expect((await app.client.call('assist.segment', at)).area).toBeGreaterThan(0);
});

test.each([
  { width: 2, height: 2 },
  { width: 3, height: 200 },
])('a picture of $width x $height has its mask within its own pixels', async (size) => {
  const app = await anApp();
  const imageId = await app.addImage(size);
  await app.client.call('assist.setSegmenter', { files: await writeSegmenter(app.folder, 'sam-2') });
  const at = { imageId, points: [{ x: 0.5, y: 0.5, isInside: true }], box: null };
  const found = await app.client.call('assist.segment', at);
  expect(found.mask.size).toEqual([size.height, size.width]);
  expect(found.area).toBeGreaterThan(0);
});

test('what a model never learnt is refused in words', async () => {
  const app = await anApp();
  const imageId = await app.addImage({ width: 64, height: 32 });
  await app.client.call('assist.setSegmenter', { files: await writeSegmenter(app.folder, 'efficient-sam') });
  const points = [
    { x: 5, y: 5, isInside: true },
    { x: 9, y: 9, isInside: false },
  ];
  await expect(app.client.call('assist.segment', { imageId, points, box: null })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('EfficientSAM'),
  });
});

test('a door that may not read the files says so', async () => {
  const app = await anApp({ host: { door: 'browser', roots: [] } });
  const files = { encoder: '/elsewhere/encoder.onnx', decoder: '/elsewhere/decoder.onnx' };
  await expect(app.client.call('assist.setSegmenter', { files })).rejects.toMatchObject({
    code: 'forbidden-path',
  });
});
