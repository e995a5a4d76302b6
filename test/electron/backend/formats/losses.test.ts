import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatNamed, formats } from '../../../../electron/backend/formats/registry.ts';
import { whatNotAllCanCarry } from '../../../helpers/all-that-is-known.ts';
import { aCategory, anExport, outcomeOf } from '../../../helpers/project-contents.ts';

const noPlace = (what: string, count = 1): string => `${count} ${what}: the format has no place for them`;
const manyInOnePixel = '2 Targets that others cover in part: a pixel has one number';
const asAccepted = '1 Targets that nobody has accepted yet: written as if somebody had';
const asShown = '1 Targets that are hidden or locked: written as any other';
const drawnBy = noPlace('Which targets a model drew, and which of those were corrected');
const states = noPlace('States of images that somebody set (done, skipped and so on)');
const splits = noPlace('Parts of the data set that images belong to (train, val, test)');
const definitions = noPlace('Which attributes a class has, and their choices');
const [names, scores, attributes, crowds] = ['Names of targets', 'Scores', 'Attributes', 'Crowd flags'].map(
  (what) => noPlace(what),
) as [string, string, string, string]; // as many as went in
const comments = noPlace('Comments', 2);
const questions = noPlace('Questions and answers');
const ofAnswers = noPlace('What else is known of an answer: its model, notes and kinds').replace(
  ': the format has no place for them',
  '',
);
const [licences, supercategories] = [noPlace('Licences of images'), noPlace('Supercategories')];
/** What no data set has room for. */
const ours = [comments, asAccepted, drawnBy, asShown, states, splits, questions];

test.each([
  ['coco', ['1 Questions and answers: COCO has no place for them']],
  ['coco-set', ['1 Questions and answers: COCO has no place for them']],
  [
    'coco-results',
    [
      '2 Targets without a score: written as certain (1)',
      ...[...ours, names, attributes, crowds, licences, supercategories, definitions],
    ],
  ],
  ['lvis', [questions]],
  ['coco-panoptic', [manyInOnePixel, questions]],
  ['yolo-seg', [...ours, names, scores, attributes, crowds, licences, supercategories, definitions]],
  [
    'voc',
    [manyInOnePixel, ...ours, names, scores, attributes, crowds, licences, supercategories, definitions],
  ],
  ['labelme', [questions, supercategories, definitions]],
  ['cvat', [...ours.filter((each) => each !== drawnBy), names, scores, crowds, licences, supercategories]],
  [
    'label-studio',
    [
      ...ours.filter((each) => each !== drawnBy && each !== asAccepted),
      names,
      crowds,
      licences,
      supercategories,
      definitions,
    ],
  ],
  ['datumaro', [questions]],
  [
    'semantic-png',
    [
      manyInOnePixel,
      '2 Targets told apart no longer: one picture of classes holds no single ones',
      ...[...ours, names, scores, attributes, crowds, licences, supercategories, definitions],
    ],
  ],
  ['masks-png', [...ours, attributes, crowds, licences, supercategories, definitions]],
  ['overlay', [comments, states, questions]],
  ['muse', [supercategories, definitions]],
  [
    'reason-seg',
    [
      '1 Answers: the format has no place for their words',
      '1 Answers with several targets: written as one mask',
      '1 Targets left out: no answer that is written names them',
      ...[...ours.filter((each) => each !== questions && each !== splits)],
      ...[names, scores, attributes, crowds, licences, supercategories, definitions, ofAnswers],
    ],
  ],
  [
    'grand-f',
    [
      '1 Questions: the format keeps their answers as captions',
      '1 Targets left out: no answer that is written names them',
      ...[...ours.filter((each) => each !== questions)],
      ...[names, scores, attributes, crowds, licences, supercategories, definitions, ofAnswers],
    ],
  ],
  [
    'refcoco',
    [
      '1 Questions and answers: only the words that name each target are kept',
      '1 Targets left out: no answer that is written names them',
      ...[...ours.filter((each) => each !== questions && each !== splits)],
      ...[names, scores, attributes, crowds, licences, supercategories, definitions, ofAnswers],
    ],
  ],
  [
    'sharegpt',
    [
      '1 Targets left out: no answer that is written names them',
      ...[...ours.filter((each) => each !== questions)],
      ...[names, scores, attributes, crowds, licences, supercategories, definitions, ofAnswers],
    ],
  ],
])('an export as %s says what of a project it has no room for', async (id, wanted) => {
  const { folder, contents, pathOf } = await whatNotAllCanCarry();
  const format = formatNamed(id);
  const isSplit = format.info.options.some(({ name }) => name === 'split');
  const options = isSplit ? { split: id === 'reason-seg' || id === 'refcoco' ? 'own' : 'none' } : {};
  const path = join(folder, format.info.id);
  const { losses, verified } = await outcomeOf(format.write!(anExport(contents, path, { options, pathOf })));
  expect([verified, losses.map(({ what, count }) => `${count} ${what}`).toSorted()]).toEqual([
    true,
    [...wanted].toSorted(),
  ]);
});

