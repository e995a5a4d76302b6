import { expect, test } from 'vitest';
import { neverCameUp, runChild } from '../../../../electron/hosts/start/run-child.ts';

test('the exit code of the program is passed on', async () => {
  expect(await runChild(process.execPath, ['-e', 'process.exit(7)'])).toMatchObject({
    code: 7,
    wasStopped: false,
  });
  expect(await runChild(process.execPath, ['-e', ''])).toMatchObject({ code: 0 });
});

test('a program that is not there is a failure, not a crash', async () => {
  expect(await runChild('/no/such/program', [])).toMatchObject({ code: 1, wasStopped: false });
});

test('a window that failed at once never came up; one that was stopped, or lived, did', () => {
  expect(neverCameUp({ code: 133, wasStopped: false, livedMs: 400 })).toBe(true);
  expect(neverCameUp({ code: 0, wasStopped: false, livedMs: 400 })).toBe(false);
  expect(neverCameUp({ code: 130, wasStopped: true, livedMs: 400 })).toBe(false);
  expect(neverCameUp({ code: 1, wasStopped: false, livedMs: 60_000 })).toBe(false);
});
