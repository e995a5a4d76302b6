import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { AnswerQuestion } from '../../../../electron/backend/evaluate/asking.ts';
import {
  evaluateMuse,
  type Evaluation,
  type EvaluationOptions,
} from '../../../../electron/backend/evaluate/evaluate-muse.ts';
import {
  plainText,
  scoreQuestion,
  type Answer,
} from '../../../../electron/backend/evaluate/question-score.ts';
import { reportText } from '../../../../electron/backend/evaluate/report-text.ts';
import { worstAnswersPng } from '../../../../electron/backend/evaluate/worst-sheet.ts';
import type { MuseQuestion, MuseTarget } from '../../../../electron/backend/formats/muse/muse-file.ts';
import { plainTarget } from '../../../../electron/backend/formats/questions/question-set.ts';
import { findMuseImage } from '../../../../electron/backend/evaluate/find-image.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { emptyRuns, type Runs } from '../../../../electron/common/runs.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 20, height: 16 };
const cup = boxRuns([1, 1, 6, 6], size);
const plate = boxRuns([10, 8, 8, 4], size);

function aTarget(category: string, mask: Runs): MuseTarget {
  return plainTarget(category, category, mask);
}

function aQuestion(fields: Partial<MuseQuestion> = {}): MuseQuestion {
  return {
    place: 0,
    question: 'Find the cup.',
    answer: 'The cup {seg}.',
    targets: [aTarget('cup', cup)],
    kinds: ['ref'],
    history: [],
    facts: null,
    ...fields,
  };
}

function said(text: string, ...masks: Runs[]): Answer {
  return { text, masks: masks.map((mask) => ({ kind: 'mask', mask })) };
}

function score(question: MuseQuestion, answer: Answer) {
  return scoreQuestion(question, answer, { ...size, threshold: 0 }).score;
}

const both = aQuestion({
  answer: 'The cup {seg} and the plate {seg}.',
  targets: [aTarget('cup', cup), aTarget('plate', plate)],
});

describe('one question', () => {
  test('all targets found in any order is a correct set of IoU 1', () => {
    expect(score(both, said('The cup and the plate.', plate, cup))).toMatchObject({
      targets: 2,
      predicted: 2,
      ious: [1, 1],
      iou: 1,
      found: 2,
      isSetCorrect: true,
      isTextExact: true,
      overlap: { intersection: 68, union: 68 },
    });
  });

  test('a missing target counts with IoU 0 and its pixels', () => {
    expect(score(both, said('The cup.', cup))).toMatchObject({
      ious: [1, 0],
      iou: 0.5,
      isSetCorrect: false,
      overlap: { intersection: 36, union: 68 },
    });
  });

  test('a mask too many lowers the IoU by its place and adds its pixels', () => {
    expect(score(aQuestion(), said('The cup.', cup, plate))).toMatchObject({
      ious: [1],
      iou: 0.5,
      found: 1,
      isSetCorrect: false,
      overlap: { intersection: 36, union: 68 },
    });
  });

  test('a mask without a pixel counts among the predictions and scores 0', () => {
    expect(score(aQuestion(), said('The cup.', cup, emptyRuns(size)))).toMatchObject({
      predicted: 2,
      emptyPredictions: 1,
      iou: 0.5,
      overlap: { intersection: 36, union: 36 },
      isSetCorrect: false,
    });
  });

  test('found means an IoU above one half, not one half itself', () => {
    const half = boxRuns([1, 1, 6, 3], size);
    expect(score(aQuestion(), said('', half))).toMatchObject({ ious: [0.5], found: 0, isSetCorrect: false });
  });

  test('logits are cut above the threshold', () => {
    const logits = new Float32Array(size.width * size.height).fill(-3);
    for (let y = 1; y < 7; y++) for (let x = 1; x < 7; x++) logits[y * size.width + x] = 1;
    const answer: Answer = { text: '', masks: [{ kind: 'logits', logits }] };
    expect(scoreQuestion(aQuestion(), answer, { ...size, threshold: 0 }).score.iou).toBe(1);
    expect(scoreQuestion(aQuestion(), answer, { ...size, threshold: 1 }).score).toMatchObject({
      predicted: 1,
      emptyPredictions: 1,
      iou: 0,
    });
  });

  test('what is not there is answered right by drawing nothing', () => {
    const absent = aQuestion({ answer: 'There is no dog.', targets: [], kinds: ['ref-none'] });
    expect(score(absent, said('There is no dog.'))).toMatchObject({
      isRefusalRight: true,
      iou: null,
      isTextExact: true,
    });
    expect(score(absent, said('The dog.', cup))).toMatchObject({ isRefusalRight: false });
    expect(score(aQuestion(), said('The cup.', cup)).isRefusalRight).toBeNull();
  });

  test('yes and no are read from the first word', () => {
    const exists = aQuestion({ answer: 'Yes, the cup {seg}.', kinds: ['yes-no', 'exists'] });
    expect(score(exists, said('Yes.', cup)).isYesNoRight).toBe(true);
    expect(score(exists, said('No, there is no cup.')).isYesNoRight).toBe(false);
    expect(score(exists, said('Yesterday.')).isYesNoRight).toBe(false);
    expect(score(aQuestion(), said('Yes.')).isYesNoRight).toBeNull();
  });

  test('texts are compared without {seg} and with single spaces', () => {
    expect(plainText(' The cup {seg} ,  the\nplate {seg}. ')).toBe('The cup, the plate.');
    expect(score(aQuestion({ answer: null }), said('anything', cup)).isTextExact).toBeNull();
  });
});

