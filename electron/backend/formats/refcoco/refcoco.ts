import type { Split } from '../../../common/document/records.ts';
import type { FormatInfo } from '../../../common/contract.ts';
import { AppError } from '../../../common/errors.ts';
import { rleOf } from '../../../common/rle.ts';
import { areaOf, boxOf, isEmptyMask } from '../../../common/runs.ts';
import type { DatasetFile, ReadContext } from '../dataset/dataset.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { splitOptions } from '../dataset/split-images.ts';
import type { Format, LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { readJsonItems } from '../json-items.ts';
import { plainJson } from '../json-sources.ts';
import { lastPart } from '../match-images.ts';
import { asWritten } from '../parse-json.ts';
import { parseJsonInTurns } from '../parse-json-in-turns.ts';
import type { MuseQuestion } from '../muse/muse-file.ts';
import { exportQuestions } from '../questions/export-questions.ts';
import { importQuestions, inspectQuestions } from '../questions/import-questions.ts';
import {
  plainQuestion,
  plainTarget,
  type QuestionEntry,
  type QuestionReader,
  type QuestionsToWrite,
  type QuestionWriter,
} from '../questions/question-set.ts';
import { cutAtBorder, decodeSegmentation } from '../segmentation.ts';
import { reviewOption } from '../usable-targets.ts';
import { pickleOf, readPickle, type Plain, type Written } from './pickle.ts';
import { grouped } from '../../../common/grouped.ts';

const info: FormatInfo = {
  id: 'refcoco',
  label: 'refCOCO expressions',
  description:
    'refs(*).p and instances.json as refCOCO, refCOCO+ and refCOCOg are published: expressions that each mean one mask; in a folder or .zip.',
  canExport: true,
  canImport: true,
  endings: ['zip'],
  extension: 'zip',
  options: [...splitOptions, reviewOption],
};

/** The expression is asked as it stands, and its answer has no words of its own. */
const answer = 'It is {seg}.';

interface Reference {
  readonly image: QuestionsToWrite;
  readonly sentence: string;
  readonly category: string;
  readonly target: QuestionsToWrite['questions'][number]['targets'][number];
}

function referencesOf(image: QuestionsToWrite): Reference[] {
  return image.questions.flatMap(({ targets }) =>
    targets.flatMap((target) =>
      target.phrase.trim() === ''
        ? []
        : [
            {
              image,
              sentence: target.phrase.trim(),
              category: image.categoryOf.get(target.id) ?? '',
              target,
            },
          ],
    ),
  );
}

const writer: QuestionWriter = {
  pictureNames: ({ name }) => [`images/${name}`],
  async *files(images): AsyncGenerator<DatasetFile> {
    const all = images.flatMap(referencesOf);
    const categories = [...new Set(all.map(({ category }) => category))];
    // An annotation is a mask, however many expressions mean it.
    const annotationIds = new Map<string, number>();
    for (const { target } of all)
      if (!annotationIds.has(target.id)) annotationIds.set(target.id, annotationIds.size + 1);
    const categoryId = (category: string): number => categories.indexOf(category) + 1;
    const idOf = (target: Reference['target']): number => annotationIds.get(target.id) ?? 0;
    const refs = all.map(
      ({ image, sentence, category, target }, index): Written => ({
        ref_id: index + 1,
        ann_id: idOf(target),
        image_id: image.number,
        category_id: categoryId(category),
        file_name: image.name,
        split: image.split ?? 'train',
        sent_ids: [index + 1],
        sentences: [
          {
            sent_id: index + 1,
            sent: sentence,
            raw: sentence,
            tokens: sentence.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [],
          },
        ],
      }),
    );
    yield { name: 'refs(unc).p', data: pickleOf(refs) };
    const written = new Map(all.map((reference) => [reference.target.id, reference]));
    const instances = {
      info: {},
      licenses: [],
      images: images.map(({ name, number, record }) => ({
        ...{ id: number, file_name: name, width: record.width, height: record.height },
      })),
      annotations: [...written.values()].map(({ image, category, target }) => ({
        ...{ id: idOf(target), image_id: image.number, category_id: categoryId(category), iscrowd: 0 },
        ...{ segmentation: rleOf(target.mask), area: areaOf(target.mask), bbox: boxOf(target.mask) },
      })),
      categories: categories.map((name, index) => ({ id: index + 1, name, supercategory: '' })),
    };
    yield { name: 'instances.json', data: JSON.stringify(instances) };
  },
  carries(image, losses) {
    for (const { question, targets } of image.questions) {
      losses.add(
        'Questions and answers: only the words that name each target are kept',
        `${image.record.name}: ${question.slice(0, 80)}`,
      );
      if (targets.some(({ phrase }) => phrase.trim() === ''))
        losses.add('Targets left out: no words name them', `${image.record.name}: ${question.slice(0, 80)}`);
    }
    return referencesOf(image).map(({ sentence, target }) => ({
      question: sentence,
      answer,
      masks: [target.mask],
    }));
  },
};

/** Kinds say the split, so that figures come by testA and testB. */
export const readRefCoco: QuestionReader = async (tree, context) => {
  const refs = await refsOf(tree, context);
  const catalogue = await catalogueOf(tree, context);
  const byImage = grouped(refs, ({ imageId }) => imageId);
  return [...byImage].flatMap(([id, own]): QuestionEntry[] => {
    const image = catalogue.images.get(id);
    if (!image) {
      context.losses.add('Expressions left out: their image is not in instances.json', `image ${id}`);
      return [];
    }
    return [
      {
        wanted: { name: image.name, size: image.size, sha256: null },
        split: partOf(own.map(({ split }) => split)),
        read: (size) => ({
          instances: [],
          questions: own.flatMap((ref) => questionsOf(ref, catalogue, size, context.losses)),
        }),
      },
    ];
  });
};

/** Of refCOCO's two tests, one of people and one of things, both are the test. */
function partOf(splits: readonly string[]): Split | null {
  const [first = '', ...others] = new Set(splits.map((split) => split.replace(/^test.*$/u, 'test')));
  return others.length > 0
    ? null
    : ((['train', 'val', 'test'] as const).find((part) => part === first) ?? null);
}

function questionsOf(
  { annotationId, sentences, split }: Ref,
  { annotations, categories }: Catalogue,
  size: { readonly width: number; readonly height: number },
  losses: LossList,
): MuseQuestion[] {
  const where = `annotation ${annotationId}`;
  const annotation = annotations.get(annotationId);
  if (!annotation) {
    losses.add('Expressions left out: their mask is not in instances.json', where);
    return [];
  }
  try {
    const { mask, isCut } = decodeSegmentation(annotation.segmentation, size);
    if (isCut) losses.add(cutAtBorder, where);
    if (isEmptyMask(mask)) {
      losses.add('Expressions left out: their mask is empty', where);
      return [];
    }
    const category = categories.get(annotation.categoryId) ?? '';
    return sentences.map((sentence, place) => ({
      ...plainQuestion(place, {
        question: sentence,
        answer,
        targets: [plainTarget(sentence, category, mask)],
      }),
      kinds: [split],
    }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    losses.add('Expressions left out: their mask cannot be read', `${where}: ${error.message}`);
    return [];
  }
}

interface Ref {
  readonly imageId: string;
  readonly annotationId: string;
  readonly split: string;
  readonly sentences: readonly string[];
}

async function refsOf(tree: FileTree, { losses, signal }: ReadContext): Promise<Ref[]> {
  const refs: Ref[] = [];
  const names = tree.names.filter((name) => /^refs.*\.(?:p|pickle|json)$/iu.test(lastPart(name)));
  if (names.length === 0)
    throw new AppError('bad-file', 'This is no refCOCO data set: there is no file refs(…).p in it.');
  if (names.length > 1)
    throw new AppError(
      'bad-file',
      `There are several files of expressions (${names.join(', ')}): give a folder with one.`,
    );
  const [name = ''] = names;
  const data = (await tree.read(name)) ?? new Uint8Array();
  const value = name.toLowerCase().endsWith('.json')
    ? fromJson(await parseJsonInTurns(data, signal))
    : readPickle(data);
  if (!Array.isArray(value)) throw new AppError('bad-file', `${name} is no list of expressions.`);
  for (const [index, each] of value.entries()) {
    signal.throwIfAborted();
    const ref = each instanceof Map ? refOf(each) : null;
    if (ref) refs.push(ref);
    else losses.add('Expressions left out: they have no image, mask or words', `entry ${index} of ${name}`);
  }
  return refs;
}

function refOf(value: ReadonlyMap<Plain, Plain>): Ref | null {
  const [imageId, annotationId] = [idOf(value.get('image_id')), idOf(value.get('ann_id'))];
  const list = value.get('sentences');
  const sentences = (Array.isArray(list) ? list : []).flatMap((sentence) => {
    const text = sentence instanceof Map ? (sentence.get('sent') ?? sentence.get('raw')) : sentence;
    return typeof text === 'string' && text.trim() !== '' ? [text.trim()] : [];
  });
  if (imageId === null || annotationId === null || sentences.length === 0) return null;
  const split = value.get('split');
  return { imageId, annotationId, sentences, split: typeof split === 'string' ? split : 'train' };
}

function idOf(value: Plain | undefined): string | null {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string'
    ? String(value)
    : null;
}

/** JSON as a pickle gives it. */
function fromJson(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(fromJson);
  if (isObject(value)) return new Map(Object.entries(value).map(([key, each]) => [key, fromJson(each)]));
  const isPlain =
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint';
  return isPlain ? value : null;
}

interface Catalogue {
  readonly images: ReadonlyMap<
    string,
    { readonly name: string; readonly size: { readonly width: number; readonly height: number } | null }
  >;
  readonly annotations: ReadonlyMap<string, { readonly segmentation: unknown; readonly categoryId: string }>;
  readonly categories: ReadonlyMap<string, string>;
}

async function catalogueOf(tree: FileTree, { signal }: ReadContext): Promise<Catalogue> {
  const name = tree.names.find((each) => lastPart(each).toLowerCase() === 'instances.json');
  const data = name === undefined ? null : await tree.read(name);
  if (name === undefined || data === null)
    throw new AppError(
      'bad-file',
      'This is no refCOCO data set: its masks, instances.json, are not beside its expressions.',
    );
  const source = await plainJson({ kind: 'bytes', name, data }, signal);
  const images = new Map<string, { name: string; size: { width: number; height: number } | null }>();
  const annotations = new Map<string, { segmentation: unknown; categoryId: string }>();
  const categories = new Map<string, string>();
  for await (const items of readJsonItems(source, { signal }))
    for (const { key, value } of items) {
      if (!isObject(value)) continue;
      const id = idText(value['id']);
      if (key === 'images' && typeof value['file_name'] === 'string') {
        const { width, height } = value;
        const size = isSide(width) && isSide(height) ? { width, height } : null;
        images.set(id, { name: value['file_name'], size });
      } else if (key === 'annotations')
        annotations.set(id, {
          segmentation: value['segmentation'],
          categoryId: idText(value['category_id']),
        });
      else if (key === 'categories' && typeof value['name'] === 'string') categories.set(id, value['name']);
    }
  return { images, annotations, categories };
}

/** 5 and "5" are one: a pickle and the JSON beside it need not agree. */
function idText(value: unknown): string {
  return typeof value === 'string' ? value : asWritten(value);
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

export const refCoco: Format = {
  info,
  accounts: ['questions', 'splits'],
  write: (job) => exportQuestions(job, info, { writer, read: readRefCoco }),
  read: (job) => importQuestions(job, readRefCoco),
  inspect: (job) => inspectQuestions(job, readRefCoco),
};
