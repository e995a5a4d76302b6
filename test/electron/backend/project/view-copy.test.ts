import { chmod, readFile, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { isWritable } from '../../../../electron/backend/project/view-copy.ts';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import { aProject } from '../../../helpers/a-project.ts';
import { anImage, everyKind } from '../../../helpers/records.ts';

const copies = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('pixellm-view-'));

test('a project that cannot be written is shown whole, each change is refused in words, and nothing beside it is touched', async () => {
  const store = await aProject(everyKind);
  const { folder } = store;
  const before = [...store.entities.values()];
  // Still open, as after a kill: what it holds stands in its log alone.
  const files = await readdir(folder);
  const database = await readFile(join(folder, 'project.sqlite'));
  const others = await copies();
  const view = await ProjectStore.openToView(folder);
  expect([...view.entities.values()]).toEqual(before);
  expect(view.info).toMatchObject({ isReadOnly: true, folder });
  const added = [anImage({ id: 'another' as ReturnType<typeof anImage>['id'] })];
  for (const change of [() => view.commit({ ...emptyDiff, added }), () => view.rename('Other')])
    expect(change).toThrow(
      expect.objectContaining({
        code: 'file-not-writable',
        message: expect.stringContaining('can only be looked at'),
      }),
    );
  view.saveView({ zoom: 2 });
  expect([...view.entities.values()]).toEqual(before);
  await view.close();
  expect(await copies()).toEqual(others);
  expect((await readdir(folder)).toSorted()).toEqual(files.toSorted());
  expect(await readFile(join(folder, 'project.sqlite'))).toEqual(database);
});

// The administrator may write everywhere, whatever the mode says.
test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'whether it can be written is seen by the folder and the file',
  async () => {
    const store = await aProject(everyKind);
    const { folder } = store;
    await store.close();
    expect(await isWritable(folder)).toBe(true);
    await chmod(folder, 0o500);
    onTestFinished(() => chmod(folder, 0o700));
    expect(await isWritable(folder)).toBe(false);
    const view = await ProjectStore.open(folder);
    onTestFinished(() => view.close());
    expect(view.info.isReadOnly).toBe(true);
    expect((await stat(folder)).mode & 0o777).toBe(0o500);
  },
);