test('what is as a reader supposes it, and what is left out as a whole, is no loss', async () => {
  const { folder, contents, pathOf } = await whatNotAllCanCarry();
  const [image] = contents.images;
  if (image === undefined) throw new Error('Broken assumption: there is an image.');
  const plain = {
    ...contents,
    images: [{ ...image, state: null, split: null, licence: null, comments: [] }],
    categories: [aCategory(1, 'cup'), aCategory(2, 'plate')],
    annotations: contents.annotations.map((target) =>
      target.review === 'proposed'
        ? { ...target, review: 'rejected' as const }
        : { ...target, name: '', crowd: false, locked: false },
    ),
    turns: [],
    targets: [],
  };
  const path = join(folder, 'set');
  const { losses } = await outcomeOf(formatNamed('yolo-seg').write!(anExport(plain, path, { pathOf })));
  expect(losses.map(({ what }) => what)).toEqual(['Targets left out: they were rejected']);
});

test('every format that is written has its losses pinned above', () => {
  const written = formats.flatMap(({ info, write }) => (write ? [info.id] : []));
  const pinned = [
    ...[
      'coco',
      'coco-set',
      'coco-results',
      'lvis',
      'coco-panoptic',
      'yolo-seg',
      'voc',
      'labelme',
      'cvat',
      'label-studio',
    ],
    ...[
      'datumaro',
      'semantic-png',
      'masks-png',
      'overlay',
      'muse',
      'reason-seg',
      'grand-f',
      'refcoco',
      'sharegpt',
    ],
  ];
  expect(written.toSorted()).toEqual(pinned.toSorted());
});

test.each(
  formats
    .filter(({ write, info }) => write && info.options.some(({ name }) => name === 'uncategorised'))
    .map((format) => [format.info.id, format] as const),
)('%s makes no class without a word', async (id, { write }) => {
  const { folder, contents, pathOf } = await whatNotAllCanCarry();
  const [first, ...others] = contents.annotations;
  if (!first) throw new Error('Broken assumption: there is a target.');
  const loose = {
    ...contents,
    annotations: [{ ...first, categoryId: null }, ...others],
    turns: [],
    targets: [],
  };
  const told = async (uncategorised: string): Promise<string[]> => {
    const job = anExport(loose, join(folder, `${id}-${uncategorised}`), {
      options: { uncategorised },
      pathOf,
    });
    const { losses } = await outcomeOf(write!(job));
    return losses.map(({ what }) => what).filter((what) => what.includes('category'));
  };
  expect(await told('name')).toEqual(['Targets without a category: filed under a category of their name']);
  expect(await told('object')).toEqual(['Targets without a category: filed under “object”']);
  expect(await told('drop')).toEqual(['Targets left out: they have no category']);
});
