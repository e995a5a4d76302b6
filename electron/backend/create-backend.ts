import { join } from 'node:path';
import type { AppContract } from '../common/contract.ts';
import type { PayloadOf, PushName } from '../common/messages.ts';
import { createAssist } from './assist/assist.ts';
import { assistCalls } from './assist/assist-calls.ts';
import { appCalls } from './app-calls.ts';
import { openBegunWork } from './app/begun-work.ts';
import { createDownloads } from './app/downloads.ts';
import { createSamples } from './app/samples.ts';
import { openSettings } from './app/settings.ts';
import { openWrittenFiles } from './app/written-files.ts';
import type { Backend, PushListener } from './backend.ts';
import { askManyJob } from './chat/ask-many.ts';
import { chatCalls } from './chat/chat-calls.ts';
import { generateJob } from './dataset/generate-job.ts';
import { museCalls } from './dataset/muse-calls.ts';
import { evaluationCalls } from './evaluate/evaluation-calls.ts';
import { endpointCalls } from './endpoint/endpoint-calls.ts';
import { createEndpointStore } from './endpoint/endpoint-store.ts';
import { formatCalls } from './formats/format-calls.ts';
import { labelCalls } from './formats/labels/label-calls.ts';
import type { Host } from './host.ts';
import { imageCalls } from './images/image-calls.ts';
import { createPictures } from './images/pictures.ts';
import { createAssetResponder } from './images/respond-to-asset.ts';
import { jobCalls } from './jobs/job-calls.ts';
import { createJobService } from './jobs/job-service.ts';
import { modelCalls } from './models/model-calls.ts';
import { createModelService } from './models/model-service.ts';
import { OpenProjects } from './project/open-projects.ts';
import { projectCalls } from './project/project-calls.ts';
import { recountOpen } from './project/recent-counts.ts';
import { openRecentProjects } from './project/recent-projects.ts';
import { StagedChanges } from './project/staged-changes.ts';

/** Puts the services together. */
export async function createBackend(host: Host): Promise<Backend> {
  const listeners = new Set<PushListener>();
  const push = <N extends PushName<AppContract>>(name: N, payload: PayloadOf<AppContract[N]>): void => {
    for (const listener of listeners) listener(name, payload);
  };
  const begun = await openBegunWork(host.dataFolder);
  const written = await openWrittenFiles(host.dataFolder);
  const settings = await openSettings(host.dataFolder, (after, before) => {
    push('settings.changed', after);
    const isDeviceNew = after.provider !== before.provider || after.threads !== before.threads;
    // Its outcome is told by the status.
    if (isDeviceNew && models.status().folder !== null)
      ignoreFailure(models.load(models.status().folder, whenever()));
  });
  const models = createModelService({
    host,
    begun,
    settings: () => settings.current,
    onStatus: (status) => push('models.statusChanged', status),
  });
  const recent = await openRecentProjects(host.dataFolder);
  const projects = new OpenProjects(
    (change) => push('project.changed', change),
    begun,
    join(host.bundlesFolder, 'check-worker.js'),
  );
  const { modelFolders, modelFolder, segmenter } = settings.current;
  for (const path of [
    ...recent.known(),
    ...modelFolders,
    modelFolder,
    segmenter?.encoder ?? null,
    segmenter?.decoder ?? null,
  ])
    if (path !== null) host.grants?.add(path);
  const pictures = createPictures(host);
  const samples = createSamples(host);
  const downloads = createDownloads(host.dataFolder, begun);
  const assist = createAssist(join(host.bundlesFolder, 'assist-worker.js'));
  const endpoints = await createEndpointStore({
    dataFolder: host.dataFolder,
    vault: host.keyVault ?? null,
    environment: process.env,
  });
  const jobs = createJobService({
    projects,
    kinds: [askManyJob({ models, pictures, samples }), generateJob({ endpoints, pictures })],
    onChange: (status) => push('jobs.changed', status),
  });
  const staged = new StagedChanges();
  const parts = {
    host,
    staged,
    begun,
    written,
    settings,
    models,
    recent,
    projects,
    pictures,
    samples,
    downloads,
    assist,
    jobs,
    endpoints,
  };
  if (host.loadsModelAtStart) ignoreFailure(models.load(settings.current.modelFolder, whenever()));

  return {
    handlers: {
      ...appCalls(parts),
      ...projectCalls(parts),
      ...imageCalls(parts),
      ...chatCalls(parts),
      ...modelCalls(parts),
      ...formatCalls(parts),
      ...labelCalls(parts),
      ...assistCalls(parts),
      ...jobCalls(parts),
      ...endpointCalls(parts),
      ...museCalls(parts),
      ...evaluationCalls(parts),
    },
    onPush(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    releaseConnection(connection) {
      staged.release(connection);
      ignoreFailure(projects.release(connection));
    },
    respondToAsset: createAssetResponder(parts),
    takeDownload: (token) => downloads.take(token),
    async dispose() {
      await recountOpen(projects, recent).catch(() => undefined);
      // Jobs first: an answer cut short still has its words to keep.
      await projects.dispose();
      await models.dispose();
      await assist.dispose();
      await downloads.dispose();
      pictures.dispose();
      await recent.settled();
      await begun.dispose();
    },
  };
}

function whenever(): AbortSignal {
  return new AbortController().signal;
}

/** For work whose failure is told elsewhere, or harms nobody. */
function ignoreFailure(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
