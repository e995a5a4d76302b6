import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBegunWork } from '../../../../electron/backend/app/begun-work.ts';
import { deleteProject } from '../../../../electron/backend/project/delete-project.ts';
import { isProjectFolder, mayBeProjectFolder } from '../../../../electron/backend/project/project-folder.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { canLoseRights, withoutRights } from '../../../helpers/without-rights.ts';

test('a folder without a project is said to be none, whatever is wrong with its name', async () => {
  const place = await temporaryFolder();
  await writeFile(join(place, 'file'), '');
  for (const folder of [place, join(place, 'nowhere'), join(place, 'file'), join(place, 'x'.repeat(300))]) {
    expect([await isProjectFolder(folder), await mayBeProjectFolder(folder)]).toEqual([false, false]);
    await expect(ProjectStore.open(folder)).rejects.toMatchObject({ code: 'project-not-found' });
  }
});

test.skipIf(!canLoseRights)(
  'a folder that may not be looked into is not said to hold nothing, and is neither opened nor deleted',
  async () => {
    const place = await temporaryFolder();
    const begun = await openBegunWork(join(place, 'data'));
    const folder = join(place, 'Cups');
    await mkdir(folder);
    await (await ProjectStore.create(join(folder, 'inside'), 'Cups')).close();
    const refused = {
      code: 'file-not-readable',
      message: `${join(folder, 'inside')} cannot be read: you have no right to it (EACCES).`,
    };
    await withoutRights(folder, async () => {
      const inside = join(folder, 'inside');
      expect([await isProjectFolder(inside), await mayBeProjectFolder(inside)]).toEqual([false, true]);
      await expect(ProjectStore.open(inside)).rejects.toMatchObject(refused);
      await expect(deleteProject(inside, begun)).rejects.toMatchObject(refused);
    });
    await (await ProjectStore.open(join(folder, 'inside'))).close();
  },
);
