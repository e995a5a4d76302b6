import type { Document } from '../../../common/document/document.ts';
import type { TurnRecord } from '../../../common/document/records.ts';
import { targetsOf, turnsOf } from '../../../common/document/views.ts';
import { AppError } from '../../../common/errors.ts';
import type { CorrectionsRole } from '../../../common/muse/evaluation-messages.ts';
import { markedAnswer } from '../../../common/muse/marked-answer.ts';
import { runsOf } from '../../../common/rle.ts';
import { imageFinder } from '../../formats/match-images.ts';
import type { MuseTarget } from '../../formats/muse/muse-file.ts';
import { candidateOf } from '../../formats/project-images.ts';
import { plainTarget } from '../../formats/questions/question-set.ts';
import { measureAnswer } from '../measure-answer.ts';
import type { ResultRecord } from '../result-record.ts';
import { runOf, type Run } from './run.ts';
import { isFinished } from '../../../common/document/finished.ts';

/** What a person left standing of one question's answer. */
interface CorrectedAnswer {
  /** With {seg} for each target. */
  readonly text: string;
  readonly targets: readonly MuseTarget[];
}

/** The answers of a project as they stand now: corrected, accepted or drawn anew, without what was rejected, deleted or is only a draft. */
export interface Corrections {
  readonly name: string;
  /** Null where the project does not have this question about this image. */
  of(asked: Pick<ResultRecord, 'image' | 'path' | 'width' | 'height' | 'question'>): CorrectedAnswer | null;
}

export function correctionsOf(document: Document, projectName: string): Corrections {
  const images = [...document.images.values()].map((image) => {
    const { source } = image;
    return candidateOf(image, source.kind === 'linked' ? source.path : null);
  });
  const imageOf = imageFinder(images);
  return {
    name: `corrections in ${projectName}`,
    of(asked) {
      const { image: name, path, width, height } = asked;
      const image = imageOf(path === '' ? name : path, { width, height })?.record;
      const turn = image && turnsOf(document, image.id).findLast((each) => isAnswerTo(each, asked.question));
      return turn ? answerOf(document, turn) : null;
    },
  };
}

function isAnswerTo(turn: TurnRecord, question: string): boolean {
  return isFinished(turn) && !turn.draft && turn.answer !== null && turn.question.trim() === question.trim();
}

function answerOf(document: Document, turn: TurnRecord): CorrectedAnswer {
  const standing = targetsOf(document, turn.id).filter(({ annotationId }) => {
    const mask = annotationId === null ? undefined : document.annotations.get(annotationId);
    return mask !== undefined && mask.review !== 'rejected' && mask.area > 0;
  });
  const { answer, targets } = markedAnswer(turn, standing);
  return {
    text: answer,
    targets: targets.flatMap(({ annotationId, description, phrase }) => {
      const mask = annotationId === null ? undefined : document.annotations.get(annotationId);
      if (!mask) return [];
      const category = mask.categoryId === null ? '' : (document.categories.get(mask.categoryId)?.name ?? '');
      return [plainTarget(description ?? phrase, category, runsOf(mask.mask))];
    }),
  };
}

/** @param role 'run': the person's answers are one more column; 'truth': all columns are measured against them */
export async function withCorrections(
  runs: readonly Run[],
  corrections: Corrections,
  role: Exclude<CorrectionsRole, 'none'>,
): Promise<readonly Run[]> {
  const [first] = runs;
  if (!first) return runs;
  if (role === 'run') return [...runs, await correctedRun(first, corrections)];
  const measuredAgain: Run[] = [];
  for (const run of runs) measuredAgain.push(await againstCorrections(run, corrections));
  return measuredAgain;
}

/**
 * The person's answers as one more run, measured against the targets that the first run was measured against.
 *
 * @throws AppError 'bad-input' where the project answers none of these questions
 */
async function correctedRun(first: Run, corrections: Corrections): Promise<Run> {
  const { name } = corrections;
  return orNothingThere(
    runOf({ path: null, header: null, name }, async function* () {
      for await (const record of first.records()) {
        const corrected = corrections.of(record);
        if (corrected === null) continue;
        yield measured(record, {
          targets: targetsAsked(record),
          answer: corrected,
          expected: record.expected,
        });
      }
    }),
  );
}

/**
 * A run measured again: what is right is what the project says; questions it does not have are left out. Predictions are their cut masks, since a result file keeps no
 * logits.
 *
 * @throws AppError 'bad-input' where the project answers none of these questions
 */
async function againstCorrections(run: Run, corrections: Corrections): Promise<Run> {
  return orNothingThere(
    runOf({ path: run.path, header: run.header, name: run.name }, async function* () {
      for await (const record of run.records()) {
        const corrected = corrections.of(record);
        if (corrected === null) continue;
        const targets = record.predictions.map(({ mask, phrase }) => ({ mask: runsOf(mask), name: phrase }));
        const answer = { text: record.said, targets };
        yield measured(record, { targets: corrected.targets, answer, expected: corrected.text });
      }
    }),
  );
}

async function orNothingThere(run: Promise<Run>): Promise<Run> {
  try {
    return await run;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'bad-file') throw error;
    throw new AppError(
      'bad-input',
      'The project has none of these questions about these images: import the MUSE file and correct its answers first.',
    );
  }
}

function targetsAsked(record: ResultRecord): readonly MuseTarget[] {
  return record.targets.map(({ name, category, mask }) => plainTarget(name, category, runsOf(mask)));
}

function measured(
  record: ResultRecord,
  what: {
    readonly targets: readonly MuseTarget[];
    readonly answer: { readonly text: string; readonly targets: readonly Pick<MuseTarget, 'mask'>[] };
    readonly expected: string | null;
  },
): Promise<ResultRecord> {
  const { width, height, key, path, image, kinds, history, milliseconds } = record;
  const question = {
    ...{ place: 0, question: record.question, answer: what.expected, targets: what.targets },
    ...{ kinds, history, facts: null },
  };
  const entry = {
    ...{ image, sha256: null, index: 0, width, height, instances: what.targets, questions: [question] },
  };
  const masks = what.answer.targets.map(({ mask }) => ({ kind: 'mask' as const, mask }));
  const answer = { text: what.answer.text, masks };
  return measureAnswer(
    { key, path, entry, question, answer, milliseconds },
    { threshold: 0, style: 'app', judge: null, signal: new AbortController().signal },
  );
}
