import { allowedPath } from '../app/allowed-paths.ts';
import type { SettingsStore } from '../app/settings.ts';
import type { HandlersOf } from '../app-handlers.ts';
import type { Host } from '../host.ts';
import type { InferenceEvent } from '../../inference/messages.ts';
import type { ModelService } from './model-service.ts';

export function modelCalls(parts: {
  readonly host: Host;
  readonly models: ModelService;
  readonly settings: SettingsStore;
}): HandlersOf<'models'> {
  const { host, models, settings } = parts;
  return {
    'models.list': () => models.list(),
    'models.status': () => Promise.resolve(models.status()),
    async 'models.load'({ folder, remeasure }, { signal }) {
      if (folder === null) return models.load(null, signal, remeasure);
      const allowed = await models.allowed(folder);
      const status = await models.load(allowed, signal, remeasure);
      await remember(settings, allowed);
      return status;
    },
    'models.unload': () => models.unload(),
    async 'models.gpuReport'() {
      // With it the runtime's library comes into memory, which the app leaves to the process that computes.
      const { gpuReport } = await import('../../../native-models/runtime/device/gpu-report.ts');
      return gpuReport();
    },
    async *'models.convert'({ checkpoint, vision, out, precision }, { signal }) {
      const request = {
        checkpoint: await allowedPath(host, checkpoint),
        vision: await allowedPath(host, vision),
        out: await allowedPath(host, out),
        precision,
      };
      const model = yield* progressOnly(models.convert(request, signal));
      await remember(settings, request.out);
      yield { type: 'done', model };
    },
    async *'models.verify'({ folder }, { signal }) {
      const { ok, problems } = yield* progressOnly(models.verify(await models.allowed(folder), signal));
      yield { type: 'done', ok, problems };
    },
  };
}

const mostRemembered = 100;

async function remember(settings: SettingsStore, folder: string): Promise<void> {
  const known = settings.current.modelFolders;
  if (known[0] === folder) return;
  const others = known.filter((other) => other !== folder);
  await settings.change({ modelFolders: [folder, ...others].slice(0, mostRemembered) });
}

type Progress = Extract<InferenceEvent, { type: 'progress' }>;

async function* progressOnly<T>(events: AsyncGenerator<InferenceEvent, T>): AsyncGenerator<Progress, T> {
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      if (next.value.type === 'progress') yield next.value;
    }
  } finally {
    // Breaking off here must end the task behind it.
    await events.return(undefined as never); // its value is not used: the generator is over
  }
}
