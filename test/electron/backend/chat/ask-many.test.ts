import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import type { ImageId } from '../../../../electron/common/document/records.ts';
import type { JobStatus } from '../../../../electron/common/job-messages.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { bundleForNode } from '../../../helpers/bundle-for-node.ts';

/** Waits until the job is in that state. */
async function until(app: App, state: JobStatus['state'], isSo: (job: JobStatus) => boolean = () => true) {
  for (;;) {
    const [job] = await app.client.call('jobs.list', {});
    if (job?.state === state && isSo(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function withImages(app: App, count: number): Promise<void> {
  for (let number = 0; number < count; number++) await app.addImage({ width: 8 + number, height: 6 });
}

test('every question is put to every image; the answers are turns whose masks wait for review', async () => {
  const app = await anApp();
  await withImages(app, 3);
  const questions = ['Where is the cup?', 'And the rest?'];
  const started = await app.client.call('chat.askMany', { imageIds: null, questions });
  expect(started).toMatchObject({ total: 6, title: 'Ask “Where is the cup?” and 1 more' });
  const job = await until(app, 'done');
  expect(job).toMatchObject({ done: 6, failed: 0, figures: { targets: 6, empty: 0 }, running: [] });
  // One step for a person, who may take all of it back at once.
  const steps = app.changes.filter(({ label }) => label.startsWith('Ask')).map(({ step }) => step);
  expect(steps).toEqual(Array(6).fill(job.id));
  const turns = await app.records('turn');
  expect(turns.map(({ outcome }) => outcome)).toEqual(Array(6).fill('answered'));
  expect((await app.records('annotation')).map(({ review }) => review)).toEqual(Array(6).fill('proposed'));
  const items = await app.client.call('jobs.items', { id: job.id, only: 'done', offset: 1, limit: 1 });
  expect(items.total).toBe(6);
  expect(items.items[0]).toMatchObject({
    label: 'picture-1.png: And the rest?',
    note: 'The red cup  is here.',
  });
});

test('one image that fails is named with its reason, the others are answered, and resuming asks that one alone', async () => {
  let isAsked = 0;
  let isBroken = true;
  const app = await anApp({
    model: {
      answer({ image }) {
        isAsked++;
        if (image.width === 9 && isBroken) throw new Error('This one does not work.');
        return 'The cup {left}.';
      },
    },
  });
  await withImages(app, 3);
  await app.client.call('chat.askMany', { imageIds: null, questions: ['Where?'] });
  const job = await until(app, 'done');
  expect(job).toMatchObject({ done: 2, failed: 1 });
  const { items } = await app.client.call('jobs.items', { id: job.id, only: 'failed' });
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ label: 'picture-2.png' });
  expect(items[0]?.error?.message).toContain('This one does not work.');
  isBroken = false;
  isAsked = 0;
  await app.client.call('jobs.resume', { id: job.id });
  expect(await until(app, 'done', ({ failed }) => failed === 0)).toMatchObject({ done: 3 });
  expect(isAsked).toBe(1);
  expect(await app.records('turn')).toHaveLength(3);
});

test('a hundred and one questions are asked, each image and question once however often they are named; a million answers are the most', async () => {
  const app = await anApp();
  const imageId = await app.addImage({ width: 8, height: 6 });
  const questions = Array.from({ length: 101 }, (_, at) => `Where is ${at}?`);
  const twice = [...questions, ...questions, ' Where is 0? '];
  const job = await app.client.call('chat.askMany', { imageIds: [imageId, imageId], questions: twice });
  expect(job.total).toBe(101);
  await app.client.call('jobs.cancel', { id: job.id });
  const imageIds = Array.from({ length: 10_000 }, (_, at) => `${at}`.padStart(36, '0') as ImageId);
  await expect(app.client.call('chat.askMany', { imageIds, questions })).rejects.toMatchObject({
    code: 'bad-input',
    message:
      'That would be 1,010,000 answers; one run gives 1,000,000 at most. Divide the questions or the images.',
  });
});

test('asking again what failed leaves what was asked of the image since: by the job, and by a person', async () => {
  let isBroken = true;
  const app = await anApp({
    model: {
      answer({ question }) {
        if (question === 'First?' && isBroken) throw new Error('This one does not work.');
        return 'The cup {left}.';
      },
    },
  });
  await withImages(app, 1);
  const { id } = await app.client.call('chat.askMany', { imageIds: null, questions: ['First?', 'Second?'] });
  await until(app, 'done', ({ failed }) => failed === 1);
  const [image] = await app.records('image');
  await app.ask('Third?', image!.id);
  const before = (await app.records('turn')).filter(({ question }) => question !== 'First?');
  expect(before.map(({ question }) => question)).toEqual(['Second?', 'Third?']);
  isBroken = false;
  await app.client.call('jobs.resume', { id });
  await until(app, 'done', ({ failed }) => failed === 0);
  const turns = (await app.records('turn')).toSorted((a, b) => a.order - b.order);
  expect(turns.map(({ question, outcome }) => [question, outcome])).toEqual([
    ['First?', 'answered'],
    ['Second?', 'answered'],
    ['Third?', 'answered'],
  ]);
  expect(turns.slice(1)).toEqual(before);
  expect(await app.records('annotation')).toHaveLength(3);
});

test('a model process that dies in the middle costs no image its answer', async () => {
  let deaths = 0;
  const app = await anApp({
    model: {
      async beforeAnswer({ image }) {
        if (image.width !== 9 || deaths++ > 0) return;
        app.processes.at(-1)?.crash({ code: null, signal: 'SIGKILL' });
        await new Promise(() => undefined);
      },
    },
  });
  await withImages(app, 3);
  await app.client.call('chat.askMany', { imageIds: null, questions: ['Where?'] });
  expect(await until(app, 'done')).toMatchObject({ done: 3, failed: 0 });
  expect((await app.records('turn')).map(({ outcome }) => outcome)).toEqual(Array(3).fill('answered'));
});

test('a paused job starts nothing; it goes on where it was, and a cancelled one can be resumed', async () => {
  const app = await anApp({
    model: { beforeAnswer: () => new Promise((resolve) => setTimeout(resolve, 2)) },
  });
  await withImages(app, 6);
  const { id } = await app.client.call('chat.askMany', { imageIds: null, questions: ['Where?'] });
  await until(app, 'running', ({ done }) => done > 0);
  await app.client.call('jobs.pause', { id });
  const { done } = await until(app, 'paused');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await until(app, 'paused')).toMatchObject({ done });
  await app.client.call('jobs.resume', { id });
  await until(app, 'running', (job) => job.done > done);
  await app.client.call('jobs.cancel', { id });
  await until(app, 'cancelled');
  await app.restart();
  await app.client.call('jobs.resume', { id });
  await until(app, 'done', (job) => job.done === 6);
  const turns = await app.records('turn');
  expect(new Set(turns.map(({ imageId }) => imageId)).size).toBe(6);
  expect(turns).toHaveLength(6);
  await app.client.call('jobs.remove', { id });
  expect(await app.client.call('jobs.list', {})).toEqual([]);
  expect(await app.records('turn')).toHaveLength(6);
});

test('the window that started a job may close, and a second window sees it', async () => {
  const app = await anApp({
    model: { beforeAnswer: () => new Promise((resolve) => setTimeout(resolve, 2)) },
  });
  await withImages(app, 4);
  const second = app.openWindow();
  const seen: JobStatus[] = [];
  second.client.on('jobs.changed', (job) => void seen.push(job));
  await app.client.call('chat.askMany', { imageIds: null, questions: ['Where?'] });
  app.close();
  while (seen.at(-1)?.state !== 'done') await new Promise((resolve) => setTimeout(resolve, 2));
  expect(seen.at(-1)).toMatchObject({ done: 4, total: 4 });
  expect(await second.client.call('jobs.list', {})).toHaveLength(1);
});

test('a batch over 200 images that is killed twice ends with every image answered once', {
  timeout: 180_000,
}, async () => {
  const app = await anApp();
  for (let number = 0; number < 200; number++) await app.addImage({ width: 8, height: 6 });
  const { project } = await app.client.call('project.snapshot', {});
  await app.backend.dispose();
  const script = join(await bundleForNode('ask-many-until-killed.ts', 'ask-many'), 'ask-many.js');
  const killed: number[] = [];
  for (const lives of [60, 130, Number.POSITIVE_INFINITY]) {
    const child = spawn(process.execPath, [script, project.folder, app.host.resourcesFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    for await (const chunk of child.stdout) {
      const done = Number(String(chunk).trimEnd().split('\n').at(-1));
      if (done < lives || child.killed) continue;
      child.kill('SIGKILL');
      killed.push(done);
    }
    await exited;
  }
  expect(killed).toHaveLength(2);
  const store = await ProjectStore.open(project.folder);
  const turns = store.all('turn');
  await store.close();
  expect(turns.map(({ outcome }) => outcome)).toEqual(Array(200).fill('answered'));
  expect(new Set(turns.map(({ imageId }) => imageId)).size).toBe(200);
  const { id } = (await readJobs(project.folder))[0]!;
  const lines = (await readFile(join(project.folder, 'jobs', `${id}.jsonl`), 'utf8')).trimEnd().split('\n');
  // The header, one line an image, the end: nothing was done twice.
  expect(lines).toHaveLength(202);
});

async function readJobs(folder: string): Promise<{ id: string }[]> {
  const { readdir } = await import('node:fs/promises');
  return (await readdir(join(folder, 'jobs'))).map((name) => ({ id: name.replace('.jsonl', '') }));
}

test('each question is put on its own: no answer hangs on what was asked before it, or again', async () => {
  const told: (readonly unknown[])[] = [];
  const app = await anApp({
    model: {
      answer({ history }) {
        told.push(history);
        return 'The cup {left}.';
      },
    },
  });
  await withImages(app, 1);
  await app.client.call('chat.askMany', { imageIds: null, questions: ['Where?', 'And there?'] });
  await until(app, 'done');
  expect(told).toEqual([[], []]);
});
