import { useStudio } from './studio.ts';
import type { Job, JobProgress } from './window-state.ts';

let count = 0;

/**
 * Runs `work` as a job of the tray: visible, cancellable, gone when it ends.
 *
 * @returns what `work` returns
 * @throws what `work` throws
 */
export async function runJob<T>(
  title: string,
  work: (job: {
    readonly signal: AbortSignal;
    readonly report: (progress: JobProgress) => void;
  }) => Promise<T>,
): Promise<T> {
  count += 1;
  const id = `job-${count}`;
  const abort = new AbortController();
  const job: Job = {
    id,
    title,
    stage: '',
    done: 0,
    total: null,
    startedAt: Date.now(),
    cancel: () => {
      abort.abort();
    },
  };
  useStudio.setState((state) => ({ jobs: [...state.jobs, job] }));
  const report = (progress: JobProgress): void => {
    useStudio.setState((state) => ({
      jobs: state.jobs.map((other) => (other.id === id ? { ...other, ...progress } : other)),
    }));
  };
  try {
    return await work({ signal: abort.signal, report });
  } finally {
    useStudio.setState((state) => ({ jobs: state.jobs.filter((other) => other.id !== id) }));
  }
}
