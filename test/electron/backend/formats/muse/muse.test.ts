import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExportOutcome, ImportJob } from '../../../../../electron/backend/formats/format.ts';
import { muse } from '../../../../../electron/backend/formats/muse/muse.ts';
import type {
  AnnotationRecord,
  TargetId,
  TargetRecord,
  TurnId,
  TurnRecord,
} from '../../../../../electron/common/document/records.ts';
import { differenceOf } from '../../../../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { emptyRuns } from '../../../../../electron/common/runs.ts';
import {
  type ContentsAtHand,
  type ImportedAtHand,
  aCategory,
  aProject,
  anAnnotation,
  anExport,
  anImage,
  anImport,
  bytesOf,
  outcomeOf,
} from '../../../../helpers/project-contents.ts';
import * as records from '../../../../helpers/records.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

const size = { width: 12, height: 10 };
const cup = differenceOf(boxRuns([1, 1, 5, 5], size), boxRuns([3, 3, 1, 1], size));
const plate = boxRuns([6, 4, 5, 4], size);

function aTurn(number: number, answer: TurnRecord['answer'], fields: Partial<TurnRecord> = {}): TurnRecord {
  return records.aTurn({
    id: `turn-${number}` as TurnId,
    imageId: anImage(1).id,
    order: number,
    question: `Question ${number}?`,
    answer,
    rawAnswer: null,
    ...fields,
  });
}

function aTarget(number: number, turn: number, annotation: number | null): TargetRecord {
  return records.aTarget({
    id: `target-${number}` as TargetId,
    turnId: `turn-${turn}` as TurnId,
    phrase: 'x',
    annotationId: annotation === null ? null : anAnnotation(annotation, cup).id,
    empty: annotation === null,
  });
}

const names = (text: string, target: number) =>
  ({ type: 'target', text, targetId: `target-${target}` as TargetId }) as const;
const says = (text: string) => ({ type: 'text', text }) as const;

/** Two turns about a cup and a plate. */
function aConversation(fields: Partial<ContentsAtHand> = {}): ContentsAtHand {
  return aProject({
    categories: [aCategory(1, 'cup'), aCategory(2, 'plate')],
    annotations: [
      anAnnotation(1, cup, { name: 'red cup' }),
      anAnnotation(2, plate, { name: 'plate', categoryId: aCategory(2, '').id }),
    ],
    turns: [
      aTurn(1, [says('Here are '), names('the red cup', 1), says(' and '), names('a plate', 2), says('.')]),
      aTurn(2, [says('There is no dog.')]),
      aTurn(3, [names('The red cup', 3), says(' again.')]),
    ],
    targets: [aTarget(1, 1, 1), aTarget(2, 1, 2), aTarget(3, 3, 1)],
    ...fields,
  });
}

interface MuseJson {
  file_name: string;
  width: number;
  height: number;
  ann_list: MuseAnn[];
  questions: string[];
  text_answers: string[];
  answers: MuseAnn[][];
  history?: { question: string; answer: string }[][];
}
interface MuseAnn {
  category_id: number;
  category_name: string;
  rephrased_name: string;
  bbox: number[];
  segmentation: { size: number[]; counts: number[] };
}

async function exported(
  contents: ContentsAtHand,
  options: Record<string, string> = {},
): Promise<{ entries: MuseJson[]; outcome: ExportOutcome; path: string }> {
  const path = join(await temporaryFolder(), 'muse.json');
  const outcome = await outcomeOf(muse.write!(anExport(contents, path, { options })));
  return { outcome, path, entries: JSON.parse(readFileSync(path, 'utf8')) as MuseJson[] };
}

async function imported(
  value: unknown,
  contents: ContentsAtHand,
  fields: Partial<ImportJob> = {},
): Promise<ImportedAtHand> {
  return outcomeOf(muse.read!(anImport(contents, bytesOf(value), fields)));
}

test('a conversation becomes questions, texts with {seg} and masks in their order', async () => {
  const { entries, outcome } = await exported(aConversation());
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({
    file_name: 'photo-1.jpg',
    width: 12,
    height: 10,
    questions: ['Question 1?', 'Question 2?', 'Question 3?'],
    text_answers: [
      'Here are the red cup {seg} and a plate {seg}.',
      'There is no dog.',
      'The red cup {seg} again.',
    ],
    history: [
      [],
      [{ question: 'Question 1?', answer: 'Here are the red cup {seg} and a plate {seg}.' }],
      [{ question: 'Question 2?', answer: 'There is no dog.' }],
    ],
  });
  expect(entries[0]?.answers.map((targets) => targets.map(({ rephrased_name: name }) => name))).toEqual([
    ['the red cup', 'a plate'],
    [],
    ['The red cup'],
  ]);
  expect(entries[0]?.answers[0]?.[0]).toEqual({
    category_id: 1,
    category_name: 'cup',
    rephrased_name: 'the red cup',
    bbox: [1, 1, 5, 5],
    area: 24,
    iscrowd: 0,
    segmentation: { size: [10, 12], counts: [...cup.counts] },
    pixellm: { name: 'red cup', source: 'person' },
  });
  expect(outcome).toMatchObject({ images: 1, annotations: 2, losses: [], verified: true });
});

