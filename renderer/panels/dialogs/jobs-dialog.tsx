import { useState } from 'react';
import { timeLeft } from '../../../electron/common/time-left.ts';
import type { JobStatus } from '../../../electron/common/job-messages.ts';
import { closeDialog, openDialog } from '../../store/dialogs.ts';
import { changeJob, forgetJob, isAtWork } from '../../store/project-jobs.ts';
import { useStudio } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatCount, formatWhen } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/progress.tsx';
import { useNow } from '../../ui/use-now.ts';
import { JobItemsList } from './job-items-list.tsx';
import styles from './jobs-dialog.module.css';

/** What runs over many images, ran, or waits to be gone on with. */
export function JobsDialog() {
  const jobs = useStudio((state) => state.projectJobs);
  return (
    <Dialog
      title="Jobs"
      description="Long work on this project. It goes on when you close this window, and can be resumed after the app was closed."
      width="wide"
      footer={
        <>
          <Button onClick={() => openDialog({ kind: 'ask-many', imageIds: null })}>
            Ask about many images…
          </Button>
          <Button variant="primary" onClick={closeDialog}>
            Close
          </Button>
        </>
      }
    >
      {jobs.length === 0 ? (
        <p className={styles['none']}>Nothing has been started yet.</p>
      ) : (
        <ul className={styles['jobs']}>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function JobRow({ job }: { readonly job: JobStatus }) {
  const [isOpen, setIsOpen] = useState(false);
  const now = useNow(60_000);
  return (
    <li className={styles['job']}>
      <div className={styles['head']}>
        <span className={styles['title']}>{job.title}</span>
        <JobButtons job={job} />
      </div>
      <ProgressBar label={job.title} done={job.done + job.failed} total={job.total} />
      <div className={styles['facts']}>
        <span>{stateText(job)}</span>
        {job.failed > 0 && <span className={styles['failed']}>{formatCount(job.failed)} failed</span>}
        <span>{formatWhen(job.createdAt, now)}</span>
        <button
          type="button"
          className={styles['more']}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? 'Hide the items' : 'Show the items'}
        </button>
      </div>
      {job.state === 'stopped' && job.error !== null && (
        <p className={styles['problem']} role="alert">
          {job.error.message}
        </p>
      )}
      {isOpen && <JobItemsList job={job} />}
    </li>
  );
}

function JobButtons({ job }: { readonly job: JobStatus }) {
  const change = (what: 'pause' | 'resume' | 'cancel') => (): void =>
    reporting('The job was left as it is', () => changeJob(what, job.id));
  const forget = (): void => reporting('The job was not removed', () => forgetJob(job.id));
  if (isAtWork(job)) {
    return (
      <span className={styles['buttons']}>
        <Button size="small" disabled={job.state === 'pausing'} onClick={change('pause')}>
          Pause
        </Button>
        <Button size="small" onClick={change('cancel')}>
          Cancel
        </Button>
      </span>
    );
  }
  const isComplete = job.state === 'done' && job.failed === 0;
  return (
    <span className={styles['buttons']}>
      {!isComplete && (
        <Button size="small" variant="primary" onClick={change('resume')}>
          {job.state === 'done' ? 'Try the failed ones again' : 'Resume'}
        </Button>
      )}
      {job.state === 'paused' ? (
        <Button size="small" onClick={change('cancel')}>
          Cancel
        </Button>
      ) : (
        <Button size="small" onClick={forget}>
          Remove from the list
        </Button>
      )}
    </span>
  );
}

/** "12 of 200 done", and what that means now. */
function stateText({ state, done, total, running, millisecondsLeft }: JobStatus): string {
  const count = `${formatCount(done)} of ${formatCount(total)} done`;
  switch (state) {
    case 'running': {
      const left = millisecondsLeft === null ? [] : [timeLeft(millisecondsLeft)];
      const now = running[0] === undefined ? [] : [`now ${running[0]}`];
      return [count, ...left, ...now].join(' · ');
    }
    case 'pausing':
      return `${count} · pausing after ${running[0] ?? 'this one'}`;
    case 'paused':
      return `${count} · paused`;
    case 'cancelled':
      return `${count} · cancelled`;
    case 'interrupted':
      return `${count} · cut short when the app ended`;
    case 'stopped':
      return `${count} · stopped`;
    case 'done':
      return count;
  }
}
