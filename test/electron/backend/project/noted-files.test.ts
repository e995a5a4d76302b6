import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import { NotedFiles } from '../../../../electron/backend/project/noted-files.ts';
import { inTransaction, openDatabase } from '../../../../electron/backend/project/database.ts';
import { aProject, reopened } from '../../../helpers/a-project.ts';
import { anImage, anImageId } from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const stamp = (bytes: number) => ({ bytes, modifiedMs: 5 });

test('ten thousand files looked at cost one transaction, not ten thousand', async () => {
  vi.useFakeTimers();
  try {
    const database = openDatabase(join(await temporaryFolder(), 'x.sqlite'));
    database.exec('CREATE TABLE image_file (image_id TEXT PRIMARY KEY, bytes INTEGER, modified_ms REAL)');
    const transactions = vi.fn((work: () => void) => inTransaction(database, 'x', work));
    const noted = new NotedFiles(database, transactions);
    for (let number = 0; number < 10_000; number++) noted.note(anImageId(`image-${number}`), stamp(number));
    expect([noted.of(anImageId('image-7')), transactions.mock.calls.length]).toEqual([stamp(7), 0]);
    vi.advanceTimersByTime(1_000);
    expect(transactions).toHaveBeenCalledTimes(1);
    expect(database.prepare('SELECT COUNT(*) AS n FROM image_file').get()).toEqual({ n: 10_000 });
    database.close();
  } finally {
    vi.useRealTimers();
  }
});

test('what was noted is known at once, and by the next start', async () => {
  const store = await aProject([anImage()]);
  store.noteFile(anImageId('image-1'), stamp(12));
  expect(store.fileStamp(anImageId('image-1'))).toEqual(stamp(12));
  expect((await reopened(store)).fileStamp(anImageId('image-1'))).toEqual(stamp(12));
});

test('an image that means another picture takes what was noted of it along', async () => {
  const store = await aProject([anImage()]);
  store.noteFile(anImageId('image-1'), stamp(12));
  store.commit({ ...emptyDiff, changed: [[anImage(), anImage({ sha256: 'b'.repeat(64) })]] });
  expect(store.fileStamp(anImageId('image-1'))).toBeNull();
  expect((await reopened(store)).fileStamp(anImageId('image-1'))).toBeNull();
});

test('what cannot be written is no failure: the file is read once more', async () => {
  const database = openDatabase(join(await temporaryFolder(), 'x.sqlite'));
  const noted = new NotedFiles(database, () => {
    throw new Error('The disk is full.');
  });
  noted.note(anImageId('image-1'), stamp(1));
  noted.flush();
  expect(noted.of(anImageId('image-1'))).toBeNull();
  database.close();
});
