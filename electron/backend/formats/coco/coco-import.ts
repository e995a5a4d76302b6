import type { FormatOption } from '../../../common/contract.ts';
import type { CategoryId, ImageRecord, Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { areaOf, boxOf, isEmptyMask, type Runs } from '../../../common/runs.ts';
import { createBreather } from '../../app/breather.ts';
import { readCatalogue, type CocoCatalogue, type CocoImage } from './coco-catalogue.ts';
import { boxOutline, filledOutline } from '../dataset/outline.ts';
import { isObject } from '../is-object.ts';
import { cutAtBorder, decodeSegmentation, lossForCode, type DecodedSegmentation } from '../segmentation.ts';
import {
  createLossList,
  type ImportJob,
  type ImportOutcome,
  type InspectJob,
  type Inspection,
  type LossList,
  type Progress,
} from '../format.ts';
import { readJsonItems } from '../json-items.ts';
import { jobOf, jsonSources } from '../json-sources.ts';
import { createNewRecords, noteUnknownCategories, type NewRecords } from '../new-records.ts';
import { createFieldNotes } from '../other-fields.ts';
import { readOwnFacts, type OwnFacts } from '../own-attributes.ts';
import { ownKey } from '../own-facts.ts';
import { asWritten } from '../parse-json.ts';
import { withProgress } from '../with-progress.ts';
import { idOf, SeenIds, shownId } from '../written-ids.ts';

/** Mask text an import may bring into the project at once: past it a project would no longer open well. */
const largestImportBytes = 1 << 30;

/** Of several JSON files in a folder or an archive, those with masks: not captions, key points or plain lists of images. */
function isInstancesFile(name: string): boolean {
  const file = name.split('/').at(-1) ?? '';
  return (
    /^(?:instances.*|.*\.coco|annotations?|labels|result(?:_coco)?|coco)\.json$/iu.test(file) ||
    (/(?:^|\/)annotations\/[^/]+$/iu.test(name) &&
      !/^(?:captions|person_keypoints|panoptic|image_info|stuff)/iu.test(file))
  );
}

/** Reads each file twice: images and categories first, since annotations may come before them, then the annotations. */
export async function* importCoco(job: ImportJob): AsyncGenerator<Progress, ImportOutcome> {
  const losses = createLossList();
  const bytes = progressOfBytes();
  const parts: CocoTargets[] = [];
  for (const file of await jsonSources(job.source, isInstancesFile, job.signal)) {
    const own = jobOf(job, file);
    const catalogue = yield* withProgress(job.signal, {
      news: bytes.news('Reading images and categories'),
      work: (signal) => readCatalogue(own, { losses, signal, onBytes: bytes.on }),
    });
    parts.push({ job: own, catalogue, split: file.split, isResults: false });
  }
  return yield* importTargets(job, parts, { losses, bytes });
}

/** How far the reading of a file is. */
export interface BytesRead {
  on(done: number, total: number): void;
  news(stage: string): () => Progress;
}

export function progressOfBytes(): BytesRead {
  const place = { done: 0, total: null as number | null };
  return {
    on: (done, total) => void Object.assign(place, { done, total }),
    news: (stage) => () => ({ type: 'progress', stage, ...place }),
  };
}

/** Targets of a file whose images and classes are known. */
export interface CocoTargets {
  readonly job: ImportJob;
  readonly catalogue: CocoCatalogue;
  /** The part of the data set that the file is. */
  readonly split: Split | null;
  /** A list of detections instead of a file's "annotations": to be reviewed, and numbered by nobody. */
  readonly isResults: boolean;
}

/** The targets of one or several files, as one change. */
export async function* importTargets(
  job: ImportJob,
  parts: readonly CocoTargets[],
  { losses, bytes }: { readonly losses: LossList; readonly bytes: BytesRead },
): AsyncGenerator<Progress, ImportOutcome> {
  const common = {
    losses,
    records: createNewRecords(job, losses),
    touched: new Set<string>(),
    noteFields: createFieldNotes(losses, 'targets', knownFields),
  };
  const foundBy = { hash: 0, path: 0, content: 0, name: 0 };
  const names: string[] = [];
  const size = { maskBytes: 0 };
  for (const part of parts) {
    const { catalogue } = part;
    const state: ImportState = { ...common, ...part, size, ids: new SeenIds(), noted: new Set() };
    names.push(...[...catalogue.categories.values()].map(({ name }) => name));
    for (const by of ['hash', 'path', 'content', 'name'] as const) foundBy[by] += catalogue.foundBy[by];
    // Of a file that only says what the numbers mean, classes that nothing was found of are nobody's.
    if (!part.isResults) keepCategories(state);
    yield* withProgress(job.signal, {
      news: bytes.news('Reading masks'),
      work: (signal) => readAnnotations(state, signal, bytes.on),
    });
    // Of images without a target what our own file says of them.
    for (const entry of catalogue.images.values())
      if (Object.keys(entry.own).length > 0) noteImage(state, entry);
  }
  noteUnknownCategories(job, names, losses);
  const { categories, count } = common.records;
  return {
    diff: common.records.diff(),
    images: common.touched.size,
    annotations: count,
    categories: count === 0 ? 0 : categories.length,
    foundBy,
    losses: losses.losses,
  };
}

export async function inspectCoco(job: InspectJob): Promise<Inspection> {
  const found = { images: 0, matchedImages: 0, annotations: 0 };
  const categories = new Set<string>();
  for (const file of await jsonSources(job.source, isInstancesFile, job.signal)) {
    const catalogue = await readCatalogue(jobOf(job, file), {
      losses: createLossList(),
      signal: job.signal,
    });
    found.images += catalogue.images.size;
    found.matchedImages += [...catalogue.images.values()].filter(({ image }) => image !== null).length;
    found.annotations += catalogue.annotations;
    for (const { name } of catalogue.categories.values()) categories.add(name);
  }
  return { ...found, categories: [...categories] };
}

interface ImportState extends CocoTargets {
  readonly losses: LossList;
  readonly records: NewRecords;
  /** Annotation ids seen so far. */
  readonly ids: SeenIds;
  /** Images that got a mask. */
  readonly touched: Set<string>;
  /** Entries of the file whose facts went to their image. */
  readonly noted: Set<CocoImage>;
  /** Of all files together. */
  readonly size: { maskBytes: number };
  readonly noteFields: (value: Readonly<Record<string, unknown>>) => void;
}

/**
 * All classes of the file, also those that no target of it has, in the order of their ids: the files of a training and a validation set
 * then keep equal ids when they are written again.
 */
function keepCategories({ catalogue, records }: ImportState): void {
  const listed = [...catalogue.categories.entries()];
  const numbers = listed.map(([id]) => Number(shownId(id)));
  const ordered = numbers.every((number) => Number.isFinite(number))
    ? listed.toSorted(([a], [b]) => Number(shownId(a)) - Number(shownId(b)))
    : listed;
  for (const [, { name, ...facts }] of ordered) records.categoryFor(name, facts);
}

async function readAnnotations(
  state: ImportState,
  signal: AbortSignal,
  onBytes: (done: number, total: number) => void,
): Promise<void> {
  const breathe = createBreather(signal);
  const list = state.isResults ? null : 'annotations';
  const isWanted = (key: string | null): boolean => key === list;
  for await (const items of readJsonItems(state.job.source, { signal, isWanted, onBytes })) {
    for (const { key, index, value } of items) {
      if (key !== list || index === null) continue;
      await breathe();
      state.size.maskBytes += readAnnotation(state, value, index);
      if (state.size.maskBytes <= largestImportBytes) continue;
      throw new AppError(
        'too-large',
        'The file holds more than 1 GB of masks. Split it, and import the parts.',
      );
    }
  }
}

/** What the file says of an image, once. */
function noteImage({ records, noted, split, isResults }: ImportState, entry: CocoImage): void {
  if (entry.image === null || noted.has(entry) || isResults) return;
  noted.add(entry);
  const { fileName, licence, own } = entry;
  records.noteImage(entry.image, {
    ...own,
    fileName,
    licence: licence ?? own.licence ?? null,
    split: split ?? own.split ?? null,
  });
}

/** Adds one annotation or says why not. @returns bytes of mask text it added */
function readAnnotation(state: ImportState, value: unknown, index: number): number {
  const { losses, catalogue, records, touched } = state;
  const skip = (why: string, example: string): number => {
    losses.add(why, example);
    return 0;
  };
  if (!isObject(value)) return skip('Targets left out: they are no records', `entry ${index}`);
  const id = idOf(value['id']);
  const what = state.isResults ? 'detection' : 'annotation';
  const where = `${what} ${id === null ? `at place ${index}` : shownId(id)}`;
  const found = catalogue.images.get(idOf(value['image_id']));
  if (!found)
    return skip(
      'Targets left out: their image is not in the file',
      `${where}, image ${asWritten(value['image_id'])}`,
    );
  const { image } = found.value;
  if (found.isLoose) noteLooseId(losses, where, 'image_id', value);
  if (image === null) return skip('Targets left out: their image could not be used', where);
  const category = categoryOf(state, value, where);
  if (category === 'left-out') return skip('Targets left out: their category was mapped to nothing', where);
  const isFilled = hasBoxAlone(value) && state.job.options[boxesOption] === 'fill';
  const decoded = isFilled
    ? filledBox(losses, value, { image, where })
    : decode(losses, value, { image, where });
  if (!decoded) return 0;
  const told = readOwnFacts(value, losses, where);
  const facts = state.isResults ? { ...told, review: 'proposed' as const, source: 'model' as const } : told;
  if (Array.isArray(value['attributes']) && value['attributes'].length > 0)
    losses.add('Attributes left out: a list, without names', `${where}: ${asWritten(value['attributes'])}`);
  noteOddities(state, value, where, decoded, facts);
  state.noteFields(value);
  const { isNew, characters } = records.addAnnotation({
    ...{ image, categoryId: category.id, mask: decoded.mask, ...facts },
    className: category.name,
  });
  noteImage(state, found.value);
  if (!isNew) return skip('Targets left out: the same mask is there already', where);
  touched.add(image.id);
  return characters;
}

/** An id that is a number in one place and a text in another. */
function noteLooseId(
  losses: LossList,
  where: string,
  key: string,
  value: Readonly<Record<string, unknown>>,
): void {
  losses.add(
    'Ids written as a number in one place and as text in another: taken for the same',
    `${where}, ${key} ${asWritten(value[key])}`,
  );
}

function categoryOf(
  { catalogue, records, losses }: ImportState,
  value: Readonly<Record<string, unknown>>,
  where: string,
): { readonly id: CategoryId | null; readonly name: string } | 'left-out' {
  const known = catalogue.categories.get(idOf(value['category_id']));
  if (!known) {
    losses.add(
      'Targets imported without a category: theirs is not in the file',
      `${where}, category ${asWritten(value['category_id'])}`,
    );
    return { id: null, name: '' };
  }
  if (known.isLoose) noteLooseId(losses, where, 'category_id', value);
  const { name, ...facts } = known.value;
  return records.isLeftOut(name) ? 'left-out' : { id: records.categoryFor(name, facts), name };
}

const boxesOption = 'boxes';

/** What becomes of targets that have a box and no mask. */
export const boxesImport: FormatOption = {
  name: boxesOption,
  label: 'Targets with a box alone',
  choices: [
    { value: 'skip', label: 'Leave out' },
    { value: 'fill', label: 'Take the box as a filled rectangle' },
  ],
  initial: 'skip',
};

/** Detectors' files have boxes alone, in all records or in some; an empty mask is none. */
function hasBoxAlone({ segmentation, bbox }: Readonly<Record<string, unknown>>): boolean {
  const hasNone =
    (segmentation ?? null) === null || (Array.isArray(segmentation) && segmentation.flat().length === 0);
  return hasNone && isBox(bbox);
}

function isBox(bbox: unknown): bbox is readonly [number, number, number, number] {
  return (
    Array.isArray(bbox) &&
    bbox.length === 4 &&
    bbox.every((side) => typeof side === 'number' && Number.isFinite(side)) &&
    (bbox as number[]).slice(2).every((side) => side > 0) // numbers, as just seen
  );
}

/** The box as a mask; null for one beside the image, which is said. */
function filledBox(
  losses: LossList,
  { bbox }: Readonly<Record<string, unknown>>,
  { image, where }: { readonly image: ImageRecord; readonly where: string },
): DecodedSegmentation | null {
  if (!isBox(bbox)) return null;
  const [left, top, width, height] = bbox;
  const outline = boxOutline([left, top, left + width, top + height]);
  const mask = filledOutline(outline, image, { where, losses });
  if (isEmptyMask(mask)) {
    losses.add('Targets left out: their mask holds no pixel of the image', where);
    return null;
  }
  losses.add('Boxes: imported as filled rectangles', where);
  return { mask, damagedParts: [], isCut: false };
}

/** Null when there is no usable mask, which is said. */
function decode(
  losses: LossList,
  value: Readonly<Record<string, unknown>>,
  { image, where }: { readonly image: ImageRecord; readonly where: string },
): DecodedSegmentation | null {
  let decoded: DecodedSegmentation;
  try {
    decoded = decodeSegmentation(value['segmentation'], image);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const why = hasBoxAlone(value)
      ? 'Targets left out, though they have a box (an option of the import takes it as a rectangle): they have no mask'
      : lossForCode(error.code);
    losses.add(why, `${where}: ${error.message}`);
    return null;
  }
  for (const problem of decoded.damagedParts)
    losses.add('Parts of polygons left out: they are damaged', `${where}: ${problem}`);
  if (!isEmptyMask(decoded.mask)) {
    if (decoded.isCut) losses.add(cutAtBorder, where);
    return decoded;
  }
  losses.add('Targets left out: their mask holds no pixel of the image', where);
  return null;
}

/** Things that are no reason to leave a target out, but that somebody will want to know. */
function noteOddities(
  { losses, ids, isResults }: ImportState,
  value: Readonly<Record<string, unknown>>,
  where: string,
  { mask }: DecodedSegmentation,
  facts: OwnFacts,
): void {
  const id = idOf(value['id']);
  if (id === null) {
    if (!isResults) losses.add('Targets without a usable id: imported all the same', where);
  } else if (ids.has(id)) losses.add('Targets that share their id: each was imported', where);
  else ids.add(id);
  if (facts.crowd) losses.add('Crowd regions: kept as such, and written as such', where);
  if (Array.isArray(value['keypoints']) && value['keypoints'].length > 0)
    losses.add('Keypoints: not imported', where);
  const area = value['area'];
  const isRle = isObject(value['segmentation']);
  // Polygon files carry the area of the outline, which is never quite that of the pixels.
  if (isRle && typeof area === 'number' && Math.abs(area - areaOf(mask)) > 0.5) {
    losses.add(
      'Stated areas that are not those of the mask: counted anew',
      `${where}: ${area} stated, ${areaOf(mask)} counted`,
    );
  }
  const { bbox } = value;
  if (!isRle || bbox === undefined || bbox === null || isBoxOf(mask, bbox)) return;
  losses.add(
    'Stated boxes that are not those of the mask: measured anew',
    `${where}: ${asWritten(bbox)} stated, ${JSON.stringify(boxOf(mask))} measured`,
  );
}

/** Whether it is the mask's box, give or take the pixel by which other tools draw theirs. */
function isBoxOf(mask: Runs, bbox: unknown): boolean {
  const sides: readonly unknown[] = Array.isArray(bbox) ? bbox : [];
  return (
    sides.length === 4 &&
    boxOf(mask).every((side, at) => typeof sides[at] === 'number' && Math.abs(sides[at] - side) <= 1)
  );
}

const knownFields: ReadonlySet<string> = new Set([
  ...['id', 'image_id', 'category_id', 'segmentation', 'area', 'bbox', 'score', 'attributes', ownKey],
  ...['iscrowd', 'isCrowd', 'is_crowd', 'isGroupOf', 'crowd'],
  // Told of by their own words, or saying nothing beyond them.
  ...['keypoints', 'num_keypoints'],
]);
