import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lossOfFact, type Fact } from '../../../../electron/backend/formats/facts.ts';
import type { ProjectContents } from '../../../../electron/backend/formats/format.ts';
import { recogniseFormat } from '../../../../electron/backend/formats/recognise-format.ts';
import { coco } from '../../../../electron/backend/formats/coco/coco.ts';
import { formats } from '../../../../electron/backend/formats/registry.ts';
import type { AnnotationRecord, Entity } from '../../../../electron/common/document/records.ts';
import { whatNotAllCanCarry } from '../../../helpers/all-that-is-known.ts';
import { aCategory, anExport, anImport, outcomeOf } from '../../../helpers/project-contents.ts';

/**
 * Both ways: a project in which everything that can be known is known goes out, and comes back to its bare pictures. What is gone then was
 * told by the export; what was told as lost is gone.
 */
type Known = Readonly<Record<Fact | 'masks' | 'classes', unknown>>;

function knownOf(records: readonly Entity[]): Known {
  const of = <Kind extends Entity['kind']>(kind: Kind): Extract<Entity, { kind: Kind }>[] =>
    // Holds: those of another kind are gone.
    records.filter((each) => each.kind === kind) as Extract<Entity, { kind: Kind }>[];
  const [images, classes, turns] = [of('image'), of('category'), of('turn')];
  const byMask = of('annotation').toSorted((a, b) => (a.mask.counts < b.mask.counts ? -1 : 1));
  const nameOf = ({ categoryId }: AnnotationRecord): string =>
    classes.find(({ id }) => id === categoryId)?.name ?? '-';
  const said = (target: AnnotationRecord): string => (target.name === nameOf(target) ? '' : target.name);
  return {
    masks: byMask.map((target) => [nameOf(target), target.mask.counts]),
    classes: classes.map(({ name }) => name),
    names: byMask.map(said).toSorted(),
    scores: byMask.map(({ score }) => score),
    attributes: byMask.map(({ attributes }) => attributes),
    crowd: byMask.map(({ crowd }) => crowd),
    comments: [...images, ...byMask].map(({ comments }) => comments),
    review: byMask.map(({ review }) => review),
    drawnBy: byMask.map(({ source, edited }) => [source, edited]),
    marks: byMask.map(({ hidden, locked }) => [hidden, locked]),
    states: images.map(({ state }) => state),
    splits: images.map(({ split }) => split),
    licences: images.map(({ licence }) => licence),
    supercategories: classes.map(({ supercategory }) => supercategory),
    definitions: classes.map(({ attributes }) => attributes),
    questions: turns.map(({ question, answer }) => [question, answer?.map(({ text }) => text).join('')]),
    answerFacts: turns.map(({ model, notes, kinds = [] }) => [model, notes, kinds]),
  };
}

/** Sentences of formats that say a loss in words of their own, and what then stays behind. */
const inOtherWords: readonly (readonly [RegExp, readonly (keyof Known)[]])[] = [
  // What is known of an answer stays behind with it.
  [/^Questions and answers: (?:COCO|the format) has no place/u, ['questions', 'answerFacts']],
  [/^Questions and answers: only the words that name each target are kept/u, ['questions', 'masks']],
  [/^Questions: the format keeps their answers/u, ['questions']],
  [/^Answers: the format has no place for their words/u, ['questions']],
  [/^Answers with several targets: written as one mask/u, ['masks']],
  [/^Targets left out: no answer that is written names them/u, ['masks', 'classes']],
  [/^Targets without a score: written as certain/u, ['scores']],
  [/^Classes that no target has/u, ['classes', 'supercategories', 'definitions']],
  [/^Targets that others cover in part/u, ['masks']],
  [/^Targets told apart no longer/u, ['masks']],
];

function emptied({ images, ...contents }: ProjectContents): ProjectContents {
  const bare = images.map((image) => ({ ...image, state: null, split: null, licence: null, comments: [] }));
  return { ...contents, images: bare, categories: [], annotations: [], turns: [], targets: [] };
}

const bothWays = formats.flatMap(({ info, read, write }) => {
  // COCO with pictures is read as COCO.
  const as = info.id === 'coco-set' ? coco : { info, read };
  return as.read && write ? [[info.id, as.info.id, { info, write, read: as.read }] as const] : [];
});

test.each(bothWays)(
  'what %s loses of a project is what its export says',
  async (id, recognised, { info, read, write }) => {
    const { folder, contents: known, pathOf } = await whatNotAllCanCarry();
    const contents = { ...known, categories: [...known.categories, aCategory(3, 'never drawn')] };
    const path = join(folder, id);
    const isSplit = info.options.some(({ name }) => name === 'split');
    const job = anExport(contents, path, { pathOf, options: isSplit ? { split: 'own' } : {} });
    // What results point into lies beside them.
    if (id === 'coco-results')
      await outcomeOf(coco.write!(anExport(contents, join(folder, 'instances.json'), { pathOf })));
    const { losses, verified } = await outcomeOf(write(job));
    expect(verified).toBe(true);
    expect(await recogniseFormat({ kind: 'path', path }, new AbortController().signal)).toBe(recognised);
    const bare = emptied(contents);
    const { diff, losses: ofImport } = await outcomeOf(read(anImport(bare, { kind: 'path', path })));
    const changed = new Map(diff.changed.map(([before, after]) => [before.id, after]));
    const after = knownOf([...bare.images.map((image) => changed.get(image.id) ?? image), ...diff.added]);
    const { images, categories, annotations, turns } = contents;
    const before = knownOf([...images, ...categories, ...annotations, ...turns]);
    const told = losses.map(({ what }) => what);
    const said = new Set<string>(
      inOtherWords.flatMap(([words, facts]) => (told.some((each) => words.test(each)) ? facts : [])),
    );
    for (const [fact, sentence] of Object.entries(lossOfFact)) if (told.includes(sentence)) said.add(fact);
    const ofImportAlone = ofImport
      .map(({ what }) => what)
      .filter((what) => !/kept as such|^Images and classes are those/u.test(what));
    const gone = Object.keys(before).filter(
      // Both have the same keys.
      (fact) => JSON.stringify(after[fact as keyof Known]) !== JSON.stringify(before[fact as keyof Known]),
    );
    expect({ gone, ofImport: ofImportAlone }).toEqual({
      gone: Object.keys(before).filter((fact) => said.has(fact)),
      ofImport: [],
    });
  },
);
