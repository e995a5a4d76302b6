import type { ImageId } from '../../electron/common/document/records.ts';
import type { JobItems, JobItemState, JobStatus } from '../../electron/common/job-messages.ts';
import { backend, type StudioClient } from './client.ts';
import { withJobBegun } from './history.ts';
import { openFolder } from './open-folder.ts';
import { useStudio } from './studio.ts';
import { reporting, showToast } from './toasts.ts';
import { whenWhole } from './whole-project.ts';

/**
 * Long work over many items, which belongs to the project and goes on without this window (`jobs.ts` has those that end with it).
 * The list follows the open project and what the backend tells of it.
 *
 * @returns what ends following
 */
export function followProjectJobs(client: StudioClient): () => void {
  client.on('jobs.changed', receiveJob);
  const list = (folder: string | null): void => {
    useStudio.setState({ projectJobs: [] });
    if (folder !== null)
      reporting('The jobs of the project could not be listed', () => refreshProjectJobs(folder));
  };
  list(openFolder());
  return useStudio.subscribe((state) => state.document.project?.folder ?? null, list);
}

async function refreshProjectJobs(folder: string): Promise<void> {
  // Asked sooner, the backend would look through all of a large project first, while its pictures wait.
  await whenWhole();
  if (folder !== openFolder()) return;
  const jobs = await backend().call('jobs.list', {});
  if (folder === openFolder()) useStudio.setState({ projectJobs: jobs });
}

/** Puts every question to every image; null means all images of the project. */
export async function askMany(
  imageIds: readonly ImageId[] | null,
  questions: readonly string[],
): Promise<JobStatus> {
  const job = await backend().call('chat.askMany', {
    imageIds: imageIds === null ? null : [...imageIds],
    questions: [...questions],
  });
  receiveJob(job);
  return job;
}

export async function changeJob(change: 'pause' | 'resume' | 'cancel', id: string): Promise<void> {
  receiveJob(await backend().call(`jobs.${change}`, { id }));
}

/** Forgets a job that does not run; what it made stays in the project. */
export async function forgetJob(id: string): Promise<void> {
  await backend().call('jobs.remove', { id });
  useStudio.setState(({ projectJobs }) => ({ projectJobs: projectJobs.filter((job) => job.id !== id) }));
}

export function jobItems(id: string, only: JobItemState | null, limit: number): Promise<JobItems> {
  return backend().call('jobs.items', { id, only, limit });
}

/** One question a line; blank lines and questions said twice are left out. */
export function questionsIn(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

export function isAtWork({ state }: JobStatus): boolean {
  return state === 'running' || state === 'pausing';
}

export function receiveJob(job: JobStatus): void {
  if (job.folder !== openFolder()) return;
  const { projectJobs } = useStudio.getState();
  const before = projectJobs.find(({ id }) => id === job.id);
  const isBegun = isAtWork(job) && (before === undefined || !isAtWork(before));
  useStudio.setState(({ history }) => ({
    projectJobs: before
      ? projectJobs.map((other) => (other.id === job.id ? job : other))
      : [job, ...projectJobs],
    ...(isBegun ? { history: withJobBegun(history, job.id) } : {}),
  }));
  if (before && isAtWork(before)) tellOfEnd(job);
}

/** A person who started a job looks at something else by now. */
function tellOfEnd(job: JobStatus): void {
  // The list of jobs shows it, and words over it would cover what they are about.
  if (useStudio.getState().dialog?.kind === 'jobs') return;
  if (job.state === 'stopped') {
    const text = job.error?.message ?? 'It can be resumed from the list of jobs.';
    showToast({ tone: 'error', title: `Stopped: ${job.title}`, text });
  } else if (job.state === 'done') {
    const failed = job.failed === 0 ? '' : ` ${job.failed} failed; the list of jobs says why.`;
    showToast({
      tone: job.failed === 0 ? 'success' : 'warning',
      title: `Finished: ${job.title}`,
      text: `${job.done} of ${job.total} done.${failed}`,
    });
  }
}
