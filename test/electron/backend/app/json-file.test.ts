import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openJsonFile } from '../../../../electron/backend/app/json-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

test('what a killed process left of a write goes when the file is opened: half a file, a lock, both', async () => {
  for (const left of [['.partial'], ['.lock'], ['.partial', '.lock']]) {
    const path = join(await temporaryFolder(), 'numbers.json');
    await writeFile(path, '[1]');
    // No process has this number and birth.
    for (const ending of left) await writeFile(`${path}${ending}`, '4194304-1');
    const file = await openJsonFile(path, z.array(z.number()), []);
    expect(left.map((ending) => existsSync(`${path}${ending}`))).toEqual(left.map(() => false));
    expect(file.read()).toEqual([1]);
  }
});
