import type { FormatInfo } from '../../../common/contract.ts';
import { unionOf } from '../../../common/mask-algebra.ts';
import { rleOf } from '../../../common/rle.ts';
import type { Runs } from '../../../common/runs.ts';
import { withoutMarks } from '../../../common/muse/marked-answer.ts';
import type { Format, LossList } from '../format.ts';
import type { WrittenQuestion } from '../muse/muse-export.ts';
import type { MuseQuestion } from '../muse/muse-file.ts';
import { exportQuestions } from '../questions/export-questions.ts';
import { importQuestions, inspectQuestions } from '../questions/import-questions.ts';
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
import { jsonParts } from '../questions/json-parts.ts';
import { readGrandF, type GrandEntry } from './grand-f-file.ts';
import { addTo } from '../../../common/grouped.ts';

const info: FormatInfo = {
  id: 'grand-f',
  label: 'GranD-f captions (GCG)',
  description:
    'One JSON file of captions whose phrases have masks, as GLaMM is trained on; also reads its predictions.',
  canExport: true,
  canImport: true,
  endings: ['json', 'zip'],
  extension: 'json',
  alone: asOneFile,
  options: [...onRequest, reviewOption],
};

/** Captions answer no question; this is what GLaMM is asked. */
const asked =
  'Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.';

interface Caption {
  readonly caption: string;
  readonly phrases: ReadonlyMap<string, { readonly place: readonly [number, number]; readonly mask: Runs }>;
  /** With {seg} after each phrase. */
  readonly marked: string;
}

/** The answer as a caption; phrases of the same words are one, since they are its keys. */
function captionOf(
  { text, targets }: WrittenQuestion,
  where: string,
  losses: LossList | null,
): Caption | null {
  const phrases = new Map<string, { place: readonly [number, number]; mask: Runs }>();
  const { text: caption, phrases: places } = withoutMarks(text);
  for (const [index, { start, end }] of places.entries()) {
    const target = targets[index];
    if (target === undefined) continue; // there is a {seg} for each target, and none besides
    const phrase = caption.slice(start, end);
    if (phrase === '') {
      losses?.add('Targets left out: no words of the answer name them', where);
      continue;
    }
    const known = phrases.get(phrase);
    if (known)
      losses?.add(
        'Targets of the same words: written as one phrase with the masks of both',
        `${where} (${phrase})`,
      );
    phrases.set(phrase, {
      place: known?.place ?? [start, end],
      mask: known ? unionOf(known.mask, target.mask) : target.mask,
    });
  }
  if (phrases.size === 0) return null;
  return {
    caption,
    phrases,
    marked: markedCaption(
      caption,
      [...phrases.values()].map(({ place }) => place[1]),
    ),
  };
}

function markedCaption(caption: string, ends: readonly number[]): string {
  let text = '';
  let at = 0;
  for (const end of ends) {
    text += `${caption.slice(at, end)} {seg}`;
    at = end;
  }
  return text + caption.slice(at);
}

function captionsOf(image: QuestionsToWrite, losses: LossList | null): Caption[] {
  return image.questions.flatMap((question) => {
    const where = `${image.record.name}: ${question.question.slice(0, 80)}`;
    const caption = captionOf(question, where, losses);
    if (!caption) losses?.add('Questions left out: their answer has no phrase with a mask', where);
    return caption ?? [];
  });
}

function recordsOf(image: QuestionsToWrite): object[] {
  return captionsOf(image, null).map(({ caption, phrases }) => ({
    file_name: image.name,
    height: image.record.height,
    width: image.record.width,
    image_id: String(image.number),
    caption,
    groundings: Object.fromEntries(
      [...phrases].map(([phrase, { place, mask }]) => [
        phrase,
        { token_positives: place, rle_masks: [rleOf(mask)] },
      ]),
    ),
  }));
}

const writer: QuestionWriter = {
  pictureNames: ({ name }) => [`images/${name}`],
  async *files(images) {
    for (const [file, part] of byPart('GranDf', images))
      yield { name: file, data: JSON.stringify(part.flatMap(recordsOf)) };
  },
  carries(image, losses) {
    const captions = captionsOf(image, losses);
    if (captions.length > 0)
      losses.add('Questions: the format keeps their answers as captions', image.record.name);
    return captions.map(({ marked, phrases }) => ({
      ...{ question: asked, answer: marked },
      masks: [...phrases.values()].map(({ mask }) => mask),
    }));
  },
};

export const readGrandQuestions: QuestionReader = async (tree, { losses, signal, withEnding }) => {
  const found: QuestionEntry[] = [];
  for (const { source, split } of await jsonParts(tree, 'GranD-f', signal)) {
    const byImage = new Map<string, GrandEntry[]>();
    for await (const entry of readGrandF(source, { losses, signal })) {
      if (entry.phrases.length === 0) {
        losses.add('Captions left out: no phrase of theirs has a mask', entry.image);
        continue;
      }
      const name = /\.\w{2,5}$/u.test(entry.image) ? entry.image : withEnding(entry.image);
      addTo(byImage, name, entry);
    }
    for (const [name, entries] of byImage)
      found.push({
        wanted: { name, size: entries[0]?.size ?? null, sha256: null },
        split,
        read: () => ({
          instances: [],
          questions: entries.map((entry, place) => plainQuestion(place, questionOf(entry))),
        }),
      });
  }
  return found;
};

function questionOf({
  caption: written,
  phrases,
}: GrandEntry): Pick<MuseQuestion, 'question' | 'answer' | 'targets'> {
  const caption = plainCaption(written);
  let from = 0;
  const ends = phrases.map(({ phrase, place }) => {
    const found =
      place?.[1] ?? caption.toLowerCase().indexOf(phrase.trim().toLowerCase(), from) + phrase.trim().length;
    // A phrase that is not in the caption is named at its end.
    const end = Math.min(
      caption.length,
      Math.max(from, found < phrase.trim().length ? caption.length : found),
    );
    from = end;
    return end;
  });
  return {
    question: asked,
    answer: markedCaption(caption, ends),
    targets: phrases.map(({ phrase, mask }) => plainTarget(phrase.trim(), '', mask)),
  };
}

/** Predictions mark phrases as `<p> phrase </p> [SEG]`. */
function plainCaption(caption: string): string {
  if (!/<p>|\[SEG\]/u.test(caption)) return caption;
  return caption
    .replaceAll(/<\/?p>|\[SEG\]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/ (?=[,.;:!?])/gu, '')
    .trim();
}

export const grandF: Format = {
  info,
  accounts: ['questions'],
  write: (job) => exportQuestions(job, info, { writer, read: readGrandQuestions }),
  read: (job) => importQuestions(job, readGrandQuestions),
  inspect: (job) => inspectQuestions(job, readGrandQuestions),
};
