import { join } from 'node:path';
import { settingsSchema, type Settings } from '../../common/settings.ts';
import { openJsonFile } from './json-file.ts';

export interface SettingsStore {
  readonly current: Settings;
  /** As another door may have left them meanwhile. */
  fresh(): Promise<Settings>;
  /** Durable when it resolves. */
  change(part: Partial<Settings>): Promise<Settings>;
}

export async function openSettings(
  dataFolder: string,
  onChange: (settings: Settings, before: Settings) => void,
): Promise<SettingsStore> {
  const file = await openJsonFile(
    join(dataFolder, 'settings.json'),
    settingsSchema,
    settingsSchema.parse({}),
  );
  return {
    get current() {
      return file.read();
    },
    fresh: () => file.fresh(),
    async change(part) {
      const before = file.read();
      const after = await file.change((now) => ({ ...now, ...part }));
      onChange(after, before);
      return after;
    },
  };
}
