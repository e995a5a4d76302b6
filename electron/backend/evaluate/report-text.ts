import type { Evaluation } from './evaluate-muse.ts';
import type { Figures } from './figures.ts';

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

function notes({ all, images, pixellm, losses }: Evaluation): string[] {
  const time = `mean ${fixed(all.meanMs, 0)} ms, median ${fixed(all.medianMs, 0)} ms, 95 % within ${fixed(all.p95Ms, 0)} ms an answer`;
  return [
    `${images} images, ${all.questions} questions; ${time}`,
    ...(all.emptyPredictions > 0 ? [`${all.emptyPredictions} targets were named but got no pixel`] : []),
    ...(pixellm
      ? [
          `as the PixelLM repository computes it: gIoU ${fixed(pixellm.gIoU, 4)}, cIoU ${fixed(pixellm.cIoU, 4)}`,
        ]
      : []),
    ...losses.map(({ what, count, examples }) => `${what}: ${count} (${examples.join('; ')})`),
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
