import { allowedPath } from '../app/allowed-paths.ts';
import type { HandlersOf } from '../app-handlers.ts';
import type { Host } from '../host.ts';
import type { InferenceEvent } from '../../inference/messages.ts';
import type { ModelService } from './model-service.ts';

export function modelCalls(parts: {
  readonly host: Host;
  readonly models: ModelService;
}): HandlersOf<'models'> {
  const { host, models } = parts;
  return {
    'models.list': () => models.list(),
    'models.status': () => Promise.resolve(models.status()),
    'models.load': async ({ folder }, { signal }) =>
      models.load(folder === null ? null : await models.allowed(folder), signal),
    'models.unload': () => models.unload(),
    async *'models.convert'({ checkpoint, vision, out, precision }, { signal }) {
      const request = {
        checkpoint: await allowedPath(host, checkpoint),
        vision: await allowedPath(host, vision),
        out: await allowedPath(host, out),
        precision,
      };
      const model = yield* progressOnly(models.convert(request, signal));
      yield { type: 'done', model };
    },
    async *'models.verify'({ folder }, { signal }) {
      const { ok, problems } = yield* progressOnly(models.verify(await models.allowed(folder), signal));
      yield { type: 'done', ok, problems };
    },
  };
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
