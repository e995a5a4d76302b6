import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Snapshot } from '../../../../electron/common/contract.ts';
import {
  type AnnotationRecord,
  type Diff,
  type Entity,
} from '../../../../electron/common/document/records.ts';
import { AppError } from '../../../../electron/common/errors.ts';
import { recordsPart } from '../../../helpers/records-part.ts';
import { encodeRle } from '../../../../electron/common/rle.ts';
import {
  aTarget,
  aTargetId,
  aTurn,
  aTurnId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../../helpers/records.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { type TestBackend, aTestBackend } from '../../../helpers/test-backend.ts';

const width = 8;
const height = 6;
const at = '2026-11-22T10:00:00.000Z';

/** A mask of the rectangle's pixels in the 8 x 6 test image. */
function rectangle(left: number, top: number, right: number, bottom: number): AnnotationRecord['mask'] {
  const data = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return x >= left && x < right && y >= top && y < bottom ? 1 : 0;
  });
  return encodeRle({ width, height, data });
}

/** A backend whose one image has one cup, and whose answer names the cup and a ghost without pixels. */
/** @param isLarge its project is told without its records, which come in parts */
function aCupBackend(
  outcome: 'answered' | 'failed' = 'answered',
  { isLarge = false } = {},
): TestBackend & { readonly calls: string[] } {
  const project = { id: 'p', name: 'Questions', folder: '/tmp/questions', revision: 1, createdAt: at };
  const image = anImage({
    id: anImageId('image-1'),
    name: 'photo.jpg',
    source: { kind: 'linked', path: '/photos/photo.jpg' },
    sha256: 'a'.repeat(64),
    width,
    height,
    order: 1,
    addedAt: at,
  });
  const cup = anAnnotation({
    id: anAnnotationId('cup'),
    imageId: image.id,
    categoryId: null,
    name: 'the cup',
    mask: rectangle(2, 1, 6, 5),
    bbox: [2, 1, 4, 4],
    area: 16,
    source: 'model',
    edited: false,
    score: 0.93,
    review: 'proposed',
    modelMask: null,
    hasLogits: true,
    threshold: 0,
    colour: '#ff0000',
    order: 1,
    hidden: false,
    locked: false,
    createdAt: at,
  });
  const turn = aTurn({
    id: aTurnId('turn-1'),
    imageId: image.id,
    order: 1,
    question: 'What can I drink from?',
    references: [],
    answer: [
      { type: 'text', text: 'From ' },
      { type: 'target', text: 'the cup', targetId: aTargetId('t1') },
      { type: 'text', text: ', not from ' },
      { type: 'target', text: 'the ghost', targetId: aTargetId('t2') },
      { type: 'text', text: '.' },
    ],
    rawAnswer: null,
    outcome,
    error: outcome === 'failed' ? { code: 'inference-crashed', message: 'The model process ended.' } : null,
    notes: ['It knows 12 words.'],
    model: { name: 'Pocket', precision: 'fp32', provider: 'cpu' },
    stats: null,
    createdAt: at,
  });
  const target = { turnId: turn.id };
  const targets = [
    aTarget({
      ...target,
      id: aTargetId('t1'),
      index: 0,
      phrase: 'the cup',
      annotationId: anAnnotationId('cup'),
      empty: false,
    }),
    aTarget({
      ...target,
      id: aTargetId('t2'),
      index: 1,
      phrase: 'the ghost',
      annotationId: null,
      empty: true,
    }),
  ];
  let entities: Entity[] = [image, cup, turn, ...targets];
  const calls: string[] = [];
  const snapshot = async (): Promise<Snapshot> =>
    isLarge ? { project, entities: [], rest: entities.length, view: {} } : { project, entities, view: {} };

  const backend = aTestBackend({
    'project.create': async () => snapshot(),
    'project.open': async () => snapshot(),
    'project.snapshot': async () => snapshot(),
    async *'project.records'() {
      for (const record of entities) yield recordsPart(1, [JSON.stringify(record)]);
    },
    async 'project.forget'({ folder }) {
      calls.push(`forget ${folder}`);
      return {};
    },
    async 'models.load'({ folder }) {
      calls.push(`load ${folder}`);
      return { state: 'ready', folder, name: null, device: null, error: null, queue: 0, restarts: 0 };
    },
    async *'images.import'({ sources }) {
      for (const source of sources) {
        const name = source.kind === 'path' ? source.path : source.name;
        if (!name.includes('broken')) continue;
        const error = { code: 'image-damaged' as const, message: 'The file is cut off.', details: {} };
        yield { type: 'failed', name, error };
      }
      const isAllBroken = sources.every((source) => source.kind === 'path' && source.path.includes('broken'));
      yield { type: 'done', imageIds: isAllBroken ? [] : [image.id], alreadyThere: [] };
    },
    async *'chat.ask'({ question }) {
      calls.push(`ask ${question}`);
      yield { type: 'stage', stage: 'thinking', position: 0 };
      yield { type: 'text', delta: 'From the cup, ' };
      yield { type: 'text', delta: 'not from the ghost.' };
      yield { type: 'done', turnId: turn.id, outcome };
    },
    async 'chat.restoreTarget'() {
      throw new AppError('unknown-record', 'The model drew nothing for this target.');
    },
    async 'chat.rethreshold'({ threshold }) {
      calls.push(`threshold ${threshold}`);
      return { mask: rectangle(3, 2, 5, 4), bbox: [3, 2, 2, 2], area: 4 };
    },
    async 'project.commit'({ diff }: { diff: Diff }) {
      const after = new Map(diff.changed.map(([, record]) => [record.id as string, record]));
      entities = entities.map((entity) => after.get(entity.id) ?? entity);
      return { revision: 2 };
    },
    async *'formats.export'({ format, imageIds, path }) {
      calls.push(`export ${format} of ${imageIds?.join()} to ${path}`);
      const counts = { images: 1, annotations: 1, categories: 0 };
      yield { type: 'done', files: [path ?? ''], download: null, ...counts, losses: [], verified: true };
    },
  });
  return Object.assign(backend, { calls });
}

