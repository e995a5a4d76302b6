import type { HandlersOf } from '../app-handlers.ts';
import type { OpenProjects } from '../project/open-projects.ts';
import type { JobService } from './job-service.ts';

export function jobCalls(parts: {
  readonly projects: OpenProjects;
  readonly jobs: JobService;
}): HandlersOf<'jobs'> {
  const { projects, jobs } = parts;
  return {
    'jobs.list': async (_, { connection }) => jobs.list(await projects.of(connection)),
    'jobs.items': async ({ id, ...query }, { connection }) =>
      (await jobs.find(await projects.of(connection), id)).list(query),
    'jobs.pause': async ({ id }, { connection }) => {
      const job = await jobs.find(await projects.of(connection), id);
      if (job.isRunning) job.pause();
      return job.status;
    },
    'jobs.resume': ({ id }, { connection }) => jobs.resume(connection, id),
    'jobs.cancel': async ({ id }, { connection }) => {
      const job = await jobs.find(await projects.of(connection), id);
      await job.cancel();
      return job.status;
    },
    'jobs.remove': async ({ id }, { connection }) => {
      await jobs.remove(await projects.of(connection), id);
      return {};
    },
  };
}
