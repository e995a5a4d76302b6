import type { Evaluation } from './evaluate-muse.ts';
import { cutText } from '../../common/cut-text.ts';
import type { Calibration } from './calibration.ts';
import type { Figures } from './figures.ts';
import type { PaperParts } from './paper-figures.ts';

const columns: readonly { readonly title: string; readonly cell: (figures: Figures) => string }[] = [
  { title: 'questions', cell: ({ questions }) => String(questions) },
  { title: 'targets', cell: ({ targets }) => String(targets) },
  { title: 'gIoU', cell: ({ gIoU }) => fraction(gIoU) },
  { title: 'cIoU', cell: ({ cIoU }) => fraction(cIoU) },
  { title: 'sets %', cell: ({ correctSets }) => percent(correctSets) },
  { title: 'P@.5', cell: ({ precision }) => fraction(precision) },
  { title: 'R@.5', cell: ({ recall }) => fraction(recall) },
  { title: 'text %', cell: ({ textExact }) => percent(textExact) },
  { title: 'yes/no %', cell: ({ yesNo }) => percent(yesNo) },
  { title: 'absent %', cell: ({ refusals }) => percent(refusals) },
  { title: 'ms median', cell: ({ medianMs }) => (medianMs === null ? '-' : medianMs.toFixed(0)) },
];

/** The report as a table of plain text: all questions, then by number of targets, then by kind. */
export function reportText(evaluation: Evaluation): string {
  const rows: [string, Figures | null][] = [
    ['all', evaluation.all],
    ['', null],
    ...[...evaluation.byTargets].map(([name, figures]): [string, Figures] => [`targets: ${name}`, figures]),
    ['', null],
    ...[...evaluation.byKind].map(([name, figures]): [string, Figures] => [name, figures]),
  ];
  const table = [
    ['', ...columns.map(({ title }) => title)],
    ...rows.map(([name, figures]) => [name, ...columns.map(({ cell }) => (figures ? cell(figures) : ''))]),
  ];
  return [...alignedLines(table), '', ...notes(evaluation)].join('\n');
}

function notes(evaluation: Evaluation): string[] {
  const { all, images, header, failed, losses, averagePrecision, boundaryIoU, calibration } = evaluation;
  const time = `mean ${fixed(all.meanMs, 0)} ms, median ${fixed(all.medianMs, 0)} ms, 95 % within ${fixed(all.p95Ms, 0)} ms an answer`;
  return [
    `${images} images, ${all.questions} questions; ${time}`,
    ...(all.emptyPredictions > 0
      ? [`${all.emptyPredictions} targets were named but got no pixel: they count, with IoU 0`]
      : []),
    ...paperLines(evaluation),
    ...(averagePrecision
      ? [
          `COCO AP ${fixed(averagePrecision.ap, 4)}, AP50 ${fixed(averagePrecision.ap50, 4)}, AP75 ${fixed(averagePrecision.ap75, 4)} (one category)`,
        ]
      : []),
    `boundary IoU ${fixed(boundaryIoU, 4)}`,
    ...(evaluation.precisionAt ? [precisionLine(evaluation.precisionAt)] : []),
    ...(calibration ? [calibrationLine(calibration)] : []),
    ...(evaluation.pixellm
      ? [
          `as the PixelLM repository computes it: gIoU ${fixed(evaluation.pixellm.gIoU, 4)}, cIoU ${fixed(evaluation.pixellm.cIoU, 4)}`,
        ]
      : []),
    ...(header.style === 'repository'
      ? [
          'all figures are of answers to questions put as the repository puts them: its words after each, no history, its masks',
        ]
      : []),
    ...losses.map(({ what, count, examples }) => `${what}: ${count} (${examples.join('; ')})`),
    ...failed.map(
      ({ image, question, failed: why }) => `Not asked: ${image}, "${cutText(question, 60)}": ${why.message}`,
    ),
  ];
}

function calibrationLine({ rows, error }: Calibration): string {
  const row = ({ from, to, masks, right }: Calibration['rows'][number]): string =>
    `of ${masks} scored ${from} to ${to}, ${percent(right)} %`;
  return `right masks (IoU over 0.5): ${rows.map(row).join('; ')}; calibration error ${fixed(error, 3)}`;
}

function precisionLine(rows: NonNullable<Evaluation['precisionAt']>): string {
  const cells = rows.map(({ threshold, share }) => `P@${threshold} ${percent(share)} %`);
  return `of the questions with one target: ${cells.join(', ')}`;
}

function paperLines({ paper, header }: Evaluation): string[] {
  const line = (name: string, { all, few, many }: PaperParts): string =>
    `the paper's protocol, ${name}: gIoU ${fixed(all.gIoU, 4)}, cIoU ${fixed(all.cIoU, 4)} over ${all.images} images` +
    ` (gIoU over questions ${fixed(all.gIoUPerQuestion, 4)}); fewer than 3 targets ${fixed(few.gIoU, 4)} and ${fixed(few.cIoU, 4)}, 3 and more ${fixed(many.gIoU, 4)} and ${fixed(many.cIoU, 4)}`;
  return [
    line('without a judge', paper.unjudged),
    ...(paper.judged && header.judge !== null ? [line(`judged by ${header.judge}`, paper.judged)] : []),
  ];
}

/** First column to the left, the others to the right. */
function alignedLines(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  return table.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function fraction(value: number | null): string {
  return fixed(value, 3);
}

function percent(value: number | null): string {
  return value === null ? '-' : (100 * value).toFixed(1);
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}
