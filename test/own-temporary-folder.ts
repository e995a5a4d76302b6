import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const prefix = 'pixellm-tests-';

/**
 * Before all tests: whatever they, the app and the browsers that they start put into the system's folder for temporary files lies in one of
 * their own, which goes when all have ended, also what a killed process left.
 *
 * @returns what is done afterwards
 */
export function setup(): () => void {
  // Vitest asks once for each project of its configuration.
  if (basename(tmpdir()).startsWith(prefix)) return () => undefined;
  // macOS's own is so long that a browser's socket in a folder of it would have no valid path.
  const place = process.platform === 'darwin' ? '/tmp' : tmpdir();
  const folder = realpathSync(mkdtempSync(join(place, prefix)));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