test('what the loaders demand holds, whatever the conversation', async () => {
  const contents = aConversation({
    turns: [
      aTurn(1, [says('{braces} and '), names('{the cup}', 1), says('%s {0} {seg}.')], {
        question: 'What is {x}?',
      }),
      aTurn(2, [names('the cup', 1), names('a plate', 2)]),
    ],
    targets: [aTarget(1, 1, 1), { ...aTarget(2, 2, 2) }, aTarget(1, 2, 1)].map((target, index) =>
      index === 2 ? { ...target, turnId: 'turn-2' as TurnId } : target,
    ),
  });
  const { entries, outcome } = await exported(contents);
  for (const entry of entries) {
    expect(entry.ann_list.length).toBeGreaterThan(0); // 6
    expect([entry.text_answers.length, entry.answers.length]).toEqual([
      entry.questions.length,
      entry.questions.length,
    ]); // 1
    entry.text_answers.forEach((text, index) => {
      expect(text.split('{seg}').length - 1).toBe(entry.answers[index]?.length); // 2
      expect(text.replaceAll('{seg}', '')).not.toMatch(/[{}]/u); // 3
    });
    for (const ann of [...entry.ann_list, ...entry.answers.flat()]) {
      expect(Array.isArray(ann.segmentation.counts)).toBe(true); // 4, 5
      expect(ann).toMatchObject({
        rephrased_name: expect.any(String) as string,
        category_id: expect.any(Number) as number,
      }); // 6
      expect(ann.bbox).toHaveLength(4);
    }
  }
  expect(entries[0]?.questions[0]).toBe('What is (x)?');
  expect(outcome.losses[0]?.what).toContain('Curly brackets');
  expect(outcome.verified).toBe(true);
});

test('what cannot be carried is said', async () => {
  const contents = aConversation({
    images: [anImage(1), anImage(2), anImage(3)],
    annotations: [
      anAnnotation(1, cup),
      anAnnotation(2, plate, { review: 'rejected' }),
      anAnnotation(3, emptyRuns(size)),
      anAnnotation(4, cup, { imageId: anImage(3).id }),
    ],
    turns: [
      aTurn(1, [names('the cup', 1), says(', '), names('the plate', 2), says('.')]),
      aTurn(2, null, { outcome: 'failed' }),
      aTurn(3, [says('Half')], { outcome: 'stopped' }),
      aTurn(4, [says('Nothing.')], { imageId: anImage(3).id }),
    ],
    targets: [aTarget(1, 1, 1), aTarget(2, 1, 2)],
  });
  const { entries, outcome } = await exported(contents);
  expect(entries.map(({ text_answers: texts }) => texts)).toEqual([['the cup {seg}, the plate.']]);
  expect(outcome.losses.map(({ what, count }) => `${count} ${what}`).sort()).toEqual([
    '1 Images left out: none of their answers has a mask',
    '1 Images left out: nothing was asked and answered about them',
    '1 Named targets without a usable mask: their words stay, without {seg}',
    '1 Targets left out: their mask is empty',
    '1 Targets left out: they were rejected',
    '2 Questions left out: they have no finished answer',
  ]);
});

test('a question that refers to a target is written as the model was told it, and comes back only once', async () => {
  const reference = { start: 11, end: 16, annotationId: anAnnotation(1, cup).id, words: 'cup' };
  const turn = aTurn(1, [names('The red cup', 1), says('.')], {
    question: 'How big is cup 2?',
    references: [reference],
  });
  const contents = aConversation({ turns: [turn], targets: [aTarget(1, 1, 1)] });
  const { entries, outcome } = await exported(contents);
  expect(entries[0]?.questions).toEqual(['How big is cup?']);
  expect(outcome.losses).toContainEqual({
    what: 'Targets that a question refers to: written as plain words',
    count: 1,
    examples: ['photo-1.jpg: How big is cup 2? (cup)'],
  });
  const again = await imported(entries, contents);
  expect(again.losses.map(({ what }) => what)).toContain(
    'Questions left out: they are in the project already',
  );
});

test('a project nobody asked anything has nothing to export, and no file appears', async () => {
  await expect(exported(aConversation({ turns: [] }))).rejects.toMatchObject({ code: 'nothing-to-export' });
});

