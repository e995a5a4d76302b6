import { fstatSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Checkpoints } from '../../../../electron/backend/project/checkpoints.ts';
import {
  flushedLater,
  integrityProblems,
  makeDurable,
  openDatabase,
  readPragma,
} from '../../../../electron/backend/project/database.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const pageBytes = 4_096;

/**
 * A disk that keeps of each file what it held when it was flushed last; of what was written since, a power cut leaves any pages of the database
 * and all or nothing of the log. What SQLite flushes by itself is told by whoever makes it do so.
 */
async function aDisk(random: () => number) {
  const file = join(await temporaryFolder(), 'x.sqlite');
  const database = openDatabase(file);
  onTestFinished(() => database.close());
  makeDurable(database);
  database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, value TEXT) STRICT');
  readPragma(database, 'wal_checkpoint(TRUNCATE)');
  const log = `${file}-wal`;
  const kept = { file: readFileSync(file), log: readFileSync(log) };
  const flushLog = (): void => void (kept.log = readFileSync(log));
  const flush = (handle: number): void => {
    if (fstatSync(handle).ino === numberOf(file)) kept.file = readFileSync(file);
    else flushLog();
  };
  const checkpoints = new Checkpoints(database, file, {
    now: flush,
    async later(handle) {
      // Takes its time, in which others write and flush. What it brings to the disk is what there was when it began.
      const which = fstatSync(handle).ino === numberOf(file) ? 'file' : 'log';
      const [before, asked] = [kept[which], readFileSync(which === 'file' ? file : log)];
      for (let turns = Math.floor(random() * 12); turns > 0; turns--) await setImmediate();
      if (kept[which] === before) kept[which] = asked;
    },
  });
  onTestFinished(() => checkpoints.close());
  /** What the next start finds. */
  const afterPowerCut = async (): Promise<{
    readonly problems: readonly string[];
    readonly rows: ReadonlySet<number>;
  }> => {
    // In this very moment: whatever is awaited lets the disk catch up.
    const now = { file: readFileSync(file), log: readFileSync(log) };
    const mixed = Buffer.from(now.file);
    for (let at = 0; at < kept.file.length; at += pageBytes)
      if (random() < 0.5) kept.file.copy(mixed, at, at, at + pageBytes);
    const keptLog = random() < 0.7 ? kept.log : now.log;
    const copy = join(await temporaryFolder(), 'x.sqlite');
    await writeFile(copy, mixed);
    await writeFile(`${copy}-wal`, keptLog);
    const found = openDatabase(copy);
    try {
      const rows = found.prepare('SELECT id FROM t').all();
      return { problems: integrityProblems(found), rows: new Set(rows.map(({ id }) => Number(id))) };
    } finally {
      found.close();
    }
  };
  return { database, checkpoints, flushLog, afterPowerCut };
}

function numberOf(path: string): number {
  return statSync(path).ino;
}

test('a power cut at any moment leaves a whole database with all that was said to be saved', async () => {
  for (let seed = 1; seed <= 2; seed++) {
    const random = seededRandom(seed);
    const { database, checkpoints, flushLog, afterPowerCut } = await aDisk(random);
    const insert = database.prepare('INSERT INTO t (id, value) VALUES (?, ?)');
    let waiting: number[] = [];
    const saved: number[] = [];
    for (let id = 1; id <= 90; id++) {
      const isFlushed = random() < 0.3;
      checkpoints.beforeWrite();
      const write = (): void => void insert.run(id, 'x'.repeat(Math.floor(random() * 9_000)));
      if (isFlushed) write();
      else flushedLater(database, write);
      waiting.push(id);
      if (isFlushed) {
        flushLog();
        saved.push(...waiting);
        waiting = [];
      }
      checkpoints.wrote(150, isFlushed);
      if (random() < 0.5) await setImmediate();
      if (random() < 0.2) await checkpoints.settled();
      if (random() < 0.4) {
        const { problems, rows } = await afterPowerCut();
        expect({ seed, id, problems, lost: saved.filter((one) => !rows.has(one)) }).toEqual({
          ...{ seed, id },
          problems: [],
          lost: [],
        });
      }
    }
    await checkpoints.end();
  }
});
