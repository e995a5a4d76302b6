import type { ComparedFigure } from '../../../common/muse/evaluation-messages.ts';
import type { Comparison } from './compare-runs.ts';

export function comparisonText(comparison: Comparison): string {
  const { runs, paired, unpaired, images, figures, byKind } = comparison;
  return [
    ...runs.map((run, index) => `${letterOf(index)}  ${run.name}`),
    '',
    `${paired} questions of ${images} images that all answered${unpaired === 0 ? '' : `; ${unpaired} that some did not are left out`}`,
    'Differences to A with their 95 % interval (images drawn again 2,000 times); * where it leaves out 0',
    '',
    ...figures.map(figureLine),
    ...byKind.flatMap(({ kind, questions, figures: own }) =>
      byKind.length < 2 ? [] : ['', `${kind} (${questions})`, ...own.map(figureLine)],
    ),
  ].join('\n');
}

export function letterOf(index: number): string {
  return String.fromCodePoint(65 + (index % 26));
}

function figureLine({ name, values, differences }: ComparedFigure): string {
  const cells = values.map((value, index) => {
    const shown = `${letterOf(index)} ${value === null ? '-' : value.toFixed(4)}`;
    const difference = differences[index];
    return difference ? `${shown} ${differenceText(difference)}` : shown;
  });
  return `  ${name.padEnd(17)} ${cells.join('   ')}`;
}

export function differenceText({ by, interval }: NonNullable<ComparedFigure['differences'][number]>): string {
  if (!interval) return signed(by);
  const isSure = interval.low > 0 || interval.high < 0;
  return `${signed(by)} [${signed(interval.low)}, ${signed(interval.high)}]${isSure ? ' *' : ''}`;
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(4)}`;
}
