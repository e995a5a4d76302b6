import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRecords } from '../../../../electron/backend/project/check-records.ts';
import { openDatabase } from '../../../../electron/backend/project/database.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { aProject } from '../../../helpers/a-project.ts';
import { anAnnotation, anAnnotationId, everyKind } from '../../../helpers/records.ts';

/** The database of a closed project, changed behind the app's back. */
async function aDamaged(
  sql: string,
  masks = 1,
): Promise<{ readonly folder: string; check(): Promise<unknown> }> {
  const more = Array.from({ length: masks }, (_, at) => anAnnotation({ id: anAnnotationId(`m${at}`) }));
  const store = await aProject([...everyKind, ...more]);
  await store.close();
  const change = openDatabase(join(store.folder, 'project.sqlite'));
  change.exec('PRAGMA foreign_keys = OFF');
  change.exec(sql);
  change.close();
  return {
    folder: store.folder,
    async check() {
      const database = openDatabase(join(store.folder, 'project.sqlite'));
      return checkRecords(database).finally(() => database.close());
    },
  };
}

test('of thousands of records the one that is not as it was written is found, and opening tells of it', async () => {
  const { folder, check } = await aDamaged("UPDATE annotation SET sum = sum + 1 WHERE id = 'm2345'", 3_000);
  await expect(check()).rejects.toMatchObject({ code: 'project-damaged', details: { id: 'm2345' } });
  await expect(ProjectStore.open(folder)).rejects.toMatchObject({
    code: 'project-damaged',
    message: expect.stringContaining('the annotation m2345 is not as it was written') as string,
  });
});

test.each([
  ['image_id', 'annotation', "UPDATE annotation SET image_id = 'gone' WHERE id = 'm0'", 'm0'],
  ['category_id', 'annotation', "UPDATE annotation SET category_id = 'gone' WHERE id = 'm0'", 'm0'],
  ['turn_id', 'target', "UPDATE target SET turn_id = 'gone'", 'target-1'],
  ['annotation_id', 'target', "DELETE FROM annotation WHERE id = 'annotation-1'", 'target-1'],
  ['image_id', 'turn', "UPDATE turn SET image_id = 'gone'", 'turn-1'],
])('a record whose %s leads nowhere is found (%s: %s)', async (where, kind, sql, id) => {
  const { check } = await aDamaged(sql);
  await expect(check()).rejects.toMatchObject({ code: 'project-damaged', details: { id, kind, where } });
});

test('a whole project has nothing to tell, and others get their turn while it is looked through', async () => {
  const { check } = await aDamaged('SELECT 1', 4_000);
  let turns = 0;
  const others = setInterval(() => (turns += 1), 0);
  expect(await check()).toEqual({
    unreviewed: everyKind.filter((record) => 'review' in record && record.review === 'proposed').length,
    orphanedLogits: [],
  });
  clearInterval(others);
  expect(turns).toBeGreaterThanOrEqual(3);
});
