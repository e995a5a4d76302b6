import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateMuse } from '../../../../electron/backend/evaluate/evaluate-muse.ts';
import type { Answer } from '../../../../electron/backend/evaluate/question-score.ts';
import type { SourceFormat } from '../../../../electron/backend/evaluate/sources.ts';
import { pickleOf } from '../../../../electron/backend/formats/refcoco/pickle.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 20, height: 16 };
const cup = boxRuns([0, 0, 10, 10], size);

async function measured(
  folder: string,
  path: string,
  format: SourceFormat,
  answer: (question: string) => Answer,
) {
  return evaluateMuse({
    ...{ museFile: path, format, imagesFolder: join(folder, 'images') },
    answer: async ({ question }) => answer(question),
    model: { name: 'small', folder: '/models', precision: 'fp32', provider: 'cpu' },
    ...{ threshold: 0, limit: null, style: 'app', judge: null, isResumed: false, worst: 0 },
    resultFile: join(folder, 'results.jsonl'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

/** A cup of 100 pixels and ten expressions that mean it; `split` of the second half is testB. */
async function aRefCoco(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'images'));
  await writeFile(join(folder, 'images', 'a.png'), aPng(size));
  const refs = Array.from({ length: 10 }, (_, number) => ({
    ...{ ref_id: number, ann_id: 7, image_id: 5, category_id: 1, split: number < 5 ? 'testA' : 'testB' },
    sentences: [{ sent_id: number, sent: `cup ${number + 1}`, raw: 'x', tokens: ['x'] }],
  }));
  await writeFile(join(folder, 'refs(unc).p'), pickleOf(refs));
  const instances = {
    images: [{ id: 5, file_name: 'a.png', ...size }],
    annotations: [{ id: 7, image_id: 5, category_id: 1, segmentation: rleOf(cup) }],
    categories: [{ id: 1, name: 'cup' }],
  };
  await writeFile(join(folder, 'instances.json'), JSON.stringify(instances));
  return folder;
}

test('refCOCO: cIoU and the share above each IoU, by split; all that was named counts as one mask', async () => {
  const folder = await aRefCoco();
  // "cup n" is met with n columns of 10, in two pieces: IoU n / 10.
  const evaluation = await measured(folder, folder, 'refcoco', (question) => {
    const columns = Number(question.slice(4));
    const masks = [boxRuns([0, 0, columns, 5], size), boxRuns([0, 5, columns, 5], size)];
    return { text: 'It is {seg} {seg}.', masks: masks.map((mask) => ({ kind: 'mask', mask })) };
  });
  expect(evaluation.all.questions).toBe(10);
  expect(evaluation.all.predicted).toBe(10);
  expect(evaluation.all.gIoU).toBeCloseTo(0.55, 12);
  expect(evaluation.all.cIoU).toBeCloseTo(0.55, 12);
  expect(evaluation.precisionAt).toEqual([
    { threshold: 0.5, share: 0.5 },
    { threshold: 0.6, share: 0.4 },
    { threshold: 0.7, share: 0.3 },
    { threshold: 0.8, share: 0.2 },
    { threshold: 0.9, share: 0.1 },
  ]);
  expect([...evaluation.byKind].map(([name, { cIoU }]) => [name, cIoU])).toEqual([
    ['testA', expect.closeTo(0.3, 12)],
    ['testB', expect.closeTo(0.8, 12)],
  ]);
});

test('GranD-f: each phrase of a caption is a target of its own', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'images'));
  await writeFile(join(folder, 'images', 'a.png'), aPng(size));
  const dog = boxRuns([12, 0, 5, 10], size);
  const record = {
    ...{ file_name: 'a.png', image_id: '1', caption: 'A cup beside a dog.' },
    groundings: {
      'a dog': { token_positives: [13, 18], rle_masks: [rleOf(dog)] },
      'A cup': { token_positives: [0, 5], rle_masks: [rleOf(cup)] },
    },
  };
  const path = join(folder, 'grand.json');
  await writeFile(path, JSON.stringify([record]));
  const evaluation = await measured(folder, path, 'grand-f', () => ({
    text: 'A cup {seg} and a dog {seg}.',
    masks: [
      { kind: 'mask', mask: dog },
      { kind: 'mask', mask: boxRuns([0, 0, 5, 10], size) },
    ],
  }));
  const [question] = evaluation.questions;
  expect(question?.expected).toBe('A cup {seg} beside a dog {seg}.');
  expect(question?.score.ious).toEqual([0.5, 1]);
  expect(evaluation.all.gIoU).toBeCloseTo(0.75, 12);
});

test('ReasonSeg has one mask: the predictions of an answer are taken together', async () => {
  const folder = await temporaryFolder();
  const images = join(folder, 'images');
  await mkdir(images);
  await writeFile(join(images, 'a.png'), aPng(size));
  const shape = {
    label: 'target',
    points: [
      [0, 0],
      [9, 0],
      [9, 9],
      [0, 9],
    ],
  };
  await writeFile(
    join(images, 'a.json'),
    JSON.stringify({ text: ['Where?'], is_sentence: true, shapes: [shape] }),
  );
  const evaluation = await measured(folder, images, 'reason-seg', () => ({
    text: '{seg} {seg}',
    masks: [boxRuns([0, 0, 4, 10], size), boxRuns([4, 0, 6, 10], size)].map((mask) => ({
      kind: 'mask',
      mask,
    })),
  }));
  expect([evaluation.all.gIoU, evaluation.all.predicted]).toEqual([1, 1]);
});
