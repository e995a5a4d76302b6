import type { QuestionScore } from './question-score.ts';

/** Figures of a group of questions; null where the group has nothing to measure. Defined in this room's README. */
export interface Figures {
  readonly questions: number;
  readonly targets: number;
  readonly predicted: number;
  readonly emptyPredictions: number;
  readonly gIoU: number | null;
  readonly cIoU: number | null;
  readonly correctSets: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly textExact: number | null;
  readonly yesNo: number | null;
  readonly refusals: number | null;
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

export interface TimedScore {
  readonly score: QuestionScore;
  readonly milliseconds: number;
}

export function figuresOf(results: readonly TimedScore[]): Figures {
  const scores = results.map(({ score }) => score);
  const withTargets = scores.filter(({ targets }) => targets > 0);
  const sum = (of: (score: QuestionScore) => number, among = scores): number =>
    among.reduce((total, score) => total + of(score), 0);
  const times = results.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const [targets, predicted, found] = [sum((s) => s.targets), sum((s) => s.predicted), sum((s) => s.found)];
  return {
    questions: scores.length,
    targets,
    predicted,
    emptyPredictions: sum((score) => score.emptyPredictions),
    gIoU: ratio(
      sum((score) => score.iou ?? 0, withTargets),
      withTargets.length,
    ),
    cIoU: ratio(
      sum(({ overlap }) => overlap.intersection, withTargets),
      sum(({ overlap }) => overlap.union, withTargets),
    ),
    correctSets: ratio(
      sum((score) => Number(score.isSetCorrect)),
      scores.length,
    ),
    precision: ratio(found, predicted),
    recall: ratio(found, targets),
    textExact: shareOf(scores.map(({ isTextExact }) => isTextExact)),
    yesNo: shareOf(scores.map(({ isYesNoRight }) => isYesNoRight)),
    refusals: shareOf(scores.map(({ isRefusalRight }) => isRefusalRight)),
    meanMs: ratio(
      times.reduce((total, time) => total + time, 0),
      times.length,
    ),
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function shareOf(answers: readonly (boolean | null)[]): number | null {
  const known = answers.filter((answer) => answer !== null);
  return ratio(known.filter(Boolean).length, known.length);
}

/** The smallest value that at least this share does not exceed. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
