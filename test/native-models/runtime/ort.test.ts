import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { missingLibrary } from '../../../native-models/runtime/ort.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const [cuda, shared, runtime] = [
  'libonnxruntime_providers_cuda.so',
  'libonnxruntime_providers_shared.so',
  'libonnxruntime.so.1',
];

describe('a folder of CUDA’s libraries that a person names', () => {
  afterEach(() => vi.unstubAllEnvs());

  async function aFolder(files: Readonly<Record<string, string>>): Promise<string> {
    const folder = await temporaryFolder();
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    vi.stubEnv('PIXELLM_GPU_LIBRARIES', folder);
    return folder;
  }

  test('is named with what it lacks, and how that gets there', async () => {
    const folder = await aFolder({});
    expect(missingLibrary('cuda')).toBe(
      `PIXELLM_GPU_LIBRARIES names ${folder}, which lacks ${cuda} and ${shared} and ${runtime}. \`pixellm gpu install --to ${folder}\` puts them there.`,
    );
    const partly = await aFolder({ [cuda]: 'x', [shared]: 'x' });
    expect(missingLibrary('cuda')).toContain(`names ${partly}, which lacks ${runtime}. `);
    vi.stubEnv('PIXELLM_GPU_LIBRARIES', path.join(partly, cuda)); // the file instead of its folder
    expect(missingLibrary('cuda')).toContain('which lacks');
    vi.stubEnv('PIXELLM_GPU_LIBRARIES', path.join(partly, 'nosuch'));
    expect(missingLibrary('cuda')).toContain('which lacks');
  });

  test.runIf(process.platform === 'linux')(
    'is told as damaged whatever lies there under the name, also where there is no driver yet',
    async () => {
      for (const content of ['', 'no library at all', '\u007fELF\u0002'.padEnd(5000, '\u007f')]) {
        const folder = await aFolder({ [cuda]: content, [shared]: 'x', [runtime]: 'x' });
        expect(missingLibrary('cuda')).toContain(`${cuda} in ${folder} is damaged`);
      }
      const folder = await aFolder({ [shared]: 'x', [runtime]: 'x' });
      await mkdir(path.join(folder, cuda));
      expect(missingLibrary('cuda')).toContain('is damaged');
    },
  );
});
