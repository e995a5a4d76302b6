import type { JobProgress } from '../../store/window-state.ts';
import { ProgressBar } from '../../ui/progress.tsx';
import { progressText } from '../status/jobs-tray.tsx';
import styles from './dialogs.module.css';

export function JobProgressView({
  title,
  progress,
}: {
  readonly title: string;
  readonly progress: JobProgress;
}) {
  return (
    <div className={styles['section']}>
      <span>{title}</span>
      <ProgressBar label={title} done={progress.done} total={progress.total} />
      <span className={styles['muted']}>{progressText(progress)}</span>
    </div>
  );
}
