import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { canLaunchDesktop, launchApp } from '../../../helpers/launch-app.ts';

test.skipIf(!canLaunchDesktop)(
  'a start that fails says why where a person sees it, and ends with a failure',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pixellm-desktop-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'data'), 'a file where the data folder would have to be');
    vi.spyOn(console, 'error').mockImplementation(() => undefined); // it says it on the terminal as well
    const desktop = await launchApp(folder);
    expect(await desktop.app.exited).toBe(1);
    expect(desktop.dialogs.errors).toEqual([
      { title: 'PixelLM Studio could not start', text: expect.stringContaining(join(folder, 'data')) },
    ]);
    expect(desktop.windows()).toEqual([]);
  },
);
