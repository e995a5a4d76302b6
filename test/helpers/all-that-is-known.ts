import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CategoryId } from '../../electron/common/document/records.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import { aPng } from './pictures-on-disk.ts';
import { aCategory, anAnnotation, anImage, aProject } from './project-contents.ts';
import { aProjectWithQuestions, size } from './project-with-questions.ts';

/**
 * All that a project can know beside pictures, classes and masks: two targets of one class that overlap, one that lies beneath another
 * class; names, a score, an attribute, a crowd, comments, a state, a part, a licence, a question and its answer.
 */
export async function whatNotAllCanCarry() {
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
