import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openResults } from '../../../../electron/backend/evaluate/result-file.ts';
import type { ResultHeader } from '../../../../electron/backend/evaluate/result-record.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

test.skipIf(process.platform !== 'linux')(
  'a result file whose header cannot be written is closed, not left to the garbage collection',
  async () => {
    const path = join(await temporaryFolder(), 'results.jsonl');
    const unwritable = { size: 1n } as unknown as ResultHeader; // no JSON
    await expect(openResults(path, unwritable, { isResumed: false })).rejects.toThrow('BigInt');
    const open = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    expect(open).not.toContain(path);
  },
);
