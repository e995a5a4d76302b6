import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bundles a script of test/helpers/children so that plain Node can run it in a process of its own.
 *
 * @param name what the built file is called: `<name>.js`
 * @returns the folder it lies in, inside the repository so that packages resolve; gone when the test ends
 */
export async function bundleForNode(entry: string, name: string): Promise<string> {
  await mkdir(join(root, 'test-results'), { recursive: true });
  const folder = await mkdtemp(join(root, 'test-results', 'bundle-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await build({
    cwd: root,
    input: { [name]: join(root, 'test', 'helpers', 'children', entry) },
    platform: 'node',
    external: /^(?![./]|[a-z]:[\\/])/iu,
    logLevel: 'warn',
    output: { dir: folder, format: 'esm', entryFileNames: '[name].js', sourcemap: 'inline' },
  });
  return folder;
}
