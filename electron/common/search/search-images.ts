import { nameKey } from '../document/class-names.ts';
import type { Document } from '../document/document.ts';
import { imageStateOf } from '../document/image-state.ts';
import type { AnnotationRecord, CategoryId, ImageId, ImageRecord } from '../document/records.ts';
import { annotationsOf, imagesInOrder, targetsMeaning, turnsOf } from '../document/views.ts';
import { assertNever } from '../errors.ts';
import { fields } from './fields.ts';
import { type TextTest, textTest } from './patterns.ts';
import type { Query, Range, Term } from './query.ts';

/** What a search knows besides the document: images whose file is not where it was, or not what it was. */
export interface Surroundings {
  readonly troubled?: ReadonlyMap<string, 'missing' | 'changed' | 'outside'>;
}

/**
 * The images that a search means, in the project's order. Terms about targets are asked of one and the same target: `class:cup score:<0.5`
 * finds images with a cup of a low score, not those with some cup and some low score; turned round (`-class:cup`) they mean that no
 * target of the image is such.
 */
export function searchImages(
  document: Document,
  query: Query,
  surroundings: Surroundings = {},
): readonly ImageRecord[] {
  const all = imagesInOrder(document.images);
  if (query.length === 0) return all;
  const context: Context = { document, surroundings, all };
  const imageTests: ImageTest[] = [];
  const wanted: TargetTest[] = [];
  for (const term of query) {
    if (!isOfTarget(term)) {
      const test = imageTest(term, context);
      imageTests.push(term.negated ? (image) => !test(image) : test);
    } else if (term.negated) {
      const test = targetTest(term, context);
      imageTests.push(({ id }) => !annotationsOf(document, id).some(test));
    } else wanted.push(targetTest(term, context));
  }
  if (wanted.length > 0) {
    const isWanted = allOf(wanted);
    imageTests.push(({ id }) => annotationsOf(document, id).some(isWanted));
  }
  return all.filter((image) => imageTests.every((test) => test(image)));
}

function allOf(tests: readonly TargetTest[]): TargetTest {
  const [first, second] = tests;
  if (first !== undefined && tests.length === 1) return first;
  if (first !== undefined && second !== undefined && tests.length === 2)
    return (target) => first(target) && second(target);
  return (target) => tests.every((test) => test(target));
}

interface Context {
  readonly document: Document;
  readonly surroundings: Surroundings;
  /** In the project's order. */
  readonly all: readonly ImageRecord[];
}
type ImageTest = (image: ImageRecord) => boolean;
type TargetTest = (target: AnnotationRecord) => boolean;

function isOfTarget(term: Term): boolean {
  if (term.kind === 'attribute') return true;
  return term.kind !== 'anywhere' && fields[term.field].of === 'target';
}

function imageTest(term: Term, context: Context): ImageTest {
  const { document } = context;
  switch (term.kind) {
    case 'anywhere':
      return anywhere(term.pattern, document);
    case 'attribute':
      throw new Error('Broken assumption: attributes are asked of targets');
    case 'words': {
      const test = anyOf(term.patterns.map((pattern) => textTest(pattern, 'part')));
      const textsOf = imageTexts(term.field, document);
      return (image) => textsOf(image).some(test);
    }
    case 'number': {
      const numberOf = imageNumber(term.field, context);
      const holds = rangeTest(term.ranges);
      return (image) => holds(numberOf(image));
    }
    case 'choice': {
      const holds = imageChoice(term.field, context);
      return (image) => term.values.some((value) => holds(image, value));
    }
  }
}

function targetTest(term: Term, { document }: Context): TargetTest {
  switch (term.kind) {
    case 'anywhere':
      throw new Error('Broken assumption: words alone are asked of images');
    case 'attribute': {
      const test = anyOf(term.patterns.map((pattern) => textTest(pattern, 'whole')));
      const key = nameKey(term.name);
      return ({ attributes }) =>
        Object.entries(attributes).some(([name, value]) => nameKey(name) === key && test(String(value)));
    }
    case 'words': {
      if (term.field === 'class' || term.field === 'group') return classTest(term, document);
      const test = anyOf(term.patterns.map((pattern) => textTest(pattern, 'part')));
      return ({ id, name }) => test(name) || targetsMeaning(document, id).some(({ phrase }) => test(phrase));
    }
    case 'number': {
      const holds = rangeTest(term.ranges);
      return term.field === 'score' ? ({ score }) => holds(score) : ({ area }) => holds(area);
    }
    case 'choice':
      return (target) => term.values.some((value) => isTargetSo(target, value));
  }
}

/** Classes are few and targets many: which of them are meant is decided once. */
function classTest(term: Extract<Term, { kind: 'words' }>, document: Document): TargetTest {
  const test = anyOf(term.patterns.map((pattern) => textTest(pattern, 'whole')));
  const includesNone = term.patterns.some(({ text, quoted }) => !quoted && text.toLowerCase() === 'none');
  const meant = new Set<CategoryId>();
  for (const category of document.categories.values()) {
    if (test(term.field === 'class' ? category.name : category.supercategory)) meant.add(category.id);
  }
  return ({ categoryId }) => (categoryId === null ? includesNone : meant.has(categoryId));
}

