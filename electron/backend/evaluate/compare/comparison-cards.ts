import type { ComparisonCard } from '../../../common/muse/evaluation-messages.ts';
import { AppError } from '../../../common/errors.ts';
import { decodeRgb, encodeThumbnail } from '../../images/image-decoder.ts';
import { plainText } from '../question-score.ts';
import type { ResultRecord } from '../result-record.ts';
import { recordsOf, type Run } from './run.ts';

/** Pixels of a picture's long side. */
export const cardPictureSide = 420;

/** @returns what makes a card of a subject (run.ts): one at a time, since each holds a picture; null for a subject that nobody answered */
export async function comparisonCards(
  runs: readonly Run[],
  subjects: ReadonlySet<string>,
): Promise<(subject: string) => Promise<ComparisonCard | null>> {
  const records: ReadonlyMap<string, ResultRecord>[] = [];
  for (const run of runs) records.push(await recordsOf(run, subjects));
  return (subject) => cardOf(records.flatMap((byRun) => byRun.get(subject) ?? []));
}

/** @param records the same question, one of each run */
async function cardOf(records: readonly ResultRecord[]): Promise<ComparisonCard | null> {
  const [first] = records;
  if (!first) return null;
  const { question, image, kinds, width, height, targets } = first;
  const expected = first.expected ?? targets.map(({ name }) => name).join(', ');
  return {
    ...{ question, image, kinds, width, height },
    picture: await pictureOf(first),
    wanted: { text: plainText(expected), masks: targets.map(({ mask }) => mask) },
    answers: records.map(({ said, score, predictions }) => ({
      text: plainText(said),
      ...{ iou: score.iou, targets: score.targets, named: score.predicted },
      masks: predictions.map(({ mask }) => mask),
    })),
  };
}

/** Null when the picture is not there any more: the masks are shown all the same. */
async function pictureOf({ path, image }: ResultRecord): Promise<Uint8Array | null> {
  try {
    return await encodeThumbnail(await decodeRgb(path, image), cardPictureSide);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
