import { useState } from 'react';
import { Download } from 'lucide-react';
import { chartSvg, statisticsCsv, type ChartTheme } from '../../electron/common/muse/chart-svg.ts';
import type { Series, Statistics } from '../../electron/common/muse/muse-messages.ts';
import { pickPath } from '../store/files.ts';
import { countQuestions } from '../store/muse.ts';
import { saveBlob } from '../store/save-blob.ts';
import { useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { Button } from '../ui/button.tsx';
import { counted, formatCount } from '../ui/format.ts';
import { pngOf } from './png-of.ts';
import { SourceChoice, useFirstSource } from './source-choice.tsx';
import { useAnswer } from './use-answer.ts';
import styles from './muse.module.css';

/** Counts of a data set, or of two side by side, as the pictures a paper shows. */
export function StatisticsPage() {
  const [source, setSource] = useState(useFirstSource());
  const [beside, setBeside] = useState<string | null>(null);
  const [theme, setTheme] = useState<ChartTheme>(themeOfPage);
  const first = useStatistics(source);
  const second = useStatistics(beside === null ? undefined : { path: beside });
  const addSecond = (): void =>
    reporting('The file was not chosen', async () => {
      const path = await pickPath({ title: 'Choose a MUSE file to compare with', want: 'json' });
      if (path !== null) setBeside(path);
    });
  const isWaiting = first.state === 'asking' || second.state === 'asking';
  const results = [first, second].flatMap((each) => (each.state === 'here' ? [each.result] : []));
  const names = toldApart(results.map(({ name }) => name));
  const sets = results.map((set, index) => ({ ...set, name: names[index] ?? set.name }));
  const save = (): void => saveBlob('statistics.csv', new Blob([statisticsCsv(sets)], { type: 'text/csv' }));
  return (
    <div className={styles['page']}>
      <SourceChoice source={source} onSource={setSource} />
      {source !== undefined && (
        <div className={styles['row']}>
          <div className={styles['grow']} role="status">
            {isWaiting ? <p className={styles['muted']}>Counting…</p> : <Sizes sets={sets} />}
          </div>
          {beside !== null && <Button onClick={() => setBeside(null)}>Only the first</Button>}
          <Button onClick={addSecond} title="Two sets are drawn side by side, as shares.">
            {beside === null ? 'Another beside it…' : 'Another…'}
          </Button>
          <div className={styles['choice']} role="group" aria-label="Ground of the charts">
            {themes.map(({ value, label }) => (
              <Button
                key={value}
                aria-pressed={theme === value}
                variant={theme === value ? 'primary' : 'secondary'}
                onClick={() => setTheme(value)}
              >
                {label}
              </Button>
            ))}
          </div>
          <Button disabled={isWaiting || sets.length === 0} onClick={save}>
            <Download size={14} aria-hidden />
            All counts as CSV
          </Button>
        </div>
      )}
      {[first, second].map(
        (each, place) =>
          each.state === 'failed' && (
            <p key={place === 0 ? 'first' : 'second'} className={styles['problem']} role="alert">
              {each.message}
            </p>
          ),
      )}
      {!isWaiting && (
        <div className={styles['charts']}>
          {(sets[0]?.series ?? []).map((series) => (
            <Chart key={series.id} sets={sets} series={series} theme={theme} />
          ))}
        </div>
      )}
    </div>
  );
}

function Sizes({ sets }: { readonly sets: readonly Statistics[] }) {
  return sets.map(({ name, images, questions, targets }, index) => (
    <p key={index === 0 ? 'first' : 'second'} className={styles['itemText']}>
      {sets.length > 1 && `${name}: `}
      {counted(questions, 'question')}, {counted(targets, 'target')}, {counted(images, 'image')}
    </p>
  ));
}

function themeOfPage(): ChartTheme {
  const { colorScheme } = getComputedStyle(document.documentElement);
  const isSystemDark =
    document.documentElement.dataset['theme'] !== 'light' &&
    matchMedia('(prefers-color-scheme: dark)').matches;
  return colorScheme === 'dark' || isSystemDark ? 'dark' : 'light';
}

/** Files by as much of the end of their path as tells them apart: two folders often hold a file of one name. */
function toldApart(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[/\\]/u));
  const longest = Math.max(1, ...parts.map(({ length }) => length));
  for (let count = 1; count < longest; count++) {
    const tails = parts.map((each) => each.slice(-count).join('/'));
    if (new Set(tails).size === new Set(paths).size) return tails;
  }
  return [...paths];
}

function useStatistics(source: ReturnType<typeof useFirstSource>) {
  const revision = useStudio(({ document }) => document.revision);
  const path = source?.path ?? null;
  const key = source === undefined ? null : JSON.stringify([path, path === null ? revision : 0]);
  return useAnswer(key, (signal) => countQuestions(path, signal));
}

const themes = [
  { value: 'light', label: 'On white' },
  { value: 'dark', label: 'On black' },
] as const;

function Chart({
  sets,
  series,
  theme,
}: {
  readonly sets: readonly Statistics[];
  readonly series: Series;
  readonly theme: ChartTheme;
}) {
  const svg = chartSvg(sets, series.id, theme);
  const savePng = (): void =>
    reporting('The chart was not saved', async () => saveBlob(`${series.id}.png`, await pngOf(svg)));
  return (
    <figure className={styles['chart']}>
      <img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} alt={chartWords(series)} />
      <div className={styles['row']}>
        <span className={styles['grow']} />
        <Button
          size="small"
          aria-label={`${series.title} as SVG`}
          onClick={() => saveBlob(`${series.id}.svg`, new Blob([svg], { type: 'image/svg+xml' }))}
        >
          SVG
        </Button>
        <Button size="small" aria-label={`${series.title} as PNG`} onClick={savePng}>
          PNG
        </Button>
      </div>
    </figure>
  );
}

/** What the picture shows, for those who hear it. */
function chartWords({ title, unit, bars, mean }: Series): string {
  const filled = bars.filter(({ count }) => count > 0).slice(0, 12);
  const counts = filled.map(({ label, count }) => `${label}: ${formatCount(count)}`).join(', ');
  return `${title} (${unit}${mean === null ? '' : `, mean ${mean.toFixed(2)}`}). ${counts}`;
}
