import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { preferPortablePictures } from '../../../../electron/hosts/desktop/portable-pictures.ts';
import { canLaunchDesktop, launchApp } from '../../../helpers/launch-app.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';

const { resolve } = createRequire(import.meta.url);

const nativeBuild = '@img/sharp-linux-x64';

test('on other systems nothing is held back', () => {
  preferPortablePictures('darwin');
  preferPortablePictures('win32');
  expect(() => resolve(`${nativeBuild}/sharp.node`)).not.toThrow('not used inside Electron');
});

// A file of its own: the library is loaded once for a process, and this must be its first time.
test.skipIf(!canLaunchDesktop || process.platform !== 'linux')(
  'the desktop door on Linux decodes with the WebAssembly build, to the same bytes',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pixellm-desktop-'));
    const desktop = await launchApp(folder);
    onTestFinished(async () => {
      await desktop.quit();
      await rm(folder, { recursive: true, force: true });
    });
    await vi.waitUntil(() => desktop.windows().length === 1, { timeout: 20_000 });
    const { default: sharp } = await import('sharp');
    expect(sharp.versions).toHaveProperty('emscripten');
    expect(() => resolve(`${nativeBuild}/sharp.node`)).toThrow('not used inside Electron');
    // The backend's own decoder, in the process whose library the door chose.
    const { decodeRgb, encodePng } = await import('../../../../electron/backend/images/image-decoder.ts');
    const picture = await decodeRgb(aPng({ width: 12, height: 10 }, 3), 'cups.png');
    const again = await decodeRgb(await encodePng({ ...picture, channels: 3 }), 'again.png');
    expect([again.width, again.height, Buffer.from(again.data).equals(picture.data)]).toEqual([12, 10, true]);
  },
);
