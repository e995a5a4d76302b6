import type { Series, Statistics } from './muse-messages.ts';

/** Pixels. */
const width = 640;
const height = 320;
const margin = { left: 56, right: 16, top: 64, bottom: 64 };
/** More bars than this are not told apart any more: the tail is drawn without names. */
const mostNamed = 24;

/** Told apart also by those who see few colours. */
const colours = ['#0072b2', '#d55e00'] as const;

export type ChartTheme = 'light' | 'dark';

const themes: Readonly<
  Record<ChartTheme, { readonly paper: string; readonly ink: string; readonly line: string }>
> = {
  light: { paper: '#ffffff', ink: '#1d1d1b', line: '#d9d9d4' },
  dark: { paper: '#18181a', ink: '#ececea', line: '#3a3a3d' },
};

/**
 * One series as a bar chart for a paper: of one data set, or of two side by side as shares, since they hardly have the same size.
 *
 * @param sets one or two, the same series of each
 */
export function chartSvg(sets: readonly Statistics[], id: string, theme: ChartTheme): string {
  const found = sets.flatMap((set) => {
    const series = set.series.find((candidate) => candidate.id === id);
    return series ? [{ set, series }] : [];
  });
  const [first] = found;
  if (!first) throw new Error(`Broken assumption: there is no series "${id}"`);
  const labels = labelsOf(found.map(({ series }) => series));
  const isShare = found.length > 1;
  const rows = found.map(({ series }) => heightsOf(series, labels, isShare));
  const most = rows.flat().reduce((largest, value) => Math.max(largest, value), isShare ? 0.01 : 1);
  // Few things are counted line by line.
  const top = !isShare && most <= 4 ? most : niceTop(most);
  const lines = !isShare && most <= 4 ? most : 4;
  const ink = themes[theme];
  const step = (width - margin.left - margin.right) / Math.max(1, labels.length);
  const barWidth = Math.max(0.5, (step * 0.8) / found.length);
  const y = (value: number): number =>
    height - margin.bottom - (value / top) * (height - margin.top - margin.bottom);
  const bars = rows.flatMap((row, set) =>
    row.map((value, index) => {
      const x = margin.left + index * step + step * 0.1 + set * barWidth;
      return `<rect x="${x.toFixed(2)}" y="${y(value).toFixed(2)}" width="${barWidth.toFixed(2)}" height="${(y(0) - y(value)).toFixed(2)}" fill="${colours[set % colours.length]}"><title>${escaped(labels[index] ?? '')}: ${isShare ? `${(100 * value).toFixed(2)} %` : value}</title></rect>`;
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="${ink.ink}" role="img">`,
    `<title>${escaped(first.series.title)}</title><rect width="${width}" height="${height}" fill="${ink.paper}"/>`,
    `<text x="${margin.left}" y="24" font-size="15" font-weight="600">${escaped(first.series.title)}</text>`,
    ...found.map(({ set, series }, index) => legend(set, series, index, found.length > 1)),
    ...gridLines({ top, lines, y, isShare, colour: ink.line }),
    ...bars,
    ...axisLabels(labels, step),
    '</svg>\n',
  ].join('\n');
}

function legend({ name }: Statistics, { mean, unit }: Series, index: number, isNamed: boolean): string {
  const facts = [
    ...(isNamed ? [name] : []),
    unit,
    ...(mean === null ? [] : [`mean ${mean.toFixed(2)}`]),
  ].join(', ');
  const x = margin.left + index * 290;
  const mark = isNamed
    ? `<rect x="${x}" y="34" width="10" height="10" fill="${colours[index % colours.length]}"/>`
    : '';
  return `${mark}<text x="${x + (isNamed ? 16 : 0)}" y="43">${escaped(facts.slice(0, 60))}</text>`;
}

/** In the order of the first set; what only the other has comes after. */
function labelsOf(series: readonly Series[]): string[] {
  return [...new Set(series.flatMap(({ bars }) => bars.map(({ label }) => label)))];
}

function heightsOf({ bars }: Series, labels: readonly string[], isShare: boolean): number[] {
  const counts = new Map(bars.map(({ label, count }) => [label, count]));
  const whole = isShare
    ? Math.max(
        1,
        bars.reduce((sum, { count }) => sum + count, 0),
      )
    : 1;
  return labels.map((label) => (counts.get(label) ?? 0) / whole);
}

/** Four times 1, 2 or 5 times a power of ten, at least the value: lines at a quarter of it are then round numbers, and whole ones where things are counted. */
function niceTop(value: number): number {
  const quarter = value / 4;
  const power = 10 ** Math.floor(Math.log10(quarter));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= quarter * 0.999999);
  return 4 * (step ?? 10 * power);
}

function gridLines({
  top,
  lines,
  y,
  isShare,
  colour,
}: {
  readonly top: number;
  /** Above the lowest one. */
  readonly lines: number;
  readonly y: (value: number) => number;
  readonly isShare: boolean;
  readonly colour: string;
}): string[] {
  return Array.from({ length: lines + 1 }, (_, line) => {
    const value = (top * line) / lines;
    const label = isShare ? `${+(100 * value).toFixed(2)} %` : String(+value.toFixed(2));
    return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(value).toFixed(2)}" y2="${y(value).toFixed(2)}" stroke="${colour}"/><text x="${margin.left - 6}" y="${(y(value) + 4).toFixed(2)}" text-anchor="end">${label}</text>`;
  });
}

function axisLabels(labels: readonly string[], step: number): string[] {
  if (labels.length > mostNamed)
    return [
      `<text x="${margin.left}" y="${height - margin.bottom + 18}">${labels.length} values, the most frequent first</text>`,
    ];
  const isSlanted = labels.some((label) => label.length * 7 + 8 > step);
  return labels.map((label, index) => {
    const x = margin.left + (index + 0.5) * step;
    const y = height - margin.bottom + 16;
    const short = label.length > 14 ? `${label.slice(0, 13)}…` : label;
    return isSlanted
      ? `<text x="${x.toFixed(2)}" y="${y}" text-anchor="end" transform="rotate(-40 ${x.toFixed(2)} ${y})">${escaped(short)}</text>`
      : `<text x="${x.toFixed(2)}" y="${y}" text-anchor="middle">${escaped(short)}</text>`;
  });
}

function escaped(text: string): string {
  // Characters XML does not allow at all would break the whole picture.
  // oxlint-disable-next-line no-control-regex
  const allowed = text.replaceAll(/[\u0000-\u001f\ufffe\uffff]/gu, ' ');
  return allowed
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** All series of all sets as one table. */
export function statisticsCsv(sets: readonly Statistics[]): string {
  const rows = sets.flatMap(({ name, series }) =>
    series.flatMap(({ id, bars }) => bars.map(({ label, count }) => [name, id, label, String(count)])),
  );
  return [['set', 'series', 'value', 'count'], ...rows]
    .map((row) => `${row.map(csvCell).join(',')}\n`)
    .join('');
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
