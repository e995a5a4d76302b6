import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatNamed, formats } from '../../../../electron/backend/formats/registry.ts';
import type { CategoryId } from '../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import {
  aCategory,
  aProject,
  anAnnotation,
  anExport,
  anImage,
  outcomeOf,
} from '../../../helpers/project-contents.ts';
import { aProjectWithQuestions, size } from '../../../helpers/project-with-questions.ts';

/**
 * All that a project can know beside pictures, classes and masks: two targets of one class that overlap, one that lies beneath another
 * class; names, a score, an attribute, a crowd, comments, a state, a part, a licence, a question and its answer.
 */
async function whatNotAllCanCarry() {
  const { folder, contents: asked } = await aProjectWithQuestions();
  const path = join(folder, 'a.png');
  await writeFile(path, aPng(size, 1));
  const [turn] = asked.turns;
  const said = asked.targets.filter(({ turnId }) => turnId === turn?.id);
  if (turn === undefined) throw new Error('Broken assumption: there is a question.');
  const contents = aProject({
    images: [
      anImage(1, {
        ...size,
        name: 'a.png',
        source: { kind: 'linked', path },
        state: 'done',
        split: 'val',
        licence: { name: 'CC BY 4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
        comments: [{ text: 'Taken at night', at: '2026-11-27T12:00:00.000Z' }],
      }),
    ],
    categories: [
      aCategory(1, 'cup', {
        supercategory: 'crockery',
        attributes: [{ name: 'colour', type: 'choice', choices: ['red', 'blue'], initial: null }],
      }),
      aCategory(2, 'plate'),
    ],
    annotations: [
      anAnnotation(1, boxRuns([2, 2, 12, 10], size), {
        name: 'left cup',
        score: 0.5,
        attributes: { colour: 'red' },
        source: 'model',
        review: 'proposed',
        comments: [{ text: 'Handle is missing', at: '2026-11-27T12:00:00.000Z' }],
      }),
      anAnnotation(2, boxRuns([6, 6, 12, 10], size), { name: 'cup', locked: true }),
      anAnnotation(3, boxRuns([14, 2, 6, 6], size), {
        name: 'plate',
        categoryId: 'category-2' as CategoryId, // the second one above
        crowd: true,
      }),
    ],
    turns: [{ ...turn, notes: ['The model was not sure.'] }],
    targets: said,
  });
  return { folder, contents, pathOf: () => path };
}

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
  [
    'coco',
    [comments, asShown, states, splits, definitions, '1 Questions and answers: COCO has no place for them'],
  ],
  [
    'coco-results',
    [
      '2 Targets without a score: written as certain (1)',
      ...[...ours, names, attributes, crowds, licences, supercategories, definitions, ofAnswers],
    ],
  ],
  ['lvis', [...ours, names, attributes, crowds, licences, supercategories, definitions]],
  ['coco-panoptic', [manyInOnePixel, ...ours, names, scores, attributes, licences, definitions]],
  ['yolo-seg', [...ours, names, scores, attributes, crowds, licences, supercategories, definitions]],
  [
    'voc',
    [manyInOnePixel, ...ours, names, scores, attributes, crowds, licences, supercategories, definitions],
  ],
  [
    'labelme',
    [
      '1 Attributes that are no flags: labelme has no place for them',
      ...[...ours, scores, crowds, licences, supercategories, definitions],
    ],
  ],
  ['cvat', [...ours.filter((each) => each !== drawnBy), names, scores, crowds, licences, supercategories]],
  [
    'label-studio',
    [
      '1 Attributes: Label Studio keeps them in regions of their own, which are not written',
      ...[...ours, names, crowds, licences, supercategories, definitions],
    ],
  ],
  ['datumaro', [...ours, names, licences, supercategories, definitions]],
  [
    'semantic-png',
    [
      manyInOnePixel,
      '3 Targets told apart no longer: one picture of classes holds no single ones',
      ...[...ours, names, scores, attributes, crowds, licences, supercategories, definitions],
    ],
  ],
  ['masks-png', [...ours, attributes, crowds, licences, supercategories, definitions, ofAnswers]],
  ['overlay', [comments, states, questions, ofAnswers]],
  ['muse', [comments, asShown, states, splits, licences, supercategories, definitions]],
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
