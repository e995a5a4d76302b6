import { once } from 'node:events';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackend } from '../../../../electron/backend/create-backend.ts';
import { AppError } from '../../../../electron/common/errors.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { writePng } from '../../../helpers/pictures-on-disk.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';

async function aFolderOfPictures(app: App): Promise<{ images: string; questions: string; project: string }> {
  const images = join(app.folder, 'photos');
  await mkdir(images);
  for (const width of [8, 9, 10]) await writePng(join(images, `${width}.png`), { width, height: 6 });
  await writeFile(join(images, 'broken.png'), 'no picture');
  const questions = join(app.folder, 'questions.txt');
  await writeFile(questions, '\uFEFFWhere is the cup?\r\n\r\nAnd the rest?\n');
  const { project } = await app.client.call('project.snapshot', {});
  await app.backend.dispose();
  return { images, questions, project: project.folder };
}

test('a folder is asked a file of questions; what was broken off is refused anew, and --resume finishes it', async () => {
  let answered = 0;
  const stop = new AbortController();
  const app = await anApp({
    model: {
      answer() {
        answered += 1;
        return 'The cup {left}.';
      },
      // Ctrl-C comes while it thinks about the third, and it thinks until it hears of it.
      async beforeAnswer(_request, signal) {
        if (answered < 2 || stop.signal.aborted) return;
        stop.abort();
        await once(signal, 'abort');
      },
    },
  });
  const { images, questions, project } = await aFolderOfPictures(app);
  const words = ['ask', '--images', images, '--questions', questions, '--project', project, '--json'];
  const surroundings = { backend: () => createBackend(app.host), folder: app.folder };

  const first = await runPixellm(words, { ...surroundings, signal: stop.signal });
  expect(first.code).toBe(130);
  const refused = await runPixellm(words, surroundings);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('--resume goes on with it');
  const second = await runPixellm([...words, '--resume'], surroundings);
  expect(second.code).toBe(3); // one file is no picture
  expect(second.err).toContain('broken.png');
  expect(JSON.parse(second.out)).toMatchObject({ job: { done: 6, failed: 0, total: 6 }, failedImages: 1 });
  // Six answers, and the one that Ctrl-C cut off.
  expect(answered).toBeLessThanOrEqual(7);
});

test('--resume asks what has no answer yet: nothing twice, a new picture and a new question once', async () => {
  const asked: string[] = [];
  const app = await anApp({
    model: {
      answer: () => 'The cup {left}.',
      beforeAnswer({ question }) {
        asked.push(question);
        return Promise.resolve();
      },
    },
  });
  const { images, questions, project } = await aFolderOfPictures(app);
  await rm(join(images, 'broken.png'));
  const run = (...more: string[]) =>
    runPixellm(
      ['ask', '--images', images, '--questions', questions, '--project', project, '--json', ...more],
      {
        backend: () => createBackend(app.host),
        folder: app.folder,
      },
    );
  expect((await run('--resume')).code).toBe(0);
  expect(asked).toHaveLength(6);
  const again = await run('--resume');
  expect([again.code, JSON.parse(again.out)]).toEqual([
    0,
    { job: null, jobs: [], failures: [], failedImages: 0, unread: [] },
  ]);
  expect(asked).toHaveLength(6);
  await writePng(join(images, '11.png'), { width: 11, height: 6 });
  await appendFile(questions, 'Why?\n');
  const more = await run('--resume');
  expect(more.code).toBe(0);
  expect(asked.slice(6).toSorted()).toEqual([
    'And the rest?',
    'Where is the cup?',
    ...Array.from({ length: 4 }, () => 'Why?'),
  ]);
  // Whoever wants them all again says so.
  expect((await run()).code).toBe(0);
  expect(asked).toHaveLength(12 + 12);
});

test('--resume asks what is new although something of the run before fails again, and no failure piles up', async () => {
  const asked: string[] = [];
  const stop = new AbortController();
  const app = await anApp({
    model: {
      answer({ question }) {
        if (question.startsWith('And')) throw new AppError('prompt-too-long', 'This one does not work.');
        return 'The cup {left}.';
      },
      async beforeAnswer({ question }, signal) {
        asked.push(question);
        if (asked.length !== 3 || stop.signal.aborted) return;
        stop.abort();
        await once(signal, 'abort');
      },
    },
  });
  const { images, questions, project } = await aFolderOfPictures(app);
  await rm(join(images, 'broken.png'));
  const words = ['ask', '--images', images, '--questions', questions, '--project', project, '--json'];
  const surroundings = { backend: () => createBackend(app.host), folder: app.folder };
  expect((await runPixellm(words, { ...surroundings, signal: stop.signal })).code).toBe(130);
  await writeFile(questions, 'Where is the cup?\nAnd the rest?\nWhy?\n');
  asked.length = 0;
  const second = await runPixellm([...words, '--resume'], surroundings);
  expect(second.code).toBe(3);
  const told = JSON.parse(second.out) as { jobs: { done: number; failed: number }[]; failures: object[] };
  expect(told.jobs.map(({ done, failed }) => [done, failed])).toEqual([
    [3, 3],
    [3, 0],
  ]);
  const why = { code: 'prompt-too-long', message: 'This one does not work.' };
  expect(told.failures).toEqual(
    ['8.png', '9.png', '10.png'].map((name) => ({ label: `${name}: And the rest?`, ...why })),
  );
  expect(asked.filter((question) => question === 'Why?')).toHaveLength(3);
  // The run is over: what failed is tried once more as a run of its own, in the place of the failures.
  asked.length = 0;
  expect((await runPixellm([...words, '--resume'], surroundings)).code).toBe(3);
  expect(asked).toEqual(['And the rest?', 'And the rest?', 'And the rest?']);
  await app.restart();
  const turns = await app.records('turn');
  expect(turns.filter(({ outcome }) => outcome === 'failed')).toHaveLength(3);
  expect(turns).toHaveLength(9);
});

test.each<[string, string[], RegExp]>([
  ['--resume', ['--resume'], /--resume goes with --questions/u],
  ['--again', ['--again'], /--again goes with --questions/u],
  ['--images', ['--images', 'photos'], /--images goes with --questions/u],
])('an option of many images is refused with a single question: %s', async (_name, more, words) => {
  const app = await anApp();
  const { code, err } = await runPixellm(['ask', 'a.png', 'Why?', ...more], {
    backend: () => createBackend(app.host),
    folder: app.folder,
  });
  expect(code).toBe(2);
  expect(err).toMatch(words);
});

test.each<[string, string[], RegExp]>([
  ['no project', [], /--questions needs --project/u],
  ['images as words', ['--project', 'P', 'a.png'], /come by --images/u],
  [
    'a file of masks',
    ['--project', 'P', '--export', 'a.json'],
    /--export does not go with .*"pixellm export"/u,
  ],
  ['a threshold', ['--project', 'P', '--threshold', '1'], /--threshold does not go with/u],
  ['going on and anew', ['--project', 'P', '--resume', '--again'], /choose one/u],
])('the command line is refused: %s', async (_name, more, words) => {
  const app = await anApp();
  const { questions } = await aFolderOfPictures(app);
  const { code, err } = await runPixellm(['ask', '--questions', questions, ...more], {
    backend: () => createBackend(app.host),
    folder: app.folder,
  });
  expect(code).toBe(2);
  expect(err).toMatch(words);
});
