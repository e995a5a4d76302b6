import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../app/make-folder.ts';
import { AppError } from '../../common/errors.ts';
import type { JobStatus } from '../../common/job-messages.ts';
import { fileError } from '../app/file-errors.ts';
import { inStep, type OpenProject, type OpenProjects } from '../project/open-projects.ts';
import { jobsFolder } from '../project/project-folder.ts';
import { Job, unknownJob, type JobPlan } from './job.ts';
import { readJournal, startJournal, type JobHeader } from './journal.ts';

/** A kind of job: how its request becomes items and work. */
export interface JobKind {
  readonly kind: string;
  /**
   * @param request as it was given, or as the journal of an older version of the app has it
   * @throws AppError 'bad-input' when the request cannot be understood (any more)
   */
  plan(about: { readonly request: unknown; readonly jobId: string; readonly project: OpenProject }): JobPlan;
}

export interface JobService {
  /** Newest first. */
  list(project: OpenProject): Promise<JobStatus[]>;
  find(project: OpenProject, id: string): Promise<Job>;
  start(
    connection: string,
    what: { readonly kind: string; readonly title: string; readonly request: unknown },
  ): Promise<JobStatus>;
  /** Goes on with a job that is paused, or runs what is left of one that does not run. */
  resume(connection: string, id: string): Promise<JobStatus>;
  /** Forgets a job that does not run. What it did stays. */
  remove(project: OpenProject, id: string): Promise<void>;
}

/** Older journals of jobs that ended go when a new job starts. */
const keptJournals = 30;

export function createJobService(parts: {
  readonly projects: OpenProjects;
  readonly kinds: readonly JobKind[];
  readonly onChange: (status: JobStatus) => void;
}): JobService {
  const { projects, kinds, onChange } = parts;
  const byFolder = new Map<string, Map<string, Job>>();

  const kindNamed = (name: string): JobKind => {
    const kind = kinds.find((candidate) => candidate.kind === name);
    if (!kind) throw new AppError('bad-input', `This app has no jobs of the kind "${name}".`, { kind: name });
    return kind;
  };
  const planOf = ({ journal }: Job, project: OpenProject): JobPlan =>
    kindNamed(journal.header.kind).plan({
      request: journal.header.request,
      jobId: journal.header.job,
      // All that a job makes is one step for a person.
      project: inStep(project, journal.header.job),
    });

  const jobsOf = async (project: OpenProject): Promise<Map<string, Job>> => {
    const { folder } = project.store;
    const known = byFolder.get(folder) ?? new Map<string, Job>();
    byFolder.set(folder, known);
    const names = await readdir(jobsFolder(folder)).catch(() => []); // no job yet
    for (const name of names) {
      const id = name.replace(/\.jsonl$/u, '');
      if (id === name || known.has(id)) continue;
      const path = join(jobsFolder(folder), name);
      // A journal that is damaged has no job to show; its file stays for whoever looks for it.
      const journal = await readJournal(path).catch(() => null);
      if (!journal || journal.header.job !== id || known.has(id)) continue;
      known.set(id, new Job({ journal, path, folder, onChange }));
    }
    // Of the project as it is open now.
    for (const job of known.values()) job.source = () => itemsOrNone(() => planOf(job, project).items);
    return known;
  };

  const find = async (project: OpenProject, id: string): Promise<Job> => {
    const job = (await jobsOf(project)).get(id);
    if (!job) throw unknownJob(id);
    return job;
  };

  /** Runs it on its own: the window that started it may go. */
  const runApart = (connection: string, choose: (project: OpenProject) => Promise<Job>): Promise<Job> =>
    new Promise((resolve, reject) => {
      const caller = { connection, signal: new AbortController().signal };
      const whole = projects.use(caller, async (project, signal) => {
        const job = await choose(project);
        const running = job.isRunning ? Promise.resolve() : job.run(planOf(job, project), signal);
        resolve(job);
        await running;
      });
      whole.catch(reject);
    });

  return {
    async list(project) {
      const jobs = [...(await jobsOf(project)).values()].map(({ status }) => status);
      return jobs.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    },
    find,
    async start(connection, { kind, title, request }) {
      const job = await runApart(connection, async (project) => {
        const id = randomUUID();
        const jobs = await jobsOf(project);
        const { folder } = project.store;
        const plan = kindNamed(kind).plan({ request, jobId: id, project });
        if (plan.items.length === 0) throw new AppError('bad-input', 'There is nothing to do for this job.');
        await makeRoom(jobsFolder(folder), jobs);
        const header: JobHeader = { job: id, kind, title, request, createdAt: new Date().toISOString() };
        const path = join(jobsFolder(folder), `${id}.jsonl`);
        const made = new Job({ journal: { header, outcomes: new Map(), end: null }, path, folder, onChange });
        made.source = () => itemsOrNone(() => planOf(made, project).items);
        jobs.set(id, made);
        await startJournal(path, header).catch((error: unknown) => {
          jobs.delete(id);
          throw error;
        });
        return made;
      });
      return job.status;
    },
    async resume(connection, id) {
      const job = await runApart(connection, async (project) => {
        const found = await find(project, id);
        if (found.isRunning) found.goOn();
        return found;
      });
      return job.status;
    },
    async remove(project, id) {
      const job = await find(project, id);
      if (job.isRunning)
        throw new AppError('bad-input', 'The job is still running: cancel it first.', { id });
      await rm(join(jobsFolder(project.store.folder), `${id}.jsonl`), { force: true });
      byFolder.get(project.store.folder)?.delete(id);
    },
  };
}

/** A job whose request cannot be understood any more is shown with what it did; resuming it says why not. */
function itemsOrNone(read: () => JobPlan['items']): JobPlan['items'] {
  try {
    return read();
  } catch {
    return [];
  }
}

async function makeRoom(folder: string, jobs: Map<string, Job>): Promise<void> {
  try {
    await makeFolder(folder);
    const ended = [...jobs].filter(([, job]) => !job.isRunning && job.journal.end !== null);
    const byAge = ended.toSorted(([, a], [, b]) =>
      a.journal.header.createdAt < b.journal.header.createdAt ? 1 : -1,
    );
    for (const [id] of byAge.slice(keptJournals)) {
      await rm(join(folder, `${id}.jsonl`), { force: true });
      jobs.delete(id);
    }
  } catch (error) {
    throw fileError(error, folder, 'write');
  }
}