const annotation = (name: string, box: readonly number[], counts: readonly number[]): unknown => ({
  category_id: 1,
  category_name: name,
  rephrased_name: `the ${name}`,
  bbox: box,
  segmentation: { size: [16, 20], counts },
});
const cupAnnotation = annotation('cup', [1, 1, 6, 6], [...cup.counts]);
const plateAnnotation = annotation('plate', [10, 8, 8, 4], [...plate.counts]);

function anEntry(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    file_name: 'scene.png',
    width: 20,
    height: 16,
    ann_list: [cupAnnotation, plateAnnotation],
    questions: ['Find the cup.', 'Is there a dog?', 'And the plate?'],
    text_answers: ['The cup {seg}.', 'No, there is no dog.', 'The plate {seg}.'],
    answers: [[cupAnnotation], [], [plateAnnotation]],
    kinds: [['ref'], ['yes-no', 'exists-none'], ['follow-up']],
    history: [[], [], [{ question: 'Find the cup.', answer: 'The cup {seg}.' }]],
    ...fields,
  };
}

/** Knows the cup and nothing else. */
const knowsCups: AnswerQuestion = async ({ question }) => {
  await Promise.resolve();
  if (question.includes('cup')) return said('The cup.', cup);
  if (question.startsWith('Is')) return said('Yes.', plate);
  return said('The plate.', boxRuns([10, 8, 4, 4], size));
};

async function evaluated(
  entries: unknown,
  answer = knowsCups,
  more: Partial<EvaluationOptions> = {},
): Promise<Evaluation> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'images'));
  await aPicture(join(folder, 'images', 'scene.png'));
  const museFile = join(folder, 'muse.json');
  await writeFile(museFile, typeof entries === 'string' ? entries : JSON.stringify(entries));
  return evaluateMuse({
    museFile,
    format: 'muse',
    imagesFolder: join(folder, 'images'),
    answer,
    model: { name: 'Cups', folder: '/models/cups', precision: 'fp32', provider: 'cpu' },
    threshold: 0,
    limit: null,
    style: 'repository',
    judge: null,
    resultFile: join(folder, 'results.jsonl'),
    isResumed: false,
    worst: 5,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...more,
  });
}

async function aPicture(path: string): Promise<void> {
  await sharp({ create: { width: 20, height: 16, channels: 3, background: '#888888' } })
    .png()
    .toFile(path);
}

test('a file is asked question by question and summed up by kind and number of targets', async () => {
  const asked: unknown[] = [];
  const evaluation = await evaluated([anEntry()], async (ask, signal) => {
    asked.push([ask.question, ask.history, ask.image.key, ask.image.data.length]);
    return knowsCups(ask, signal);
  });
  expect(asked[2]).toEqual([
    'And the plate?',
    [{ question: 'Find the cup.', answer: 'The cup {seg}.' }],
    'scene.png',
    960,
  ]);
  expect(evaluation.all).toMatchObject({
    questions: 3,
    targets: 2,
    predicted: 3,
    gIoU: 0.75,
    cIoU: 52 / 68,
    correctSets: 1 / 3,
    precision: 1 / 3,
    recall: 1 / 2,
    textExact: 2 / 3,
    yesNo: 0,
    refusals: 0,
  });
  expect(evaluation.byKind.get('ref')).toMatchObject({ questions: 1, gIoU: 1, correctSets: 1 });
  expect(evaluation.byTargets.get('0')).toMatchObject({ questions: 1, gIoU: null, correctSets: 0 });
  expect(evaluation.worst.map(({ question }) => question)).toEqual(['Is there a dog?', 'And the plate?']);
  expect(evaluation.pixellm?.gIoU).toBeGreaterThan(0);
  const text = reportText(evaluation);
  expect(text).toMatch(/^all +3 +2 +0\.750 +0\.765 +33\.3/mu);
  expect(text).toContain('yes-no/exists-none');
});

test('the sheet of worst answers is a picture, also when there is none', async () => {
  const evaluation = await evaluated([
    anEntry({ questions: ['Find the cup <&>.', 'Is\u0000 there?', 'And the plate?'] }),
  ]);
  for (const worst of [evaluation.worst, []]) {
    const facts = await sharp(await worstAnswersPng(worst)).metadata();
    expect(facts).toMatchObject({ format: 'png' });
    expect(facts.width).toBeGreaterThan(500);
  }
});