test('an answer is streamed, and each thing it names is listed with its mask', async () => {
  const backend = aCupBackend();
  const folder = await temporaryFolder();
  expect(await runPixellm(['ask', 'photo.jpg', 'What can I drink from?'], { backend, folder })).toEqual({
    code: 0,
    out: 'From the cup, not from the ghost.\n  ■ the cup: 16 px, score 0.93\n  - the ghost: no pixels\n',
    err: 'It knows 12 words.\n',
  });
  expect(backend.calls).toEqual(['ask What can I drink from?', 'forget /tmp/questions']);
});

test('with --json everything comes as one value, masks included', async () => {
  const words = ['ask', 'photo.jpg', 'What can I drink from?', '--json'];
  const { code, out } = await runPixellm(words, { backend: aCupBackend(), folder: await temporaryFolder() });
  expect([code, JSON.parse(out)]).toEqual([
    0,
    {
      question: 'What can I drink from?',
      failed: [],
      files: [],
      answers: [
        {
          image: 'photo.jpg',
          width,
          height,
          answer: 'From the cup, not from the ghost.',
          outcome: 'answered',
          error: null,
          notes: ['It knows 12 words.'],
          model: { name: 'Pocket', precision: 'fp32', provider: 'cpu' },
          targets: [
            { phrase: 'the cup', mask: rectangle(2, 1, 6, 5), bbox: [2, 1, 4, 4], area: 16, score: 0.93 },
            { phrase: 'the ghost', mask: null },
          ],
        },
      ],
    },
  ]);
});

test('--export, --overlay and --masks are exports of the images that were asked about', async () => {
  const backend = aCupBackend();
  const folder = await temporaryFolder();
  const words = [
    'ask',
    'photo.jpg',
    'What?',
    '--export',
    'a.json',
    '--overlay',
    'seen.png',
    '--masks',
    'masks',
  ];
  const { code, out } = await runPixellm(words, { backend, folder });
  expect([code, backend.calls.filter((call) => call.startsWith('export'))]).toEqual([
    0,
    [
      `export coco of image-1 to ${folder}/a.json`,
      `export overlay of image-1 to ${folder}/seen.png`,
      `export masks-png of image-1 to ${folder}/masks`,
    ],
  ]);
  for (const name of ['a.json', 'seen.png', 'masks']) expect(out).toContain(join(folder, name));
});

test('in a project of so many records that they come in parts, the answer and its threshold are the same', async () => {
  const words = ['ask', 'photo.jpg', 'What?', '--threshold', '1.5', '--json'];
  const [few, many] = await Promise.all(
    [false, true].map(async (isLarge) =>
      runPixellm(words, {
        backend: aCupBackend('answered', { isLarge }),
        folder: await temporaryFolder(),
      }),
    ),
  );
  expect(many).toEqual(few);
  expect([many?.code, JSON.parse(many?.out ?? '').answers[0].targets.length]).toEqual([0, 2]);
});

test('--threshold cuts the masks again, also in the project that is exported', async () => {
  const backend = aCupBackend();
  const words = ['ask', 'photo.jpg', 'What?', '--threshold', '1.5', '--model', 'small'];
  const folder = await temporaryFolder();
  const { out } = await runPixellm(words, { backend, folder });
  expect(out).toContain('the cup: 4 px');
  expect(backend.calls.slice(0, 3)).toEqual([`load ${folder}/small`, 'ask What?', 'threshold 1.5']);
});

test('an image that cannot be read is said, the others are answered, and the exit code tells', async () => {
  const words = ['ask', 'broken.jpg', 'photo.jpg', 'What?'];
  const { code, out, err } = await runPixellm(words, {
    backend: aCupBackend(),
    folder: await temporaryFolder(),
  });
  expect([code, out]).toEqual([3, expect.stringContaining('From the cup')]);
  expect(err).toContain('broken.jpg: The file is cut off.');
});

test('when no image can be read nothing is asked', async () => {
  const backend = aCupBackend();
  const { code, err } = await runPixellm(['ask', 'broken.jpg', 'What?'], {
    backend,
    folder: await temporaryFolder(),
  });
  expect([code, err]).toEqual([1, expect.stringContaining('No image could be read (broken.jpg).')]);
  expect(backend.calls).toEqual(['forget /tmp/questions']);
});

test('a failed answer says why and is exit code 3', async () => {
  const surroundings = { backend: aCupBackend('failed'), folder: await temporaryFolder() };
  const { code, err } = await runPixellm(['ask', 'photo.jpg', 'What?'], surroundings);
  expect([code, err]).toEqual([3, expect.stringContaining('The model process ended.')]);
});
