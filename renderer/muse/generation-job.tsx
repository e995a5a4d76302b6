import type { JobStatus } from '../../electron/common/job-messages.ts';
import { openDialog } from '../store/dialogs.ts';
import { changeJob, isAtWork } from '../store/project-jobs.ts';
import { reporting } from '../store/toasts.ts';
import { Button } from '../ui/button.tsx';
import { counted, formatCount } from '../ui/format.ts';
import { ProgressBar } from '../ui/progress.tsx';
import { costWords, type Price } from './cost.ts';
import styles from './muse.module.css';

/** The job that writes questions, or the last one that did: how far it is, what came of it and what it used. */
export function GenerationJob({ job, price }: { readonly job: JobStatus; readonly price: Price }) {
  const change = (what: 'pause' | 'resume' | 'cancel') => (): void =>
    reporting('The job was left as it is', () => changeJob(what, job.id));
  const { kept = 0, leftOut = 0, skipped = 0, promptTokens = 0, completionTokens = 0 } = job.figures;
  const cost = costWords(price, { promptTokens, completionTokens });
  const isOver = job.state === 'done' && job.failed === 0;
  return (
    <section className={styles['section']} aria-label={job.title}>
      <div className={styles['row']}>
        <h3 className={`${styles['sectionTitle']} ${styles['grow']}`}>{job.title}</h3>
        {isAtWork(job) && (
          <>
            <Button size="small" disabled={job.state === 'pausing'} onClick={change('pause')}>
              Pause
            </Button>
            <Button size="small" onClick={change('cancel')}>
              Cancel
            </Button>
          </>
        )}
        {!isAtWork(job) && !isOver && (
          <Button size="small" variant="primary" onClick={change('resume')}>
            {job.state === 'done' ? 'Try the failed ones again' : 'Resume'}
          </Button>
        )}
        <Button size="small" onClick={() => openDialog({ kind: 'jobs' })}>
          Image by image…
        </Button>
      </div>
      <ProgressBar label={job.title} done={job.done + job.failed} total={job.total} />
      <p className={styles['muted']} role="status">
        {stateWords(job)}
      </p>
      <p>
        {counted(kept, 'draft')} kept, {formatCount(leftOut)} left out because they broke a rule twice
        {skipped > 0 && `, ${formatCount(skipped)} without anything to ask about`}.{' '}
        {promptTokens + completionTokens > 0 &&
          `${formatCount(promptTokens)} tokens read, ${formatCount(completionTokens)} written${cost === null ? '' : `, at a cost of ${cost}`}.`}
      </p>
      {job.state === 'stopped' && job.error !== null && (
        <p className={styles['problem']} role="alert">
          {job.error.message}
        </p>
      )}
    </section>
  );
}

function stateWords({ state, done, failed, total, running }: JobStatus): string {
  const count = `${formatCount(done)} of ${formatCount(total)} done${failed > 0 ? `, ${formatCount(failed)} failed` : ''}`;
  const words: Readonly<Record<JobStatus['state'], string>> = {
    running: running[0] === undefined ? '' : `now ${running[0]}`,
    pausing: 'pausing when what is under way has come',
    paused: 'paused',
    cancelled: 'cancelled',
    interrupted: 'cut short when the app ended: it can be resumed, and asks nothing twice',
    stopped: 'stopped',
    done: '',
  };
  return words[state] === '' ? count : `${count} · ${words[state]}`;
}