test('the conversation before a question can be left out or be whole', async () => {
  expect((await exported(aConversation(), { history: 'none' })).entries[0]?.history).toBeUndefined();
  const { entries } = await exported(aConversation(), { history: 'all' });
  expect(entries[0]?.history?.map((before) => before.length)).toEqual([0, 1, 2]);
});

describe('import', () => {
  test('an exported conversation comes back: words, links and masks', async () => {
    const before = aConversation();
    const { path } = await exported(before, { history: 'none' });
    const empty = aConversation({ annotations: [], turns: [], targets: [] });
    const outcome = await outcomeOf(muse.read!(anImport(empty, { kind: 'path', path })));
    const added = outcome.diff.added;
    const annotations = added.filter((record): record is AnnotationRecord => record.kind === 'annotation');
    const turns = added.filter((record): record is TurnRecord => record.kind === 'turn');
    const targets = added.filter((record): record is TargetRecord => record.kind === 'target');
    expect(annotations.map(({ mask, categoryId }) => [mask.counts, categoryId])).toEqual(
      before.annotations.map(({ mask, categoryId }) => [mask.counts, categoryId]),
    );
    const told = (records: readonly TurnRecord[]) =>
      records.map(({ question, answer, order }) => [
        question,
        order,
        answer?.map(({ type, text }) => [type, text]),
      ]);
    expect(told(turns)).toEqual(told(before.turns));
    const maskOf = (id: string | null): string | undefined =>
      annotations.find((each) => each.id === id)?.mask.counts;
    expect(targets.map(({ phrase, annotationId }) => [phrase, maskOf(annotationId)])).toEqual([
      ['the red cup', annotations[0]?.mask.counts],
      ['a plate', annotations[1]?.mask.counts],
      ['The red cup', annotations[0]?.mask.counts],
    ]);
    expect(outcome.losses).toEqual([]);
  });

  test.each(['last', 'all', 'none'])(
    'nothing of a project is lost by way of its own file (history %s), and the second file is the first again',
    async (history) => {
      const asked = aConversation();
      const [first, second, third] = asked.turns as [TurnRecord, TurnRecord, TurnRecord];
      const model = { name: 'Tiny', precision: 'int8', provider: 'cpu' };
      const before = aConversation({
        images: [anImage(1, { name: 'élan 🐈.jpg' })],
        annotations: [
          { ...(asked.annotations[0] as AnnotationRecord), score: 0.75, review: 'proposed', source: 'model' },
          { ...(asked.annotations[1] as AnnotationRecord), categoryId: null },
        ],
        turns: [
          { ...first, kinds: ['ref', 'many'], model, rawAnswer: 'raw [SEG0]', notes: ['Odd.'] },
          { ...second, outcome: 'limit', createdAt: '2026-01-02T03:04:05.000Z' },
          third,
        ],
      });
      const { path, entries } = await exported(before, { history });
      const renamed = [anImage(1, { name: 'other name.jpg' })];
      const empty = aConversation({ images: renamed, annotations: [], turns: [], targets: [] });
      const outcome = await outcomeOf(muse.read!(anImport(empty, { kind: 'path', path })));
      expect(outcome.losses).toEqual([]);
      const of = <K extends 'turn' | 'annotation' | 'target'>(kind: K) =>
        outcome.diff.added.filter(
          (record): record is Extract<typeof record, { kind: K }> => record.kind === kind,
        );
      const anything = { id: expect.any(String) as unknown, answer: expect.any(Array) as unknown };
      expect(of('turn')).toEqual(before.turns.map((turn) => ({ ...turn, ...anything })));
      expect(
        of('annotation').map(({ name, categoryId, score, review }) => [name, categoryId, score, review]),
      ).toEqual(
        before.annotations.map(({ name, categoryId, score, review }) => [name, categoryId, score, review]),
      );
      const after = aConversation({
        images: [anImage(1, { name: 'élan 🐈.jpg' })],
        annotations: of('annotation').map((each) => ({
          ...each,
          source: each.score === null ? 'person' : 'model',
        })),
        turns: of('turn'),
        targets: of('target'),
      });
      expect((await exported(after, { history })).entries).toEqual(entries);
    },
  );

  const segmentation = { size: [10, 12], counts: [...plate.counts] };
  const ann = {
    category_id: 5,
    category_name: 'plate',
    rephrased_name: 'white plate',
    bbox: [6, 4, 5, 4],
    segmentation,
  };
  const entry = (fields: Record<string, unknown> = {}) => ({
    coco_url: 'http://images.cocodataset.org/train2017/photo-1.jpg',
    width: 12,
    height: 10,
    ann_list: [ann],
    questions: ['Where do I eat?'],
    text_answers: ['On the white plate {seg} over there.'],
    answers: [[ann]],
    ...fields,
  });

  test('images are found by the end of their address, and the phrase is the name with its article', async () => {
    const outcome = await imported([entry()], aProject({ categories: [] }));
    expect(outcome).toMatchObject({ images: 1, annotations: 1, categories: 1, losses: [] });
    const [turn] = outcome.diff.added.filter((record) => record.kind === 'turn');
    expect(turn?.answer?.map(({ text }) => text)).toEqual(['On ', 'the white plate', ' over there.']);
  });

  test('a missing text is built from the names', async () => {
    const outcome = await imported([entry({ text_answers: [null] })], aProject());
    const [turn] = outcome.diff.added.filter((record) => record.kind === 'turn');
    expect(turn?.answer?.map(({ text }) => text)).toEqual(['white plate', '.']);
  });

  test('what was asked twice comes in twice, and not again the next time', async () => {
    const twice = aConversation({
      turns: [
        aTurn(1, [says('No.')]),
        aTurn(2, [names('The cup', 1)]),
        aTurn(3, [says('No.')], { question: 'Question 1?' }),
      ],
      targets: [aTarget(1, 2, 1)],
    });
    const { entries } = await exported(twice);
    const first = await imported(entries, aConversation({ annotations: [], turns: [], targets: [] }));
    const turns = first.diff.added.filter((record): record is TurnRecord => record.kind === 'turn');
    expect(turns.map(({ question }) => question)).toEqual(['Question 1?', 'Question 2?', 'Question 1?']);
    const again = await imported(entries, twice);
    expect(again.diff.added).toEqual([]);
    expect(again.losses).toMatchObject([
      { what: 'Questions left out: they are in the project already', count: 3 },
    ]);
  });

  test('a second import adds nothing', async () => {
    const first = await imported([entry()], aProject());
    const kept = <K extends 'turn' | 'annotation' | 'category'>(kind: K) =>
      first.diff.added.filter((record) => record.kind === kind);
    const contents = aProject({
      categories: [aCategory(1, 'cup'), ...kept('category')] as ContentsAtHand['categories'],
      annotations: kept('annotation') as ContentsAtHand['annotations'],
      turns: kept('turn') as ContentsAtHand['turns'],
    });
    const again = await imported([entry()], contents);
    expect(again.diff.added).toEqual([]);
    expect(again.losses).toMatchObject([
      { what: 'Questions left out: they are in the project already', count: 1 },
    ]);
  });

  test('what cannot be used is left out with its reason', async () => {
    const outcome = await imported(
      [
        entry({ coco_url: 'elsewhere.jpg' }),
        entry({ width: 13 }),
        entry({ text_answers: ['without a mark'] }),
        entry({ questions: ['x'.repeat(20_001)] }),
        entry({
          kinds: [['ref']],
          history: [[{ question: 'a', answer: 'b' }]],
          turns: [{ outcome: 'failed' }],
        }),
      ],
      aProject(),
      { categoryMap: { plate: 'dish' } },
    );
    expect(outcome.losses.map(({ what, count }) => `${count} ${what}`).sort()).toEqual([
      '1 Images left out: they are not in this project',
      '1 Images left out: they have another size than in this project',
      '1 Instances left out: they have no usable mask',
      '1 Questions left out: a target has no usable mask',
      '1 Questions left out: the answer names another number of targets than there are masks',
      '1 Questions left out: they are longer than 20,000 characters',
      '1 What else is known of an answer: it cannot be read',
      '1 What was said before a follow-up question: an image has one conversation here',
    ]);
    expect(outcome.diff.added.filter((record) => record.kind === 'category').map(({ name }) => name)).toEqual(
      ['dish'],
    );
  });

  test('a category mapped to nothing takes its masks along, the words stay', async () => {
    const outcome = await imported([entry()], aProject(), { categoryMap: { plate: null } });
    expect(outcome.annotations).toBe(0);
    expect(outcome.diff.added.map(({ kind }) => kind)).toEqual(['turn', 'target']);
    expect(outcome.losses[0]).toMatchObject({
      what: 'Targets left out: their category was mapped to nothing',
      count: 2,
    });
  });

  test('the mapping dialog learns what a file holds', async () => {
    const job = {
      contents: aProject(),
      source: bytesOf([entry(), entry({ coco_url: 'x.jpg' })]),
      pathOf: () => null,
      lookIn: [],
      signal: new AbortController().signal,
    };
    expect(await muse.inspect!(job)).toEqual({
      images: 2,
      matchedImages: 1,
      annotations: 2,
      categories: ['plate'],
    });
  });
});
