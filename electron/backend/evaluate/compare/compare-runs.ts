import { AppError } from '../../../common/errors.ts';
import type { ComparedFigure } from '../../../common/muse/evaluation-messages.ts';
import { badnessOf, type EvaluatedQuestion } from '../evaluated-question.ts';
import { pairedInterval, type Share } from './bootstrap.ts';
import type { Run } from './run.ts';

export interface Comparison {
  readonly runs: readonly Run[];
  /** Questions that every run answered, and those that some did not. */
  readonly paired: number;
  readonly unpaired: number;
  readonly images: number;
  readonly figures: readonly ComparedFigure[];
  readonly byKind: readonly {
    readonly kind: string;
    readonly questions: number;
    readonly figures: readonly ComparedFigure[];
  }[];
  /** Subjects (run.ts) of the questions all runs together did worst, and of those that changed most from the first to the last. */
  readonly worst: readonly string[];
  readonly changed: readonly string[];
}

/** What a question adds to a ratio; null where it measures nothing of it. */
type Measure = (question: EvaluatedQuestion) => Share | null;

const measures: readonly (readonly [string, Measure])[] = [
  ['gIoU', ({ score }) => (score.iou === null ? null : { part: score.iou, whole: 1 })],
  [
    'cIoU',
    ({ score }) =>
      score.targets === 0 ? null : { part: score.overlap.intersection, whole: score.overlap.union },
  ],
  ['correct sets', ({ score }) => ({ part: Number(score.isSetCorrect), whole: 1 })],
  ['precision at 0.5', ({ score }) => ({ part: score.found, whole: score.predicted })],
  ['recall at 0.5', ({ score }) => ({ part: score.found, whole: score.targets })],
  ['exact text', ({ score }) => shareOf(score.isTextExact)],
  ['yes/no', ({ score }) => shareOf(score.isYesNoRight)],
  ['absent', ({ score }) => shareOf(score.isRefusalRight)],
];

function shareOf(isRight: boolean | null): Share | null {
  return isRight === null ? null : { part: Number(isRight), whole: 1 };
}

/** @throws AppError 'bad-input' with fewer than two runs, or when they have no question in common */
export function compareRuns(runs: readonly Run[], { shown }: { readonly shown: number }): Comparison {
  const [first] = runs;
  if (!first || runs.length < 2) throw new AppError('bad-input', 'Comparing needs two result files.');
  const subjects = [...first.questions.keys()].filter((subject) =>
    runs.every(({ questions }) => questions.has(subject)),
  );
  if (subjects.length === 0)
    throw new AppError('bad-input', 'These results have no question in common.', {
      paths: runs.map(({ path }) => path),
    });
  const all = new Set(runs.flatMap(({ questions }) => [...questions.keys()]));
  const rows = subjects.map((subject) => ({
    subject,
    questions: runs.map(({ questions }) => questions.get(subject) as EvaluatedQuestion), // every run has it
  }));
  const kinds = [...new Set(rows.map(kindOf))].sort();
  return {
    runs,
    paired: rows.length,
    unpaired: all.size - rows.length,
    images: new Set(rows.map(({ questions }) => questions[0]?.image)).size,
    figures: figuresOf(rows),
    byKind: kinds.map((kind) => {
      const own = rows.filter((row) => kindOf(row) === kind);
      return { kind, questions: own.length, figures: figuresOf(own) };
    }),
    worst: ranked(rows, shown, ({ questions }) =>
      questions.reduce((sum, question) => sum + badnessOf(question), 0),
    ),
    changed: ranked(rows, shown, ({ questions }) => Math.abs(changeOf(questions))),
  };
}

interface Row {
  readonly subject: string;
  /** One of each run. */
  readonly questions: readonly EvaluatedQuestion[];
}

function kindOf({ questions }: Row): string {
  return questions[0]?.kinds.join('/') || 'not stated';
}

function changeOf(questions: readonly EvaluatedQuestion[]): number {
  const [first, last] = [questions[0], questions.at(-1)];
  return first && last ? badnessOf(last) - badnessOf(first) : 0;
}

/** The highest first; nothing of no weight. */
function ranked(rows: readonly Row[], most: number, weightOf: (row: Row) => number): string[] {
  return rows
    .map((row) => ({ subject: row.subject, weight: weightOf(row) }))
    .filter(({ weight }) => weight > 1e-12)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most)
    .map(({ subject }) => subject);
}

function figuresOf(rows: readonly Row[]): ComparedFigure[] {
  return measures.flatMap(([name, measure]) => {
    const figure = figureOf(rows, name, measure);
    return figure.values.every((value) => value === null) ? [] : [figure];
  });
}

function figureOf(rows: readonly Row[], name: string, measure: Measure): ComparedFigure {
  const byImage = new Map<string, Share[]>();
  for (const { questions } of rows) {
    const shares = questions.map(measure);
    // What is measured does not depend on the answer, so it is measured of all runs or of none.
    if (shares.some((share) => share === null)) continue;
    const image = questions[0]?.image ?? '';
    const sums = byImage.get(image) ?? questions.map(() => ({ part: 0, whole: 0 }));
    byImage.set(
      image,
      sums.map((sum, run) => ({
        part: sum.part + (shares[run]?.part ?? 0),
        whole: sum.whole + (shares[run]?.whole ?? 0),
      })),
    );
  }
  const images = [...byImage.values()];
  const runs = rows[0]?.questions.length ?? 0;
  const values = Array.from({ length: runs }, (_, run) => ratioOf(images.map((sums) => sums[run] as Share)));
  const differences = values.map((value, run) => {
    const [base] = values;
    if (run === 0 || value === null || base === null || base === undefined) return null;
    const pairs = images.map((sums) => [sums[0] as Share, sums[run] as Share] as const);
    return { by: value - base, interval: pairedInterval(pairs) };
  });
  return { name, values, differences };
}

function ratioOf(shares: readonly Share[]): number | null {
  const part = shares.reduce((sum, share) => sum + share.part, 0);
  const whole = shares.reduce((sum, share) => sum + share.whole, 0);
  return whole === 0 ? null : part / whole;
}
