import { classNames } from './class-names.ts';
import styles from './progress.module.css';

/** How far a job is; `total` null when nobody knows how much there is. */
export function ProgressBar({
  label,
  done,
  total,
}: {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
}) {
  const share = total === null || total <= 0 ? null : Math.min(1, done / total);
  return (
    <div
      className={styles['track']}
      role="progressbar"
      aria-label={label}
      {...(share === null
        ? {}
        : { 'aria-valuenow': Math.round(share * 100), 'aria-valuemin': 0, 'aria-valuemax': 100 })}
    >
      <div
        className={classNames(styles['bar'], share === null && styles['unknown'])}
        {...(share === null ? {} : { style: { width: `${share * 100}%` } })}
      />
    </div>
  );
}
