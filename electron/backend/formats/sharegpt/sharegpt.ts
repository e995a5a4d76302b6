import { z } from 'zod';
import type { FormatInfo } from '../../../common/contract.ts';
import { rleSchema } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { rleOf, runsOf } from '../../../common/rle.ts';
import type { Size } from '../../../common/geometry.ts';
import type { Format, FormatSource, LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { readJsonItems } from '../json-items.ts';
import type { MuseQuestion, MuseTarget } from '../muse/muse-file.ts';
import { exportQuestions } from '../questions/export-questions.ts';
import { importQuestions, inspectQuestions } from '../questions/import-questions.ts';
import { createFieldNotes } from '../other-fields.ts';
import { jsonParts } from '../questions/json-parts.ts';
import {
  byPart,
  plainQuestion,
  plainTarget,
  type QuestionEntry,
  type QuestionReader,
  type QuestionsToWrite,
  type QuestionWriter,
} from '../questions/question-set.ts';
import { asOneFile, onRequest } from '../dataset/pictures-option.ts';
import { reviewOption } from '../usable-targets.ts';
import { addTo } from '../../../common/grouped.ts';

const info: FormatInfo = {
  id: 'sharegpt',
  label: 'ShareGPT conversations',
  description:
    'One JSON file of conversations as language-model trainers read them; [SEG] stands where a target is named, its mask in a list beside.',
  canExport: true,
  canImport: true,
  endings: ['json', 'zip'],
  extension: 'json',
  alone: asOneFile,
  options: [...onRequest, reviewOption],
};

/** A mask beside a conversation, in the order of its [SEG]. Ours: other readers pass over it. */
const writtenMask = z.object({ label: z.string(), category: z.string(), segmentation: rleSchema });

function recordOf({ name, number, questions, categoryOf }: QuestionsToWrite): object {
  return {
    id: String(number),
    image: name,
    conversations: questions.flatMap(({ question, text }, index) => [
      { from: 'human', value: `${index === 0 ? '<image>\n' : ''}${question}` },
      { from: 'gpt', value: text.replaceAll('{seg}', '[SEG]') },
    ]),
    masks: questions.flatMap(({ targets }) =>
      targets.map(({ id, phrase, mask }) => ({
        ...{ label: phrase, category: categoryOf.get(id) ?? '', segmentation: rleOf(mask) },
      })),
    ),
  };
}

const writer: QuestionWriter = {
  pictureNames: ({ name }) => [`images/${name}`],
  async *files(images) {
    for (const [file, part] of byPart('sharegpt', images))
      yield { name: file, data: JSON.stringify(part.map(recordOf)) };
  },
  carries: ({ questions }) =>
    questions.map(({ question, text, targets }) => ({
      ...{ question, answer: text },
      masks: targets.map(({ mask }) => mask),
    })),
};

const known = new Set(['id', 'image', 'images', 'conversations', 'messages', 'masks', 'width', 'height']);

const read: QuestionReader = async (tree, { losses, signal }) => {
  const note = createFieldNotes(losses, 'conversations', known);
  const entries: QuestionEntry[] = [];
  for (const { source, split } of await jsonParts(tree, 'ShareGPT', signal))
    for (const [name, conversations] of await conversationsIn(source, { losses, signal, note }))
      entries.push({
        wanted: { name, size: null, sha256: null },
        split,
        read: (size) => ({
          instances: [],
          questions: conversations.flatMap(({ turns, masks }) =>
            questionsOf(turns, masks, { size, losses, name }),
          ),
        }),
      });
  return entries;
};

interface Conversation {
  readonly turns: readonly Turn[];
  readonly masks: readonly unknown[];
}

/** Of each image. @throws AppError 'bad-file' */
async function conversationsIn(
  source: FormatSource,
  {
    losses,
    signal,
    note,
  }: {
    readonly losses: LossList;
    readonly signal: AbortSignal;
    readonly note: (record: Readonly<Record<string, unknown>>) => void;
  },
): Promise<ReadonlyMap<string, readonly Conversation[]>> {
  const byImage = new Map<string, Conversation[]>();
  let isAny = false;
  for await (const items of readJsonItems(source, { signal }))
    for (const { key, index, value } of items) {
      const turns = key === null && isObject(value) ? turnsOf(value) : null;
      if (turns === null || !isObject(value)) {
        if (key === null)
          losses.add('Records left out: they have no list of conversations', `record ${index ?? 0}`);
        continue;
      }
      isAny = true;
      note(value);
      const image = imageOf(value);
      if (image === null) {
        losses.add('Conversations left out: they are about no image, or several', `record ${index ?? 0}`);
        continue;
      }
      const masks: readonly unknown[] = Array.isArray(value['masks']) ? value['masks'] : [];
      addTo(byImage, image, { turns, masks });
    }
  if (!isAny)
    throw new AppError('bad-file', 'This is no ShareGPT file: no record has a list of conversations.');
  return byImage;
}

interface Turn {
  readonly from: string;
  readonly value: string;
}

/** Both spellings: from/value with human and gpt, role/content with user and assistant. */
function turnsOf(record: Readonly<Record<string, unknown>>): Turn[] | null {
  const list = record['conversations'] ?? record['messages'];
  if (!Array.isArray(list)) return null;
  return list.filter(isObject).flatMap((turn) => {
    const [from, value] = [turn['from'] ?? turn['role'], turn['value'] ?? turn['content']];
    return typeof from === 'string' && typeof value === 'string' ? [{ from, value }] : [];
  });
}

function imageOf({ image, images }: Readonly<Record<string, unknown>>): string | null {
  const given = images ?? image;
  const only: unknown = Array.isArray(given) ? (given.length === 1 ? given[0] : null) : given;
  return typeof only === 'string' && only !== '' ? only : null;
}

function questionsOf(
  turns: readonly Turn[],
  masks: readonly unknown[],
  { size, losses, name }: { readonly size: Size; readonly losses: LossList; readonly name: string },
): MuseQuestion[] {
  const questions: MuseQuestion[] = [];
  let asked: string | null = null;
  let next = 0;
  for (const { from, value } of turns) {
    if (from === 'human' || from === 'user') asked = value.replaceAll(/<image>\n?/gu, '').trim();
    else if (asked !== null && (from === 'gpt' || from === 'assistant')) {
      const marks = value.split('[SEG]').length - 1;
      const targets = masks.slice(next, next + marks).map((mask) => targetOf(mask, size));
      next += marks;
      const isWhole = targets.length === marks && !targets.includes(null);
      if (!isWhole)
        losses.add(
          'Answers whose masks are missing or damaged: imported as words alone',
          `${name}: ${asked.slice(0, 80)}`,
        );
      questions.push(
        plainQuestion(questions.length, {
          question: asked,
          answer: isWhole ? value.replaceAll('[SEG]', '{seg}') : value.replaceAll(/ ?\[SEG\]/gu, ''),
          targets: isWhole ? targets.filter((target) => target !== null) : [],
        }),
      );
      asked = null;
    } else if (from === 'system')
      losses.add(
        'Words to the model before the conversation: not imported',
        `${name}: ${value.slice(0, 80)}`,
      );
    else losses.add('Turns left out: nobody asked before them', `${name}: ${value.slice(0, 80)}`);
  }
  if (masks.length > next)
    losses.add(
      'Masks left out: no [SEG] stands for them',
      `${name}, ${masks.length - next} of ${masks.length}`,
    );
  return questions.filter(({ question }) => {
    if (question === '') losses.add('Questions left out: they have no text', name);
    return question !== '';
  });
}

function targetOf(value: unknown, size: Size): MuseTarget | null {
  const { data } = writtenMask.safeParse(value);
  if (!data || data.segmentation.size[0] !== size.height || data.segmentation.size[1] !== size.width)
    return null;
  try {
    return plainTarget(data.label, data.category, runsOf(data.segmentation));
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

export const shareGpt: Format = {
  info,
  accounts: ['questions'],
  write: (job) => exportQuestions(job, info, { writer, read }),
  read: (job) => importQuestions(job, read),
  inspect: (job) => inspectQuestions(job, read),
};
