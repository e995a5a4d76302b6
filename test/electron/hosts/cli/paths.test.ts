import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../../electron/backend/host.ts';
import { findProject } from '../../../../electron/hosts/cli/find-project.ts';
import { expandPatterns } from '../../../../electron/hosts/cli/image-paths.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

test('patterns that the shell left alone are filled in, names that fit nothing stay', async () => {
  const folder = await temporaryFolder();
  for (const name of ['b.png', 'a (1).png', 'été 🐈.png', 'x.jpg', '.hidden.png', 'lite*ral.png'])
    writeFileSync(join(folder, name), '');
  const expanded = async (pattern: string): Promise<string[]> =>
    (await expandPatterns([join(folder, pattern)])).map((path) => basename(path));
  expect(await expanded('*.png')).toEqual(['a (1).png', 'b.png', 'lite*ral.png', 'été 🐈.png']);
  expect(await expanded('e\u0301te\u0301 *.png')).toEqual(['été 🐈.png']);
  expect(await expanded('?.*')).toEqual(['b.png', 'x.jpg']);
  expect(await expanded('a (?).png')).toEqual(['a (1).png']);
  expect(await expanded('lite*ral.png')).toEqual(['lite*ral.png']);
  expect(await expanded('*.webp')).toEqual(['*.webp']);
});

test('a project is found by its path, and by the name it was made with', async () => {
  const folder = await temporaryFolder();
  const folders = { projects: join(folder, 'projects') };
  for (const place of ['projects/My cups', 'projects/here', 'here', 'projects/no project']) {
    mkdirSync(join(folder, place), { recursive: true });
    if (!place.includes('no ')) writeFileSync(join(folder, place, 'project.sqlite'), '');
  }
  const find = (written: string): Promise<string> =>
    // Only these of a command's surroundings are looked at.
    findProject(written, { input: { resolve: (path: string) => join(folder, path) }, folders } as never);
  expect(await find('My cups')).toBe(join(folder, 'projects', 'My cups'));
  expect(await find('here')).toBe(join(folder, 'here'));
  expect(await find('projects/My cups')).toBe(join(folder, 'projects', 'My cups'));
  expect(await find('no project')).toBe(join(folder, 'no project'));
  expect(await find('../etc')).toBe(join(folder, '..', 'etc'));
});

test.each([
  ['a last word that is a file', ['a.png', 'b.png'], 2, 'The question is missing: "b.png" is a file.'],
  ['a folder that is not there', ['a.png', '?', '--export', 'none/x.json'], 1, 'there is no folder'],
  ['an overlay of another kind', ['a.png', '?', '--overlay', 'x.jpg'], 1, 'not x.jpg'],
  ['an overlay into nowhere', ['a.png', '?', '--overlay', 'none/x.png'], 1, 'there is no folder'],
])('ask refuses %s before it starts anything', async (_what, words, code, sentence) => {
  const folder = await temporaryFolder();
  for (const name of ['a.png', 'b.png']) writeFileSync(join(folder, name), '');
  let host: Host | null = null;
  const backend = (given: Host): never => {
    host = given;
    throw new Error('It was started.');
  };
  const outcome = await runPixellm(['ask', ...words], { folder, backend: async (given) => backend(given) });
  expect([outcome.code, host]).toEqual([code, null]);
  expect(outcome.err).toContain(sentence);
});
