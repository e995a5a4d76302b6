import type { Split } from '../../../common/document/records.ts';
import type { FormatInfo } from '../../../common/contract.ts';
import { AppError } from '../../../common/errors.ts';
import { unionOfAll } from '../../../common/mask-algebra.ts';
import { isEmptyMask, type Runs } from '../../../common/runs.ts';
import type { DatasetFile } from '../dataset/dataset.ts';
import { withoutEnding } from '../match-images.ts';
import { splitOptions } from '../dataset/split-images.ts';
import { decodedText } from '../decoded-text.ts';
import type { Format, LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { fingerprintOf } from '../mask-fingerprint.ts';
import { exportQuestions } from '../questions/export-questions.ts';
import { importQuestions, inspectQuestions } from '../questions/import-questions.ts';
import {
  plainQuestion,
  plainTarget,
  type CarriedQuestion,
  type QuestionReader,
  type QuestionsToWrite,
  type QuestionWriter,
} from '../questions/question-set.ts';
import { cutAtBorder } from '../segmentation.ts';
import { reviewOption } from '../usable-targets.ts';
import { outlineShapes } from './outline-shapes.ts';
import { reasonSegOf } from './reason-seg-file.ts';
import { grouped } from '../../../common/grouped.ts';

const info: FormatInfo = {
  id: 'reason-seg',
  label: 'ReasonSeg',
  description:
    'A picture with a JSON of texts and outlines each, as LISA is trained and measured on: one mask for all targets of an answer; in a folder or .zip.',
  canExport: true,
  canImport: true,
  endings: ['zip', 'json'],
  extension: 'zip',
  options: [...splitOptions, reviewOption],
};

/** Its files have no answers; this is what LISA says. */
const answer = 'It is {seg}.';

/** One JSON: the texts that mean one mask. */
interface Group {
  readonly texts: string[];
  readonly mask: Runs;
}

function groupsOf({ record, questions }: QuestionsToWrite, losses: LossList | null): Group[] {
  const groups = new Map<string, Group>();
  for (const { question, targets } of questions) {
    const where = `${record.name}: ${question.slice(0, 80)}`;
    const [first] = targets;
    if (!first) {
      losses?.add('Questions left out: their answer has no mask', where);
      continue;
    }
    if (targets.length > 1) losses?.add('Answers with several targets: written as one mask', where);
    const mask = unionOfAll(
      targets.map((target) => target.mask),
      first.mask,
    );
    const key = fingerprintOf(mask);
    const group = groups.get(key) ?? { texts: [], mask };
    groups.set(key, group);
    group.texts.push(question);
  }
  return [...groups.values()];
}

/** The first JSON of an image has its name, further ones a number behind it. */
function stemOf({ name, split }: QuestionsToWrite, group: number): string {
  const stem = withoutEnding(name).replaceAll('/', '_');
  return `${split === null ? '' : `${split}/`}${stem}${group === 0 ? '' : `_q${group + 1}`}`;
}

const writer: QuestionWriter = {
  pictureNames: (image) =>
    groupsOf(image, null).map(
      (_, index) => `${stemOf(image, index)}${image.name.slice(withoutEnding(image.name).length)}`,
    ),
  async *files(images): AsyncGenerator<DatasetFile> {
    for (const image of images)
      for (const [index, { texts, mask }] of groupsOf(image, null).entries()) {
        const file = {
          text: texts,
          is_sentence: texts.some((text) => text.trim().split(/\s+/u).length > 4),
          shapes: outlineShapes(mask).map((points) => ({ label: 'target', points })),
          // Beyond the format: which picture this is when an image has several.
          file_name: image.name,
        };
        yield { name: `${stemOf(image, index)}.json`, data: JSON.stringify(file) };
      }
  },
  carries: (image, losses): CarriedQuestion[] => {
    if (image.questions.length > 0)
      losses.add('Answers: the format has no place for their words', image.record.name);
    return groupsOf(image, losses).flatMap(({ texts, mask }) =>
      texts.map((question) => ({ question, answer, masks: [mask] })),
    );
  },
};

const read: QuestionReader = async (tree, { losses, signal, withEnding }) => {
  const entries = new Map<
    string,
    {
      readonly name: string;
      readonly split: Split | null;
      readonly files: { name: string; data: Uint8Array }[];
    }
  >();
  const byStem = grouped(tree.names, withoutEnding);
  for (const name of tree.names.filter((each) => /\.json$/iu.test(each))) {
    signal.throwIfAborted();
    const data = await tree.read(name);
    const known = data === null ? null : fileNameOf(data);
    if (known === null) losses.add('Files passed over: they are no ReasonSeg files', name);
    if (data === null || known === null) continue;
    const stem = withoutEnding(name);
    const beside = byStem.get(stem)?.find((each) => each !== name);
    const image = known === '' ? (beside ?? withEnding(stem)) : known;
    const entry = entries.get(image) ?? { name: image, split: splitOf(name), files: [] };
    entries.set(image, entry);
    entry.files.push({ name, data });
  }
  if (entries.size === 0)
    throw new AppError(
      'bad-file',
      'This is no ReasonSeg data set: no JSON file in it has "text" and "shapes".',
    );
  return [...entries.values()].map(({ name, split, files }) => ({
    wanted: { name, size: null, sha256: null },
    split,
    read: (size) => ({
      instances: [],
      questions: files.flatMap((file) => {
        try {
          const { texts, mask, ignored, isCut } = reasonSegOf(file.data, file.name, size);
          if (isCut) losses.add(cutAtBorder, file.name);
          if (texts.length === 0) losses.add('Files left out: they ask nothing', file.name);
          if (!isEmptyMask(ignored)) losses.add('Pixels to be ignored: left out', file.name);
          if (isEmptyMask(mask))
            losses.add('Questions whose mask is empty: imported without a target', file.name);
          return texts.map((question, place) =>
            plainQuestion(place, {
              question,
              answer: isEmptyMask(mask) ? '' : answer,
              targets: isEmptyMask(mask) ? [] : [plainTarget('', '', mask)],
            }),
          );
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          losses.add('Files left out: they cannot be read', `${file.name}: ${error.message}`);
          return [];
        }
      }),
    }),
  }));
};

function splitOf(name: string): Split | null {
  const folders = name.split('/').slice(0, -1);
  return (['train', 'val', 'test'] as const).find((part) => folders.includes(part)) ?? null;
}

/** Of ours the image's own name, '' for others; null for a JSON file of another kind. */
function fileNameOf(data: Uint8Array): string | null {
  try {
    const value = JSON.parse(decodedText(data)) as unknown;
    if (!isObject(value) || !('text' in value) || !('shapes' in value)) return null;
    return typeof value['file_name'] === 'string' ? value['file_name'] : '';
  } catch {
    return null;
  }
}

export const reasonSeg: Format = {
  info,
  accounts: ['questions', 'splits'],
  write: (job) => exportQuestions(job, info, { writer, read }),
  read: (job) => importQuestions(job, read),
  inspect: (job) => inspectQuestions(job, read),
};
