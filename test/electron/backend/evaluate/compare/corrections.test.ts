import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  boundEvaluations,
  evaluationsFolder,
} from '../../../../../electron/backend/evaluate/evaluations-folder.ts';
import { evaluateMuse } from '../../../../../electron/backend/evaluate/evaluate-muse.ts';
import { newAnnotation } from '../../../../../electron/common/document/new-records.ts';
import { newWrittenTurn } from '../../../../../electron/common/muse/written-turn.ts';
import {
  applyToDocument,
  documentOfRecords,
} from '../../../../../electron/common/document/apply-to-document.ts';
import type { AnnotationId, ImageId, TurnId } from '../../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../../electron/common/rle.ts';
import { anApp, type App } from '../../../../helpers/an-app.ts';
import { aPng } from '../../../../helpers/pictures-on-disk.ts';
import { runPixellm } from '../../../../helpers/run-pixellm.ts';
import { aTestBackend } from '../../../../helpers/test-backend.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const size = { width: 12, height: 8 };
const box = (left: number, width: number) => boxRuns([left, 1, width, 4], size);

/** A cup of 4 columns, which the model finds with 3 of them and the person corrected to all 4; a second question the project does not have. */
async function aCorrectedAnswer(app: App): Promise<string> {
  const imageId = await app.addImage(size);
  const [image] = await app.records('image');
  const imagesFolder = join(app.folder, 'pictures');
  await mkdir(imagesFolder);
  await writeFile(join(imagesFolder, image?.name ?? ''), aPng(size));
  const target = {
    ...{ category_id: 1, category_name: 'cup', rephrased_name: 'the cup', bbox: [2, 1, 4, 4] },
    segmentation: { size: [8, 12], counts: [...box(2, 4).counts] },
  };
  const museFile = join(app.folder, 'muse.json');
  const record = {
    ...{ file_name: image?.name, ...size, ann_list: [target] },
    questions: ['What holds tea?', 'And now?'],
    text_answers: ['The cup {seg}.', 'The cup {seg}.'],
    answers: [[target], [target]],
  };
  await writeFile(museFile, JSON.stringify([record]));
  await mkdir(evaluationsFolder(app.host.dataFolder), { recursive: true });
  const resultFile = join(evaluationsFolder(app.host.dataFolder), 'muse.jsonl');
  await evaluateMuse({
    ...{ museFile, format: 'muse', imagesFolder },
    answer: async () => ({ text: 'The cup {seg}.', masks: [{ kind: 'mask', mask: box(2, 3) }] }),
    model: { name: 'small', folder: '/models', precision: 'fp32', provider: 'cpu' },
    ...{ threshold: 0, limit: null, style: 'app', judge: null, resultFile, isResumed: false, worst: 0 },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const annotation = newAnnotation({
    id: 'corrected' as AnnotationId,
    ...{ imageId: imageId as ImageId, categoryId: null, name: 'cup', mask: rleOf(box(2, 4)) },
    ...{ bbox: [2, 1, 4, 4], area: 16, source: 'model', colour: '#0072b2', order: 1 },
    createdAt: '2026-11-27T00:00:00.000Z',
  });
  const document = documentOfRecords([...(await app.records('image'))]);
  const withMask = applyToDocument(document, { added: [annotation], changed: [], removed: [] });
  const turn = newWrittenTurn(
    withMask,
    { turnId: 'turn' as TurnId, imageId, now: '2026-11-27T00:00:00.000Z' },
    {
      question: 'What holds tea?',
      answer: 'The cup {seg}.',
      targets: [{ annotationId: annotation.id, description: '' }],
    },
  );
  await app.commit({ added: [annotation, ...turn.added], changed: [], removed: [] });
  return resultFile;
}

test('what a person corrected is one more answer to the same questions, measured as the model’s is', async () => {
  const app = await anApp();
  const path = await aCorrectedAnswer(app);
  const compared = await app.client.call('evaluations.compare', { paths: [path], corrections: 'run' });
  expect(compared.runs.map(({ name }) => name)).toEqual(['small, fp32 (muse.jsonl)', 'corrections in Test']);
  expect([compared.paired, compared.unpaired]).toEqual([1, 1]);
  expect(compared.figures[0]).toMatchObject({ name: 'gIoU', values: [0.75, 1] });
  const [card] = compared.changed;
  expect(card?.wanted.masks).toEqual([rleOf(box(2, 4))]);
  expect(card?.answers.map(({ iou, masks }) => [iou, masks])).toEqual([
    [0.75, [rleOf(box(2, 3))]],
    [1, [rleOf(box(2, 4))]],
  ]);
  expect(card?.picture?.subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));
});

test('corrections can be what is right: all columns are measured against them', async () => {
  const app = await anApp();
  const path = await aCorrectedAnswer(app);
  const [mask] = await app.records('annotation');
  if (!mask) throw new Error('Broken assumption: there is a mask');
  // The person says that only the three columns are the cup.
  const after = { ...mask, mask: rleOf(box(2, 3)), bbox: [2, 1, 3, 4] as const, area: 12, edited: true };
  await app.commit({ added: [], changed: [[mask, after]], removed: [] });
  const compared = await app.client.call('evaluations.compare', {
    paths: [path, path],
    corrections: 'truth',
  });
  expect(compared.figures[0]).toMatchObject({ name: 'gIoU', values: [1, 1] });
  const { html } = await app.client.call('evaluations.page', { paths: [path, path], corrections: 'truth' });
  expect(html).toContain('1 questions of 1 images');
});

test('a project without these questions is refused with a sentence', async () => {
  const app = await anApp();
  const path = await aCorrectedAnswer(app);
  await app.client.call('project.create', { name: 'Other', parent: null });
  await expect(
    app.client.call('evaluations.compare', { paths: [path], corrections: 'run' }),
  ).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(/none of these questions/u) });
});

