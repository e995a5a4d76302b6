import { Popover } from 'radix-ui';
import type { JobState } from '../../../electron/common/job-messages.ts';
import { openDialog } from '../../store/dialogs.ts';
import { isAtWork } from '../../store/project-jobs.ts';
import { useStudio } from '../../store/studio.ts';
import type { Job } from '../../store/window-state.ts';
import { Button } from '../../ui/button.tsx';
import { counted, formatCount } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/progress.tsx';
import styles from './jobs-tray.module.css';

/** Long jobs: the newest in the status line, all of them with their cancel buttons in a popover. */
export function JobsTray() {
  const jobs = useStudio((state) => state.jobs);
  const newest = jobs.at(-1);
  if (newest === undefined) return <ProjectJobsButton />;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button" className={styles['trigger']}>
          <span>{jobs.length === 1 ? newest.title : counted(jobs.length, 'job')}</span>
          <span className={styles['bar']}>
            <ProgressBar label={newest.title} done={newest.done} total={newest.total} />
          </span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles['content']}
          side="top"
          align="start"
          sideOffset={8}
          aria-label="Running jobs"
        >
          {jobs.map((job) => (
            <JobCard key={job.id} job={job} />
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const waiting: Partial<Readonly<Record<JobState, string>>> = {
  paused: 'paused',
  stopped: 'stopped',
  interrupted: 'can be resumed',
};

/** The project's own job, where one runs or waits to be gone on with; the dialog has them all. */
function ProjectJobsButton() {
  const job = useStudio(
    ({ projectJobs }) =>
      projectJobs.find(isAtWork) ?? projectJobs.find(({ state }) => waiting[state] !== undefined),
  );
  if (job === undefined) return null;
  return (
    <button type="button" className={styles['trigger']} onClick={() => openDialog({ kind: 'jobs' })}>
      <span className={styles['name']}>{job.title}</span>
      {isAtWork(job) ? (
        <span className={styles['bar']}>
          <ProgressBar label={job.title} done={job.done + job.failed} total={job.total} />
        </span>
      ) : (
        <span className={styles['waiting']}>{waiting[job.state]}</span>
      )}
    </button>
  );
}

function JobCard({ job }: { readonly job: Job }) {
  return (
    <div className={styles['job']}>
      <div className={styles['head']}>
        <span className={styles['title']}>{job.title}</span>
        <Button size="small" onClick={job.cancel}>
          Cancel
        </Button>
      </div>
      <ProgressBar label={job.title} done={job.done} total={job.total} />
      <span className={styles['stage']}>{progressText(job)}</span>
    </div>
  );
}

export function progressText(job: Pick<Job, 'stage' | 'done' | 'total'>): string {
  const share = job.total === null ? '' : `${formatCount(job.done)} of ${formatCount(job.total)}`;
  return [job.stage, share].filter((part) => part !== '').join(' · ');
}
