import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveApp } from '../../helpers/served-app.ts';
import { anOnlooker, memoryOf, processorSecondsOf } from '../onlooker.ts';
import { writeMuse } from './muse-of-size.ts';

/**
 * What looking into a MUSE file costs: time and processor until its first page, of each filter and of a question with its masks; the memory of
 * the app's process; how long a second window waits meanwhile. `npm run bench -- browse [QUESTIONS]`, 246000 (the paper's) unless given.
 */
const searches = [
  { words: '' },
  { words: 'silver thing 77' },
  { words: 'nobody wrote this' },
  { words: 'wooden', category: 'thing 3', fewestTargets: 3 },
  { words: '', category: 'thing 900' },
] as const;

export async function main(argv: readonly string[]): Promise<number> {
  const questions = Number(argv[0] ?? 246_000);
  if (!Number.isInteger(questions) || questions < 1) {
    console.error('Usage: npm run bench -- browse [QUESTIONS]');
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'pixellm-bench-'));
  const app = await serveApp(join(import.meta.dirname, '..', 'node', 'cli.js'), folder);
  try {
    const path = join(app.root, 'muse.json');
    const counts = await writeMuse(path, questions);
    const megabytes = Math.round((await stat(path)).size / 2 ** 20);
    console.log(
      `${counts.questions} questions, ${counts.targets} targets, ${counts.images} images, ${megabytes} MB`,
    );
    const client = await app.connect();
    await client.call('app.info', {});
    const before = await memoryOf(app.pid);
    const measured = async (what: string, work: () => Promise<string>): Promise<void> => {
      const onlooker = await anOnlooker(app);
      const [start, used] = [performance.now(), await processorSecondsOf(app.pid)];
      const found = await work();
      const milliseconds = Math.round(performance.now() - start);
      const processor = (await processorSecondsOf(app.pid)) - used;
      const { worst } = await onlooker.end();
      console.log(
        `${what}: ${milliseconds} ms, ${processor.toFixed(2)} s of processor; a second window waited ${worst} ms at most (${found})`,
      );
    };
    await measured('opening', async () => {
      let told = 0;
      for await (const event of client.stream('browse.open', { path }))
        told = event.type === 'done' ? event.questions : told;
      return `${told} questions`;
    });
    const open = await memoryOf(app.pid);
    console.log(
      `memory: ${before.now} MB before, ${open.now} MB with the file open, ${open.most} MB at most`,
    );
    for (const search of searches)
      await measured(JSON.stringify(search), async () => {
        const { total, rows } = await client.call('browse.list', { path, ...search, limit: 500 });
        return `${total} found, ${rows.length} listed`;
      });
    const { rows } = await client.call('browse.list', { path, words: 'dusty', limit: 500 });
    await measured('a question with its masks', async () => {
      const { targets } = await client.call('browse.show', {
        path,
        key: rows.at(-1)?.key ?? '',
        images: null,
      });
      return `${targets.length} targets`;
    });
    const after = await memoryOf(app.pid);
    console.log(`memory: ${after.now} MB after, ${after.most} MB at most`);
    client.close();
    return 0;
  } finally {
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
