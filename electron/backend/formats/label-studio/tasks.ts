import type { Split } from '../../../common/document/records.ts';
import type { Size } from '../../../common/geometry.ts';
import { grouped } from '../../../common/grouped.ts';
import type { FoundTarget } from '../dataset/dataset.ts';
import type { LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { asWritten } from '../parse-json.ts';

/** What Label Studio writes of tasks, whichever of its exports it is: each picture with the regions that somebody (or a model) marked on it. */
export interface Picture {
  /** The path that its address stands for. */
  readonly name: string;
  readonly size: Size | null;
  readonly split: Split | null;
  readonly regions: readonly Region[];
}

export interface Region {
  readonly where: string;
  readonly type: string | null;
  /** Its outline or pixels. */
  readonly value: Record_;
  readonly labels: readonly string[];
  readonly score: unknown;
  readonly turn: unknown;
  /** What was answered about it alone, by the name of what asked. */
  readonly attributes: Record_;
  /** Who drew it, and whether a person has seen it: nobody has seen a model's prediction. */
  readonly drawn: Pick<FoundTarget, 'source' | 'edited' | 'review' | 'hidden' | 'locked'>;
  /** What somebody wrote beside it, with the time of the annotation. */
  readonly notes: readonly { readonly text: string; readonly at: unknown }[];
}

type Record_ = Readonly<Record<string, unknown>>;

/** @returns null for a value that is no task, which whoever knows that others are says */
export function picturesOf(task: unknown, where: string, losses: LossList): Picture[] | null {
  if (!isObject(task)) return null;
  const isWhole = isObject(task['data']);
  const data: Record_ = isWhole ? (task['data'] as Record_) : task; // an object, as just seen
  const id = task['id'] ?? null;
  const named = id === null ? where : `task ${asWritten(id)}`;
  const results = isWhole ? resultsOf(task, losses, named) : minimalResults(task, losses, named);
  if (results === null) return null;
  const addresses = addressesOf(data);
  if (addresses.length === 0) {
    losses.add('Images left out: they have no file name', where);
    return [];
  }
  const split = (['train', 'val', 'test'] as const).find((part) => part === data['split']) ?? null;
  return addresses.map((address, page) => {
    const own = addresses.length === 1 ? results : results.filter((each) => pageOf(each) === page);
    const sized = own.map(({ said }) => sizeOf(said)).find((size) => size !== null) ?? null;
    return { name: pathOf(address), size: sized, split, regions: regionsOf(own) };
  });
}

/** One entry of a task's results: a shape, a label of one, or an answer. */
interface Result {
  readonly said: Record_;
  readonly where: string;
  readonly score: unknown;
  readonly isPrediction: boolean;
  /** When the annotation was made, as the file has it. */
  readonly at: unknown;
}

function resultsOf(task: Record_, losses: LossList, where: string): Result[] {
  const listOf = (value: unknown): readonly unknown[] => {
    if (Array.isArray(value)) return value;
    if ((value ?? null) !== null) losses.add('Annotations left out: they are no list', where);
    return [];
  };
  // Before version 1.0 they were called completions.
  const listed = listOf(task['annotations'] ?? task['completions']);
  const annotations = listed.filter(isObject);
  if (annotations.length < listed.length) losses.add('Annotations left out: they are no records', where);
  const used = annotations.filter((each) => each['was_cancelled'] !== true);
  if (used.length < annotations.length) losses.add('Annotations left out: they were cancelled', where);
  if (used.length > 1)
    losses.add('Several annotations of one task: all are imported, one over the other', where);
  if (listOf(task['drafts']).length > 0) losses.add('Drafts left out: nobody has handed them in', where);
  if (listOf(task['comments']).length > 0) losses.add('Comments on tasks: not imported', where);
  const predictions = listOf(task['predictions']).filter(isObject);
  const open = used.length === 0 ? predictions : predictions.filter((each) => isOwnProposal(each, used));
  if (open.length < predictions.length) losses.add('Predictions left out: the task has annotations', where);
  // Ours come back as what they were.
  if (open.some((each) => each['model_version'] !== ownModel))
    losses.add('Predictions imported as targets to review: nobody has accepted them', where);
  if (open.length > 1)
    losses.add('Several predictions of one task: all are imported, one over the other', where);
  const chosen = [
    ...used.map((each) => ({ each, isPrediction: false })),
    ...open.map((each) => ({ each, isPrediction: true })),
  ];
  for (const { each } of chosen)
    if ((each['result'] ?? null) === null) losses.add('Annotations left out: they have no result', where);
  return chosen.flatMap(({ each, isPrediction }, at) =>
    listOf(each['result']).flatMap((said, index): Result[] => {
      const place = `region ${index} of ${where}`;
      if (!isObject(said)) {
        losses.add('Targets left out: they are no records', place);
        return [];
      }
      if (said['type'] === 'relation') {
        losses.add('Relations between regions: not imported', place);
        return [];
      }
      // Regions of two annotations may bear one id.
      const own = typeof said['id'] === 'string' ? { ...said, id: `${at} ${said['id']}` } : said;
      return [
        {
          said: own,
          where: place,
          score: said['score'] ?? each['score'] ?? null,
          isPrediction,
          at: each['updated_at'] ?? each['created_at'],
        },
      ];
    }),
  );
}

/** Whose predictions stand beside annotations because they are of other things. */
export const ownModel = 'PixelLM Studio';

/** Proposals that we wrote, and that nobody has turned into an annotation since: Label Studio says of one which prediction it was made of, and keeps the regions' ids. */
function isOwnProposal(prediction: Record_, annotations: readonly Record_[]): boolean {
  if (prediction['model_version'] !== ownModel) return false;
  const idsOf = ({ result }: Record_): unknown[] => {
    const regions: readonly unknown[] = Array.isArray(result) ? result : [];
    return regions.flatMap((said) => (isObject(said) ? [said['id']] : []));
  };
  const drawn = new Set(annotations.flatMap(idsOf));
  const isParent = ({ parent_prediction: parent }: Record_): boolean =>
    parent !== undefined && parent !== null && parent === prediction['id'];
  return !annotations.some(isParent) && !idsOf(prediction).some((id) => drawn.has(id));
}

/** Its small export (JSON-MIN): the task's own fields, and beside them under the name of each tool a list of what it drew. */
function minimalResults(task: Record_, losses: LossList, where: string): Result[] | null {
  const isShape = (each: unknown): each is Record_ => isObject(each) && hasShape(each);
  const lists = Object.values(task).filter(
    (list): list is unknown[] => Array.isArray(list) && list.some(isShape),
  );
  const drawn = lists.flatMap((list) => list.filter(isShape));
  if (drawn.length === 0 && !('annotation_id' in task)) return null;
  for (let left = lists.flat().length - drawn.length; left > 0; left--)
    losses.add('Targets left out: they are no records', where);
  return drawn.map((value: Record_, index) => ({
    said: { value, original_width: value['original_width'], original_height: value['original_height'] },
    where: `region ${index} of ${where}`,
    score: null,
    isPrediction: false,
    at: null,
  }));
}

function hasShape(value: Record_): boolean {
  return ['rle', 'imageDataURL', 'points', 'vertices', 'height', 'radiusX'].some((key) => key in value);
}

/** Answers about a region, not shapes, though the export copies the shape into each. */
const asking = new Set([
  ...['labels', 'choices', 'textarea', 'number', 'rating', 'taxonomy', 'datetime', 'pairwise', 'ranker'],
  'hypertextlabels',
]);

/** Results of one id are one region: its shape, its labels where another tool gives them, and what was answered about it. */
function regionsOf(results: readonly Result[]): Region[] {
  const byRegion = grouped(results, ({ said, where }) =>
    typeof said['id'] === 'string' ? said['id'] : where,
  );
  return [...byRegion.values()].flatMap((parts): Region[] => {
    const shape = parts.find(({ said }) => !isAnswer(said)) ?? parts[0];
    if (shape === undefined) return [];
    const { said, where, score } = shape;
    const value = valueOf(said);
    return [
      {
        where,
        type: typeof said['type'] === 'string' ? said['type'] : null,
        value: isAnswer(said) ? {} : value,
        labels: parts.map((part) => labelsOf(valueOf(part.said))).find((names) => names.length > 0) ?? [],
        score,
        turn: said['image_rotation'],
        attributes: Object.fromEntries(parts.flatMap((part) => answerOf(part.said) ?? [])),
        drawn: {
          ...(shape.isPrediction ? { source: 'model', review: 'proposed' } : {}),
          ...drawnBy(said['origin']),
          hidden: said['hidden'] === true,
          locked: said['locked'] === true,
        },
        notes: parts.flatMap(notesOf),
      },
    ];
  });
}

function notesOf({ said, at }: Result): Region['notes'] {
  const text = isObject(said['meta']) ? said['meta']['text'] : null;
  const texts: readonly unknown[] = Array.isArray(text) ? text : [text];
  return texts.flatMap((each) => (typeof each === 'string' && each !== '' ? [{ text: each, at }] : []));
}

/** In Label Studio's words; without one, nobody knows. */
function drawnBy(origin: unknown): Region['drawn'] {
  if (origin === 'manual') return { source: 'person' };
  if (origin !== 'prediction' && origin !== 'prediction-changed') return {};
  return { source: 'model', edited: origin === 'prediction-changed' };
}

function isAnswer({ type }: Record_): boolean {
  return typeof type === 'string' && asking.has(type.toLowerCase());
}

function valueOf({ value }: Record_): Record_ {
  return isObject(value) ? value : {};
}

function labelsOf(value: Record_): string[] {
  const labels =
    value['brushlabels'] ??
    value['bitmasklabels'] ??
    value['polygonlabels'] ??
    value['rectanglelabels'] ??
    value['ellipselabels'] ??
    value['vectorlabels'] ??
    value['keypointlabels'] ??
    value['labels'];
  return Array.isArray(labels) ? labels.filter((each) => typeof each === 'string') : [];
}

function answerOf(said: Record_): [string, unknown][] | null {
  const { from_name: name } = said;
  if (!isAnswer(said) || typeof name !== 'string') return null;
  const value = valueOf(said);
  const answer =
    value['choices'] ??
    value['text'] ??
    value['number'] ??
    value['rating'] ??
    value['taxonomy'] ??
    value['datetime'] ??
    null;
  return answer === null ? null : [[name, inOne(answer)]];
}

/** Several words as one text. */
function inOne(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  const words: readonly unknown[] = answer;
  return words.length === 1
    ? inOne(words[0])
    : words.map((each) => (Array.isArray(each) ? each.map(String).join(' / ') : String(each))).join(', ');
}

function sizeOf({ original_width: width, original_height: height }: Record_): Size | null {
  return typeof width === 'number' && typeof height === 'number' ? { width, height } : null;
}

function pageOf({ said }: Result): number {
  return typeof said['item_index'] === 'number' ? said['item_index'] : 0;
}

/** The pictures of a task: of several fields the one that is called so or ends like one; a list is several pages. */
function addressesOf(data: Record_): string[] {
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  const values = [data['image'], data['img'], ...Object.values(data)];
  const listed = values.find(
    (value): value is string[] =>
      Array.isArray(value) && value.length > 0 && value.every((each) => isText(each) && isPicture(each)),
  );
  const texts = values.filter(isText);
  const named = [data['image'], data['img']].find(isText) ?? texts.find(isPicture);
  if (named !== undefined) return [named];
  if (listed) return listed;
  return texts.slice(0, 1);
}

function isPicture(address: string): boolean {
  return (
    /\.(?:jpe?g|jfif|png|bmp|gif|webp|tiff?|avif|hei[cf])(?:[?#&].*)?$/iu.test(address) ||
    /[?&]fileuri=/u.test(address)
  );
}

/** Addresses of a server: what follows "?d=" is a path of its disk, "fileuri=" hides the path of a cloud, and an upload has eight digits in front of its name. */
function pathOf(address: string): string {
  const hidden = /[?&]fileuri=([^&]+)/u.exec(address)?.[1];
  if (hidden !== undefined) return Buffer.from(decoded(hidden), 'base64').toString('utf8');
  const path = /[?&]d=([^&]+)/u.exec(address)?.[1];
  const name = decoded(path ?? address.replace(/[?#].*$/u, ''));
  const upload = /(?:^|\/)data\/upload\/(?:\d+\/)?(?:[0-9a-f]{8}-)?([^/]+)$/u.exec(name)?.[1];
  return upload ?? name.replace(/^images\//u, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign of its own: the name is as it stands.
    return text;
  }
}
