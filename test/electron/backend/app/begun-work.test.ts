import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openBegunWork } from '../../../../electron/backend/app/begun-work.ts';
import { openJsonFile } from '../../../../electron/backend/app/json-file.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { canLoseRights, withoutRights } from '../../../helpers/without-rights.ts';
import { z } from 'zod';

/** The number of a process that is gone. */
function aDeadProcess(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid;
}

test('the next start clears what a killed process had begun, and only that', async () => {
  const folder = await temporaryFolder();
  const record = join(folder, 'begun', `${aDeadProcess()}-1-x.jsonl`);
  await mkdir(join(folder, 'begun'));
  const named = (name: string): string => join(folder, name);
  for (const name of ['half.json', 'whole.json', 'never.json.partial-1']) await writeFile(named(name), 'x');
  await mkdir(named('half-folder'));
  await writeFile(named('half-folder/a.png'), 'x');
  const lines = [
    { begun: named('half.json') },
    { begun: named('whole.json') },
    { begun: named('half-folder') },
    { over: named('whole.json') },
  ];
  await writeFile(
    record,
    `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"begun": "${named('never.json.par')}`,
  );
  await (await openBegunWork(folder)).dispose();
  expect((await readdir(folder)).sort()).toEqual(['begun', 'never.json.partial-1', 'whole.json']);
  expect(await readdir(named('begun'))).toEqual([]);
});

test('what goes only under a condition goes only under it', async () => {
  const folder = await temporaryFolder();
  const named = (name: string): string => join(folder, name);
  await mkdir(named('begun'));
  for (const name of ['full', 'empty', 'project', 'gone']) await mkdir(named(name));
  for (const name of ['full/mine.txt', 'project/database', 'project/a.png', 'gone/a.png'])
    await writeFile(named(name), 'x');
  const lines = [
    { begun: named('full'), onlyIfEmpty: true },
    { begun: named('empty'), onlyIfEmpty: true },
    { begun: named('project/a.png'), unless: named('project/database') },
    { begun: named('gone/a.png'), unless: named('gone/database') },
    { begun: named('gone'), onlyIfEmpty: true, unless: named('gone/database') },
  ];
  const record = named(`begun/${aDeadProcess()}-1-x.jsonl`);
  await writeFile(record, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await (await openBegunWork(folder)).dispose();
  expect((await readdir(folder, { recursive: true })).sort()).toEqual([
    'begun',
    ...['full', 'full/mine.txt', 'project', 'project/a.png', 'project/database'],
  ]);
});

test('what an orphan of a killed process still writes is cleared once the orphan is gone', async () => {
  const folder = await temporaryFolder();
  const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const half = join(folder, 'model.partial');
  await mkdir(half);
  const killed = await openBegunWork(folder);
  await killed.begin({ path: half, writer: orphan.pid });
  // The record of a process that is gone: the same, under its name.
  const [name = ''] = await readdir(join(folder, 'begun'));
  const gone = name.replace(/^\d+-[^-]+/u, `${aDeadProcess()}-1`);
  await rename(join(folder, 'begun', name), join(folder, 'begun', gone));
  const next = await openBegunWork(folder);
  onTestFinished(() => next.dispose());
  expect(await readdir(folder)).toContain('model.partial');
  expect(await readdir(join(folder, 'begun'))).toContain(gone);
  orphan.kill('SIGKILL');
  await expect.poll(() => readdir(folder)).not.toContain('model.partial');
  await expect.poll(() => readdir(join(folder, 'begun'))).not.toContain(gone);
});

test('what a running process is at work on stays, whoever starts meanwhile', async () => {
  const folder = await temporaryFolder();
  const first = await openBegunWork(folder);
  await writeFile(join(folder, 'half.json'), 'x');
  await first.begin(join(folder, 'half.json'));
  const second = await openBegunWork(folder);
  expect(await readdir(folder)).toContain('half.json');
  await second.dispose();
  await first.dispose();
});

test.skipIf(!canLoseRights)('a data folder without rights keeps nobody from working', async () => {
  const folder = join(await temporaryFolder(), 'data');
  await mkdir(folder);
  await withoutRights(folder, async () => {
    const begun = await openBegunWork(folder);
    const over = await begun.begin(join(folder, 'half'));
    await over();
    await begun.dispose();
  });
});

test('two windows that bring equal names at once get a file each, and no picture of the person is taken for litter', async () => {
  const app = await anApp();
  const other = app.openWindow();
  const { project } = await app.client.call('project.snapshot', {});
  await other.client.call('project.open', { folder: project.folder });
  const bring = async (window: typeof other, width: number): Promise<void> => {
    const sources = ['cup.png', 'photo.partial'].map((name, index) => ({
      kind: 'bytes' as const,
      name,
      data: aPng({ width, height: 5 + index }),
    }));
    for await (const _ of window.client.stream('images.import', { sources, copy: true }));
  };
  await Promise.all([4, 5, 6, 7].map((width, index) => bring(index % 2 ? app : other, width)));
  await app.restart();
  expect((await app.client.call('images.check', {})).map(({ state }) => state)).toEqual(
    Array(8).fill('present'),
  );
  const files = (await app.records('image')).map(({ source }) =>
    source.kind === 'copied' ? source.file : '',
  );
  expect(new Set(files).size).toBe(8);
  expect((await readdir(join(project.folder, 'images'))).sort()).toEqual([...files].sort());
});

test("two doors on one data folder keep each other's changes, and a change that is refused is not shown", async () => {
  const path = join(await temporaryFolder(), 'settings.json');
  const schema = z.object({ theme: z.string(), threads: z.number() });
  const doors = await Promise.all(
    [1, 2].map(() => openJsonFile(path, schema, { theme: 'light', threads: 1 })),
  );
  const [first, second] = doors as [(typeof doors)[0], (typeof doors)[0]];
  await Promise.all([
    first.change((now) => ({ ...now, theme: 'dark' })),
    second.change((now) => ({ ...now, threads: 4 })),
  ]);
  expect([await first.fresh(), await second.fresh()]).toEqual(Array(2).fill({ theme: 'dark', threads: 4 }));
  await expect(
    first.change(() => {
      throw new Error('the disk is full');
    }),
  ).rejects.toThrow('full');
  expect(first.read()).toEqual({ theme: 'dark', threads: 4 });
});

test.skipIf(process.platform === 'win32')(
  'data, settings and projects are for this account alone',
  async () => {
    const app = await anApp();
    await app.addImage();
    await app.client.call('settings.set', { theme: 'dark' });
    const { project } = await app.client.call('project.snapshot', {});
    const images = join(project.folder, 'images');
    const [picture = ''] = await readdir(images);
    const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
    const files = ['project.sqlite', 'project.sqlite-wal'].map((name) => join(project.folder, name));
    const own = [join(images, picture), join(app.host.dataFolder, 'settings.json'), ...files];
    expect(await Promise.all(own.map(modeOf))).toEqual(own.map(() => '600'));
    expect(await Promise.all([app.host.dataFolder, project.folder, images].map(modeOf))).toEqual([
      '700',
      '700',
      '700',
    ]);
  },
);
