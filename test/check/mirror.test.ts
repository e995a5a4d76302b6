import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { strayTests } from './mirror.ts';

test('every test lies where its source lies', () => {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' });
  expect(strayTests(listed.split('\n'))).toEqual([]);
});

test('a test in a folder that has no source, or apart from the file it is called after, is told', () => {
  const sources = ['electron/hosts/desktop/window-state.ts', 'renderer/tools/brush-tool.ts'];
  expect(strayTests([...sources, 'test/electron/hosts/desktop/window-state.test.ts'])).toEqual([]);
  expect(
    strayTests([...sources, 'test/electron/hosts/whole-job.test.ts', 'test/parity/main.test.ts']),
  ).toEqual([]);
  expect(strayTests([...sources, 'test/electron/rpc/codec.test.ts'])).toEqual([
    'test/electron/rpc/codec.test.ts: there is no folder electron/rpc',
  ]);
  expect(strayTests([...sources, 'test/electron/hosts/window-state.test.ts'])).toEqual([
    'test/electron/hosts/window-state.test.ts: window-state lies in electron/hosts/desktop',
  ]);
  // Another room's file of that name is another thing.
  expect(strayTests([...sources, 'test/electron/hosts/brush-tool.test.ts'])).toEqual([]);
});