test('what cannot be asked is left out with its reason', async () => {
  const bad = { ...(cupAnnotation as object), segmentation: { size: [16, 20], counts: [5] } };
  const evaluation = await evaluated([
    anEntry(),
    anEntry({ file_name: 'missing.png' }),
    anEntry({ width: 21 }),
    anEntry({ text_answers: ['one'] }),
    anEntry({ answers: [[cupAnnotation, plateAnnotation], [], [bad]], text_answers: null }),
    'nonsense',
    anEntry({ height: -1 }),
    anEntry({ text_answers: ['No seg here.', 'No.', 'The plate {seg}.'] }),
    anEntry({ questions: ['', 5, 'And the plate?'] }),
    anEntry({ file_name: '../../etc/passwd' }),
    anEntry({ questions: ['Only one.'] }),
  ]);
  // PixelLM's validation looks at no text: where questions and masks are of one number, they are measured.
  expect(evaluation.questions).toHaveLength(3 + 3 + 2 + 3 + 1);
  expect(evaluation.losses.map(({ what, count }) => `${count} ${what}`).sort()).toEqual([
    '1 Images left out: questions and answers are not of one number',
    '1 Images left out: their record is none',
    '1 Images left out: they are not of the size the file states',
    '1 Images left out: they have no size',
    '1 Instances left out: they have no usable mask',
    '1 Texts looked away from: they are not of one number with the questions',
    '1 Texts that name another number of targets than there are masks: the masks are measured',
    '2 Images left out: they are not in the folder',
    '2 Questions left out: they have no text',
    '3 Questions left out: a target has no usable mask',
  ]);
});

const cupBox = [[1, 1, 7, 1, 7, 7, 1, 7]];
/** Its left and its right half, which share no pixel. */
const cupHalves = [
  [1, 1, 4, 1, 4, 7, 1, 7],
  [4, 1, 7, 1, 7, 7, 4, 7],
];
const asPolygons = (parts: readonly (readonly number[])[]): object => ({
  ...(cupAnnotation as object),
  segmentation: parts,
});

test.each<[string, Record<string, unknown>]>([
  ['a polygon', { answers: [[asPolygons(cupBox)], [], [plateAnnotation]] }],
  ['disjoint parts', { answers: [[asPolygons(cupHalves)], [], [plateAnnotation]] }],
  [
    'compressed counts',
    {
      answers: [
        [{ ...(cupAnnotation as object), segmentation: { size: [16, 20], counts: rleOf(cup).counts } }],
        [],
        [plateAnnotation],
      ],
    },
  ],
  ['no text_answers at all', { text_answers: undefined }],
  ['text_answers that are null', { text_answers: [null, null, null] }],
  ['a Windows path', { file_name: String.raw`D:\coco\train2017\scene.png` }],
  ['a Windows path from the folder', { file_name: String.raw`images\scene.png` }],
  ['an address', { file_name: undefined, coco_url: 'http://images.cocodataset.org/train2017/scene.png' }],
])('masks and names in every form are measured alike: %s', async (_name, fields) => {
  const { questions, all } = await evaluated([anEntry(), anEntry(fields)]);
  expect(questions).toHaveLength(6);
  const [plain, other] = [questions.slice(0, 3), questions.slice(3)].map((of) => of.map(({ ious }) => ious));
  expect(other).toEqual(plain);
  expect(all.questions).toBe(6);
});

test('a name that begins with two dots is a name, and one that leads out finds nothing', async () => {
  const folder = await temporaryFolder();
  await aPicture(join(folder, '..scene.png'));
  expect((await findMuseImage(folder, '..scene.png'))?.path).toBe(join(folder, '..scene.png'));
  await mkdir(join(folder, 'inner'));
  expect(await findMuseImage(join(folder, 'inner'), '../..scene.png')).toBeNull();
});

describe('a file nothing can be asked from is refused', () => {
  test.each<[string, unknown, string]>([
    ['no JSON', 'hello', 'begins with neither'],
    ['an object', { pictures: [1] }, 'should be a list'],
    ['a COCO file', { images: [1] }, 'This is a COCO file, not a MUSE file'],
    ['an empty list', [], 'an empty list'],
    [
      'no image at all',
      [anEntry({ file_name: 'missing.png' })],
      'No question of this file could be asked. Images left out: they are not in the folder (1)',
    ],
  ])('%s', async (_name, value, words) => {
    await expect(evaluated(value)).rejects.toThrow(words);
    await expect(evaluated(value)).rejects.toMatchObject({ code: 'bad-file' });
  });
});

test('a failing model ends the evaluation with its own error', async () => {
  const failing: AnswerQuestion = () => Promise.reject(new Error('the model fell over'));
  await expect(evaluated([anEntry()], failing)).rejects.toThrow('the model fell over');
});
