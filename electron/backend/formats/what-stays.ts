import type { AnnotationRecord, ImageId, ImageRecord } from '../../common/document/records.ts';
import type { Loss } from '../../common/contract.ts';
import {
  createLossList,
  optionOf,
  type ExportJob,
  type ExportOutcome,
  type Format,
  type ProjectMasks,
} from './format.ts';
import { type Fact, lossOfFact } from './facts.ts';
import { whereIs } from './usable-targets.ts';

/**
 * Makes an export say what of a project its format has no room for: every fact that stands in what is written, and that the format
 * neither writes nor tells of itself (`Format.accounts`). Facts that are as a reader would suppose them (accepted, not hidden) are not told.
 */
export function tellingWhatStays(format: Format): Format {
  const { write } = format;
  if (!write) return format;
  return {
    ...format,
    async *write(job) {
      const told = tallyOf(format, job);
      const outcome: ExportOutcome = yield* write({
        ...job,
        contents: { ...job.contents, annotations: observed(job, told.ofTarget) },
      });
      return { ...outcome, losses: [...outcome.losses, ...told.losses()] };
    },
  };
}

interface Tally {
  ofTarget(target: AnnotationRecord): void;
  /** Asked when all is written: targets in a database are looked at while the format does. */
  losses(): readonly Loss[];
}

function tallyOf({ info, accounts }: Format, job: ExportJob): Tally {
  const losses = createLossList();
  const { contents, options } = job;
  const isAccounted = new Set<Fact>(accounts);
  const images = new Map<string, ImageRecord>(chosen(job).map((image) => [image.id, image]));
  const lacks = (fact: Fact, example: string): void => {
    if (!isAccounted.has(fact)) losses.add(lossOfFact[fact], example);
  };
  // A set that is written as one, although its images are marked, forgets the marks; other shares were chosen on purpose.
  const isSplitForgotten = ['', 'none'].includes(optionOf(info, options, 'split'));
  for (const image of images.values()) {
    const { name, comments, state, licence, split } = image;
    for (const { text } of comments) lacks('comments', `${name}: ${text.slice(0, 80)}`);
    if (state !== null) lacks('states', `${name} is ${state}`);
    if (licence !== null) lacks('licences', `${name}: ${licence.name}`);
    if (split !== null && isSplitForgotten) lacks('splits', `${name} in ${split}`);
  }
  for (const { name, supercategory, attributes } of contents.categories) {
    if (supercategory !== '') lacks('supercategories', `${name} in ${supercategory}`);
    if (attributes.length > 0)
      lacks('definitions', `${name}: ${attributes.map((each) => each.name).join(', ')}`);
  }
  for (const { imageId, question, model, notes, kinds = [] } of contents.turns) {
    if (!images.has(imageId)) continue;
    lacks('questions', question.slice(0, 80));
    // What stays behind as a whole is told as that.
    if (!isAccounted.has('questions')) continue;
    if (model !== null || notes.length > 0 || kinds.length > 0) lacks('answerFacts', question.slice(0, 80));
  }
  const classes = new Map<string, string>(contents.categories.map(({ id, name }) => [id, name]));
  const isAcceptedOnly = options['review'] === 'accepted';
  const drawn = new Set<string>();
  return {
    ofTarget(target) {
      const image = images.get(target.imageId);
      if (!image) return;
      drawn.add(target.categoryId ?? '');
      // What is left out is told as a whole.
      if (target.review === 'rejected' || (isAcceptedOnly && target.review !== 'accepted')) return;
      const where = whereIs(target, image);
      if (target.name !== '' && target.name !== classes.get(target.categoryId ?? '')) lacks('names', where);
      if (target.score !== null) lacks('scores', where);
      for (const name of Object.keys(target.attributes)) lacks('attributes', `${where}: ${name}`);
      if (target.crowd) lacks('crowd', where);
      for (const { text } of target.comments) lacks('comments', `${where}: ${text.slice(0, 80)}`);
      if (target.review === 'proposed') lacks('review', where);
      if (target.source === 'model' || target.edited) lacks('drawnBy', where);
      if (target.hidden || target.locked) lacks('marks', where);
    },
    losses() {
      for (const { id, name } of contents.categories) if (!drawn.has(id)) lacks('classes', name);
      return losses.losses;
    },
  };
}

function chosen({ contents, imageIds }: ExportJob): readonly ImageRecord[] {
  if (imageIds === null) return contents.images;
  const wanted = new Set(imageIds);
  return contents.images.filter(({ id }) => wanted.has(id));
}

/** The same masks; each is shown to `see` once: those at hand now, those in a database when the format asks for them, since asking twice costs twice. */
function observed({ contents }: ExportJob, see: (target: AnnotationRecord) => void): ProjectMasks {
  const { annotations } = contents;
  if (!('ofImage' in annotations)) {
    for (const target of annotations) see(target);
    return annotations;
  }
  const seen = new Set<ImageId>();
  return {
    length: annotations.length,
    ofImage(id) {
      const targets = annotations.ofImage(id);
      if (!seen.has(id)) for (const target of targets) see(target);
      seen.add(id);
      return targets;
    },
    loose: () => annotations.loose(),
    [Symbol.iterator]: () => annotations[Symbol.iterator](),
  };
}
