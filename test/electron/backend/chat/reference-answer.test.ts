import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createInferenceServer } from '../../../../electron/inference/inference-server.ts';
import type { InferenceExit, InferenceProcess } from '../../../../electron/inference/inference-process.ts';
import { decodeRle } from '../../../../electron/common/rle.ts';
import { convertCheckpoint, verifyModel } from '../../../../native-models/convert.ts';
import { loadEngine } from '../../../../native-models/runtime/engine.ts';
import { loadSegmenter } from '../../../../native-models/runtime/segmenter/segmenter.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { referenceCheckpoint } from '../../../helpers/reference-checkpoint.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/reference-a/', import.meta.url));

/** The real model room behind the real protocol, in this process. */
function aRealProcess(): InferenceProcess {
  let listener: (message: unknown) => void = () => undefined;
  let ended: (exit: InferenceExit) => void = () => undefined;
  const receive = createInferenceServer(
    { loadEngine, loadSegmenter, convertCheckpoint, verifyModel },
    (reply) => setImmediate(() => listener(structuredClone(reply))),
  );
  return {
    send: (message) => void setImmediate(() => receive(structuredClone(message))),
    onMessage: (heard) => {
      listener = heard;
    },
    onExit: (heard) => {
      ended = heard;
    },
    kill: () => ended({ code: null, signal: 'SIGKILL' }),
  };
}

test('through the whole app, the original’s checkpoint gives the original’s answer and masks', async () => {
  const app = await anApp({ host: { startInferenceProcess: aRealProcess } });
  const { model: checkpoint, vision } = await referenceCheckpoint();
  const folder = join(app.folder, 'reference');
  const request = { checkpoint, vision, out: folder, precision: 'fp32' as const };
  for await (const _ of app.client.stream('models.convert', request));
  await app.client.call('settings.set', { provider: 'cpu', threads: 1 });
  await app.client.call('models.load', { folder });

  const picture = { kind: 'path' as const, path: join(fixtures, 'images', 'tall333x500.png') };
  for await (const _ of app.client.stream('images.import', { sources: [picture] }));
  const [image] = await app.records('image');
  const question = 'Which shapes are blue or yellow? Please answer with segmentation masks.';
  await app.ask(question, image!.id);

  const [turn] = await app.records('turn');
  expect(turn?.answer?.map(({ text }) => text)).toEqual([
    'The blue square',
    ' is and ',
    'the yellow star',
    ' is.',
  ]);
  const annotations = await app.records('annotation');
  // Scores and tolerance: cases/ev2 of the fixture's manifest.
  expect(annotations.map(({ score }) => score)).toEqual([
    expect.closeTo(0.7139155864715576, 3),
    expect.closeTo(0.7271847128868103, 3),
  ]);
  for (const [index, annotation] of annotations.entries()) {
    const file = await readFile(join(fixtures, 'cases', 'ev2', `mask_${index}.png`));
    const wanted = await sharp(file).extractChannel(0).raw().toBuffer();
    const differing = decodeRle(annotation.mask).data.filter(
      (pixel, at) => (pixel === 1) !== wanted[at]! > 127,
    );
    // A pixel may differ only where its logit lies within the tolerance of 0; the fixture has a handful of those.
    expect(differing.length).toBeLessThanOrEqual(10);
  }
});