test('results in the app’s folder are listed newest first, whatever else lies there', async () => {
  const app = await anApp();
  await aCorrectedAnswer(app);
  await writeFile(join(evaluationsFolder(app.host.dataFolder), 'broken.jsonl'), 'no\n');
  await writeFile(join(evaluationsFolder(app.host.dataFolder), 'note.txt'), 'no\n');
  expect(await app.client.call('evaluations.list', {})).toEqual([
    expect.objectContaining({
      model: 'small',
      precision: 'fp32',
      questions: 'muse.json',
      style: 'app',
      judge: null,
    }),
  ]);
});

test('the folder of results is bounded by files and bytes: the oldest go, the one to be written stays', async () => {
  const folder = await temporaryFolder();
  await mkdir(evaluationsFolder(folder));
  const path = (name: string): string => join(evaluationsFolder(folder), `${name}.jsonl`);
  for (const [age, name] of ['old', 'b', 'c', 'd', 'new'].entries()) {
    await writeFile(path(name), 'x'.repeat(100));
    await utimes(path(name), 1000 + age, 1000 + age);
  }
  await writeFile(join(evaluationsFolder(folder), 'note.txt'), 'not ours');
  expect(await boundEvaluations(folder, path('old'), { files: 4, bytes: 1000 })).toEqual([path('b')]);
  expect(await boundEvaluations(folder, path('old'), { files: 4, bytes: 250 })).toEqual([path('c')]);
  expect((await readdir(evaluationsFolder(folder))).sort()).toEqual([
    'd.jsonl',
    'new.jsonl',
    'note.txt',
    'old.jsonl',
  ]);
});

test('--truth without a project is a mistake in the command', async () => {
  const folder = await temporaryFolder();
  const { code, err } = await runPixellm(['compare', 'a.jsonl', 'b.jsonl', '--truth'], {
    ...{ backend: aTestBackend(), folder },
  });
  expect([code, err]).toEqual([
    expect.any(Number),
    expect.stringMatching(/no results|--truth needs --corrections/u),
  ]);
});
