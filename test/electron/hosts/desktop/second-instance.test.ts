import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { canLaunchDesktop, launchApp } from '../../../helpers/launch-app.ts';

test.skipIf(!canLaunchDesktop)(
  'a second instance leaves to the first, without touching its data',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pixellm-desktop-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const desktop = await launchApp(folder, { hasLock: false });
    expect(await desktop.app.exited).toBe(0);
    expect(desktop.windows()).toEqual([]);
    expect(desktop.app.getPath('userData')).toBe(join(folder, 'data', 'desktop'));
  },
);