/** In the image's name and folders, and in the names, classes and phrases of its targets. */
function anywhere(pattern: Extract<Term, { kind: 'anywhere' }>['pattern'], document: Document): ImageTest {
  const test = textTest(pattern, 'part');
  const meant = new Set<CategoryId>();
  for (const { id, name } of document.categories.values()) if (test(name)) meant.add(id);
  return (image) =>
    test(image.name) ||
    (image.folders !== '' && test(`${image.folders}/${image.name}`)) ||
    annotationsOf(document, image.id).some(
      ({ id, name, categoryId }) =>
        (categoryId !== null && meant.has(categoryId)) ||
        test(name) ||
        targetsMeaning(document, id).some(({ phrase }) => test(phrase)),
    );
}

function imageTexts(
  field: Extract<Term, { kind: 'words' }>['field'],
  document: Document,
): (image: ImageRecord) => readonly string[] {
  switch (field) {
    case 'name':
      return ({ name }) => [name];
    case 'folder':
      return ({ folders }) => [folders];
    case 'question':
      return ({ id }) => turnsOf(document, id).map(({ question }) => question);
    case 'answer':
      return ({ id }) =>
        turnsOf(document, id).map(({ answer }) => (answer ?? []).map(({ text }) => text).join(''));
    case 'comment':
      return ({ id, comments }) =>
        [...comments, ...annotationsOf(document, id).flatMap((target) => target.comments)].map(
          ({ text }) => text,
        );
    case 'class':
    case 'group':
    case 'target':
      throw new Error('Broken assumption: a field of targets is asked of targets');
    default:
      return assertNever(field);
  }
}

function imageNumber(
  field: Extract<Term, { kind: 'number' }>['field'],
  { document, all }: Context,
): (image: ImageRecord) => number | null {
  switch (field) {
    case 'targets':
      return ({ id }) => annotationsOf(document, id).length;
    case 'turns':
      return ({ id }) => turnsOf(document, id).length;
    case 'classes':
      return ({ id }) =>
        new Set(annotationsOf(document, id).flatMap(({ categoryId }) => categoryId ?? [])).size;
    case 'width':
      return ({ width }) => width;
    case 'height':
      return ({ height }) => height;
    case 'number': {
      const places = new Map<ImageId, number>();
      for (const [index, { id }] of all.entries()) places.set(id, index + 1);
      return ({ id }) => places.get(id) ?? 0;
    }
    case 'score':
    case 'area':
      throw new Error('Broken assumption: a field of targets is asked of targets');
    default:
      return assertNever(field);
  }
}

function imageChoice(
  field: Extract<Term, { kind: 'choice' }>['field'],
  { document, surroundings }: Context,
): (image: ImageRecord, value: string) => boolean {
  switch (field) {
    case 'state':
      return (image, value) => imageStateOf(document, image) === value;
    case 'split':
      return ({ split }, value) => (split ?? 'none') === value;
    case 'file':
      // What may not be looked for is as good as gone.
      return ({ id }, value) => {
        const state = surroundings.troubled?.get(id) ?? 'present';
        return (state === 'outside' ? 'missing' : state) === value;
      };
    case 'has':
      return (image, value) => hasThing(document, image, value);
    case 'review':
    case 'source':
    case 'is':
      throw new Error('Broken assumption: a field of targets is asked of targets');
    default:
      return assertNever(field);
  }
}

function hasThing(document: Document, image: ImageRecord, thing: string): boolean {
  switch (thing) {
    case 'target':
      return annotationsOf(document, image.id).length > 0;
    case 'question':
      return turnsOf(document, image.id).length > 0;
    case 'draft':
      return turnsOf(document, image.id).some(({ draft }) => draft);
    case 'licence':
      return image.licence !== null;
    case 'comment':
      return (
        image.comments.length > 0 ||
        annotationsOf(document, image.id).some(({ comments }) => comments.length > 0)
      );
    default:
      return false;
  }
}

/** The values of `review`, `source` and `is` are all different words. */
function isTargetSo(target: AnnotationRecord, value: string): boolean {
  switch (value) {
    case 'edited':
      return target.edited;
    case 'locked':
      return target.locked;
    case 'hidden':
      return target.hidden;
    case 'crowd':
      return target.crowd;
    case 'empty':
      return target.area === 0;
    default:
      return target.review === value || target.source === value;
  }
}

/** Asked of a hundred thousand targets: the usual one range without a list of ranges. */
function rangeTest(ranges: readonly Range[]): (number: number | null) => boolean {
  const [only] = ranges;
  if (only !== undefined && ranges.length === 1) return (number) => isWithin(number, only);
  return (number) => ranges.some((range) => isWithin(number, range));
}

function isWithin(number: number | null, range: Range): boolean {
  if (range === 'none' || number === null) return range === 'none' && number === null;
  const isAbove = range.isFromOpen ? number > range.from : number >= range.from;
  const isBelow = range.isToOpen ? number < range.to : number <= range.to;
  return isAbove && isBelow;
}

function anyOf(tests: readonly TextTest[]): TextTest {
  const [first] = tests;
  if (first !== undefined && tests.length === 1) return first;
  return (text) => tests.some((test) => test(text));
}
