import { AppError } from '../common/errors.ts';
import type { AppHandlers, HandlersOf } from './app-handlers.ts';
import type { Host } from './host.ts';
import type { ModelService } from './models/model-service.ts';
import { listFiles } from './file-listing.ts';
import type { Samples } from './app/samples.ts';
import type { SettingsStore } from './app/settings.ts';

export function appCalls(parts: {
  readonly host: Host;
  readonly settings: SettingsStore;
  readonly samples: Samples;
  readonly models: Pick<ModelService, 'allowed'>;
}): HandlersOf<'app' | 'settings' | 'dialog'> & Pick<AppHandlers, 'files.list'> {
  const { host, settings, samples, models } = parts;
  return {
    'app.info': async () => ({
      version: host.version,
      door: host.door,
      platform: process.platform,
      projectsFolder: host.projectsFolder,
      samples: [...(await samples.list())],
    }),
    async 'app.openExternal'({ url }) {
      if (!/^https?:\/\//iu.test(url))
        throw new AppError('bad-input', `Only web addresses are opened, not ${url}.`, { url });
      if (!host.openExternal) throw noDialogs('open other programs');
      await host.openExternal(url);
      return {};
    },
    'settings.get': () => settings.fresh(),
    async 'settings.set'(part) {
      const { modelFolder } = part;
      // Else the list would tell of any folder: its name, whether it is there, and its README.
      if (typeof modelFolder !== 'string') return settings.change(definedPart(part));
      return settings.change({ ...definedPart(part), modelFolder: await models.allowed(modelFolder) });
    },
    async 'dialog.open'(request, { connection }) {
      if (!host.showOpenDialog) throw noDialogs('show file dialogs');
      const paths = await host.showOpenDialog({ ...request, connection });
      return paths && { paths: [...paths] };
    },
    async 'dialog.save'(request, { connection }) {
      if (!host.showSaveDialog) throw noDialogs('show file dialogs');
      const path = await host.showSaveDialog({ ...request, connection });
      return path === null ? null : { path };
    },
    'files.list': ({ folder }) => listFiles(host, folder),
  };
}

function noDialogs(what: string): AppError {
  return new AppError('bad-input', `This door cannot ${what}. Use files.list and uploads.`, {});
}

/** Without the keys a caller left out: they must not overwrite what stands. */
function definedPart<T extends object>(part: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> }; // only undefined values were dropped
}
