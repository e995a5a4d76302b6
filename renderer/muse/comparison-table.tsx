import type { ComparedFigure, ComparisonReport } from '../../electron/common/muse/evaluation-messages.ts';
import styles from './muse.module.css';

/** "A", "B", ... in the order of the columns. */
export function letterOf(index: number): string {
  return String.fromCodePoint(65 + (index % 26));
}

export function ComparisonTable({
  runs,
  figures,
}: {
  readonly runs: ComparisonReport['runs'];
  readonly figures: readonly ComparedFigure[];
}) {
  return (
    <div className={styles['wide']}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Figure</span>
            </th>
            {runs.map(({ name }, index) => (
              <th key={letterOf(index)} scope="col">
                {letterOf(index)} {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.map(({ name, values, differences }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, index) => (
                <td key={letterOf(index)}>
                  {value === null ? '–' : value.toFixed(4)}
                  <Difference difference={differences[index] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Difference({ difference }: { readonly difference: ComparedFigure['differences'][number] }) {
  if (difference === null) return null;
  const { by, interval } = difference;
  const isSure = interval !== null && (interval.low > 0 || interval.high < 0);
  return (
    <span className={isSure ? styles['sure'] : styles['muted']}>
      {' '}
      {signed(by)}
      {interval !== null && ` [${signed(interval.low)}, ${signed(interval.high)}]`}
    </span>
  );
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(4)}`;
}
