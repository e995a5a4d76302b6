import { once } from 'node:events';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBackend } from '../../../../electron/backend/create-backend.ts';
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
  expect([again.code, JSON.parse(again.out)]).toEqual([0, { job: null, jobs: [], failedImages: 0 }]);
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

test.each<[string, string[], RegExp]>([
  ['no project', [], /--questions needs --project/u],
  ['images as words', ['--project', 'P', 'a.png'], /come by --images/u],
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
