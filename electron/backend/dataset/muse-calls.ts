import { invertDiff } from '../../common/document/diff.ts';
import { byOrder } from '../../common/document/order.ts';
import type { ImageRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { allowedPath } from '../app/allowed-paths.ts';
import type { AppHandlers, HandlersOf } from '../app-handlers.ts';
import { baseUrlOf } from '../endpoint/endpoint.ts';
import type { EndpointStore } from '../endpoint/endpoint-store.ts';
import type { FormatSource } from '../formats/format.ts';
import type { Host } from '../host.ts';
import type { Pictures } from '../images/pictures.ts';
import type { JobService } from '../jobs/job-service.ts';
import type { OpenProjects } from '../project/open-projects.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { estimateGeneration } from './estimate.ts';
import { generateKind, type GenerateRequest } from './generate-job.ts';
import { lintMuseFile, lintProject } from './lint.ts';
import { splitOf } from './split.ts';
import { statisticsOfFile, statisticsOfProject } from './statistics.ts';

type GenerateInput = Parameters<AppHandlers['muse.generate']>[0];

export function museCalls(parts: {
  readonly host: Host;
  readonly projects: OpenProjects;
  readonly pictures: Pictures;
  readonly jobs: JobService;
  readonly endpoints: EndpointStore;
}): HandlersOf<'muse'> {
  const { projects, pictures, jobs } = parts;
  return {
    'muse.estimate': (input, caller) =>
      projects.use(caller, async ({ store }, signal) =>
        estimateGeneration(store, pictures, await requestOf(parts, store, input), signal),
      ),
    'muse.generate': async (input, { connection }) => {
      const { store } = await projects.of(connection);
      const request = await requestOf(parts, store, input);
      const title = `Generate ${request.perImage === 1 ? 'a question' : `${request.perImage} questions`} an image with ${request.model}`;
      return jobs.start(connection, { kind: generateKind, title, request });
    },
    'muse.lint': async ({ path }, caller) => {
      if (path !== null) return lintMuseFile(await fileAt(parts, path), caller.signal);
      return projects.use(caller, ({ store }, signal) => lintProject(store, signal));
    },
    'muse.statistics': async ({ path }, caller) => {
      if (path !== null) return statisticsOfFile(path, await fileAt(parts, path), caller.signal);
      return projects.use(caller, ({ store }, signal) => statisticsOfProject(store, signal));
    },
    'muse.split': ({ seed, ...shares }, caller) =>
      projects.use(caller, async (project) => {
        const counts = { train: 0, val: 0, test: 0 };
        const images = project.store.all('image').sort(byOrder);
        const splits = splitOf(images, shares, seed);
        const changed = images.flatMap((image): [ImageRecord, ImageRecord][] => {
          const split = splits.get(image.id) ?? 'train';
          counts[split]++;
          return image.split === split ? [] : [[image, { ...image, split }]];
        });
        const diff = { added: [], changed, removed: [] };
        return {
          revision: project.commit({ diff, undo: invertDiff(diff), label: 'Divide the images' }),
          counts,
        };
      }),
  };
}

async function fileAt({ host }: { readonly host: Host }, path: string): Promise<FormatSource> {
  return { kind: 'path', path: await allowedPath(host, path) };
}

/** @throws AppError 'endpoint-not-set' */
async function requestOf(
  { host, endpoints }: { readonly host: Host; readonly endpoints: EndpointStore },
  store: ProjectStore,
  { imageIds, endpoint, ...how }: GenerateInput,
): Promise<GenerateRequest> {
  // A page must not make the app call whatever address it likes.
  if (endpoint && host.door !== 'cli')
    throw new AppError('bad-input', 'Set the endpoint up first; only the command line names one as it asks.');
  const chosen = endpoint ?? (await endpoints.info());
  if (!chosen)
    throw new AppError(
      'endpoint-not-set',
      'No endpoint is set up, so nothing can be asked and nothing is sent.',
    );
  const { baseUrl, model, vision } = chosen;
  const all = (): GenerateRequest['imageIds'] =>
    store
      .all('image')
      .toSorted(byOrder)
      .map(({ id }) => id);
  return { ...how, imageIds: imageIds ?? all(), baseUrl: baseUrlOf(baseUrl), model, vision };
}
