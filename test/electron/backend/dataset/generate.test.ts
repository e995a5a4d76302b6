import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lintProject } from '../../../../electron/backend/dataset/lint.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import type { JobStatus } from '../../../../electron/common/job-messages.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { withScenes } from '../../../helpers/annotated-project.ts';
import { bundleForNode } from '../../../helpers/bundle-for-node.ts';
import { aChatEndpoint } from '../../../helpers/chat-endpoint.ts';
import type { Manner, TestEndpoint } from '../../../helpers/start-chat-endpoint.ts';

async function ended(app: App): Promise<JobStatus> {
  for (;;) {
    const [job] = await app.client.call('jobs.list', {});
    if (job && job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function generated(manners: readonly Manner[], more: { perImage?: number; images?: number } = {}) {
  const app = await anApp();
  await withScenes(app, more.images ?? 1);
  const server = await aChatEndpoint((number) => manners[number] ?? 'good');
  const endpoint = { baseUrl: server.baseUrl, model: 'scripted', vision: false };
  // Patience ends nothing here: on a busy machine a reply may take long.
  const request = {
    imageIds: null,
    endpoint,
    perImage: more.perImage ?? 1,
    concurrency: 1,
    timeoutMs: 60_000,
  };
  await app.client.call('muse.generate', request);
  return { app, server, job: await ended(app) };
}

test('a question that is kept is a draft turn whose targets are the project’s own masks, with a description each', async () => {
  const { app, job } = await generated([]);
  expect(job).toMatchObject({
    state: 'done',
    figures: { kept: 1, requests: 1, promptTokens: 100, completionTokens: 50 },
  });
  const [turn] = await app.records('turn');
  expect(turn).toMatchObject({
    draft: true,
    outcome: 'answered',
    model: { name: 'scripted', provider: 'endpoint' },
    rawAnswer: null,
  });
  expect(turn?.answer?.map(({ text }) => text).join('')).toBe(
    'One would take the left thing and the right thing.',
  );
  const masks = await app.records('annotation');
  expect(
    (await app.records('target')).map(({ phrase, description, annotationId }) => [
      phrase,
      description,
      annotationId,
    ]),
  ).toEqual([
    ['the left thing', 'the left thing', masks[0]?.id],
    ['the right thing', 'the right thing', masks[1]?.id],
  ]);
});

test('the second question of an image is asked for with the first one beside it', async () => {
  const { server } = await generated([], { perImage: 2 });
  expect(server.asked[0]?.text).not.toContain('are there already');
  expect(server.asked[1]?.text).toContain('What would one need to set a table for tea here?');
});

test.each<[Manner, RegExp]>([
  ['wrong-ids', /There is no object \\?"i100/u],
  ['same-descriptions', /have the same description/u],
  ['too-many-marks', /\{seg\} 3 times for 2 instances/u],
  ['chinese', /not in English/u],
  ['german', /not in English/u],
])('a reply with a fault is sent back once with the reason: %s', async (manner, reason) => {
  const { job, server } = await generated([manner]);
  expect(job.figures).toMatchObject({ kept: 1, requests: 2 });
  expect(server.asked[1]?.text).toMatch(reason);
});

test('a model that miscounts its marks is shown its own descriptions with them', async () => {
  const { server } = await generated(['too-many-marks']);
  const sent = JSON.parse(server.asked[1]?.text ?? '') as { messages: { content: string }[] };
  expect(sent.messages.at(-1)?.content).toContain(
    'in this order: "... the left thing {seg} ... the right thing {seg} ...".',
  );
});

test('one that has a fault again is left out, counted, and its reason is told', async () => {
  const { app, job } = await generated(['same-descriptions', 'too-many-marks']);
  expect(job).toMatchObject({ state: 'done', done: 1, failed: 0, figures: { leftOut: 1 } });
  const { items } = await app.client.call('jobs.items', { id: job.id });
  expect(items[0]?.note).toContain('Left out: The answer holds {seg} 3 times for 2 instances');
  expect(await app.records('turn')).toEqual([]);
});

test('an endpoint that changes its model in mid-job stops the job, blames no image and keeps what was written; resuming goes on with the new one', async () => {
  const { app, job } = await generated(['good', ...Array<Manner>(20).fill('other-model')], { images: 3 });
  expect(job).toMatchObject({
    state: 'stopped',
    done: 1,
    failed: 0,
    error: {
      code: 'endpoint-refused',
      message: expect.stringContaining('"scripted" answered until now, now "another" does'),
    },
  });
  await app.client.call('jobs.resume', { id: job.id });
  expect(await ended(app)).toMatchObject({ state: 'done', done: 3, failed: 0 });
  expect((await app.records('turn')).map(({ model }) => model?.name)).toEqual([
    'scripted',
    'another',
    'another',
  ]);
});

test('an endpoint that keeps answering in another language costs each image two requests, and every reason is told', async () => {
  const { app, job, server } = await generated(Array<Manner>(20).fill('german'), { images: 2 });
  expect(job).toMatchObject({ state: 'done', done: 2, failed: 0, figures: { leftOut: 2, requests: 4 } });
  const { items } = await app.client.call('jobs.items', { id: job.id });
  expect(items.map(({ note }) => note)).toEqual(items.map(() => 'Left out: The text is not in English.'));
  expect(server.asked).toHaveLength(4);
});

test('JSON in a fence is read all the same', async () => {
  expect((await generated(['fenced'])).job.figures).toMatchObject({ kept: 1, requests: 1 });
});

test('a refused key stops the job, blames no image, and neither journal nor status holds the key', async () => {
  const { app, job } = await generated(['refused'], { images: 3 });
  expect(job).toMatchObject({ state: 'stopped', done: 0, failed: 0, error: { code: 'endpoint-refused' } });
  expect(JSON.stringify(job)).not.toContain('secret');
  const { project } = await app.client.call('project.snapshot', {});
  const [journal] = await readdir(join(project.folder, 'jobs'));
  expect(await readFile(join(project.folder, 'jobs', journal!), 'utf8')).not.toContain('secret');
});

test('images without an accepted mask cost no request and are told', async () => {
  const app = await anApp();
  await app.addImage();
  const server = await aChatEndpoint(() => 'good');
  const endpoint = { baseUrl: server.baseUrl, model: 'scripted', vision: false };
  expect(await app.client.call('muse.estimate', { imageIds: null, endpoint, perImage: 2 })).toMatchObject({
    requests: 0,
    skippedImages: 1,
    firstPrompt: null,
  });
  await app.client.call('muse.generate', { imageIds: null, endpoint, perImage: 1 });
  expect((await ended(app)).figures).toEqual({ skipped: 1 });
  expect(server.asked).toEqual([]);
});

test('an estimate shows the exact prompt, counts the cost and sends nothing', async () => {
  const app = await anApp();
  await withScenes(app, 2);
  const server = await aChatEndpoint(() => 'good');
  const endpoint = { baseUrl: server.baseUrl, model: 'scripted', vision: false };
  const request = { imageIds: null, endpoint, perImage: 3 };
  const estimate = await app.client.call('muse.estimate', request);
  expect(estimate.requests).toBe(6);
  expect(server.asked).toEqual([]);
  await app.client.call('muse.generate', { ...request, concurrency: 1 });
  await ended(app);
  const sent = JSON.parse(server.asked[0]!.text) as { messages: { role: string; content: string }[] };
  expect(estimate.firstPrompt).toBe(
    sent.messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n'),
  );
});

test('an endpoint that sees gets the image with boxes in its own pixels', async () => {
  const app = await anApp();
  await withScenes(app, 1);
  const server = await aChatEndpoint(() => 'good');
  const endpoint = { baseUrl: server.baseUrl, model: 'scripted', vision: true };
  await app.client.call('muse.generate', { imageIds: null, endpoint, perImage: 1 });
  expect((await ended(app)).figures['kept']).toBe(1);
  expect(server.asked[0]?.text).toContain('data:image/jpeg;base64,');
});

test('without an endpoint nothing is asked, and only the command line names one as it asks', async () => {
  const app = await anApp({ host: { door: 'browser' } });
  await withScenes(app, 1);
  const request = { imageIds: null, perImage: 1 };
  await expect(app.client.call('muse.generate', request)).rejects.toMatchObject({ code: 'endpoint-not-set' });
  const endpoint = { baseUrl: 'http://127.0.0.1:9/v1', model: 'm', vision: false };
  await expect(app.client.call('muse.generate', { ...request, endpoint })).rejects.toMatchObject({
    code: 'bad-input',
  });
});

/** One request in three goes wrong, each time in another way. */
function misbehaving(number: number): Manner {
  const bad: Manner[] = [
    'truncated',
    'wrong-ids',
    'busy',
    'error',
    'hang',
    'wrong-type',
    'huge',
    'same-descriptions',
  ];
  return number % 3 === 1 ? bad[Math.floor(number / 3) % bad.length]! : 'good';
}

/** The image, told apart by its width in the prompt, and how many questions it had already. */
function subjectOf({ text }: TestEndpoint['asked'][number]): { width: number; earlier: number } {
  const width = Number(/The image is (\d+) pixels/u.exec(text)?.[1]);
  return { width, earlier: text.match(/\\n- What would one need/gu)?.length ?? 0 };
}

test('a job over 20 scenes against a misbehaving server, killed twice, accounts for every image and repeats nothing that was kept', {
  timeout: 240_000,
}, async () => {
  const app = await anApp();
  await withScenes(app, 20);
  const { project } = await app.client.call('project.snapshot', {});
  await app.backend.dispose();
  const server = await aChatEndpoint(misbehaving);
  const script = join(await bundleForNode('generate-until-killed.ts', 'generate'), 'generate.js');
  let killed = 0;
  const kills: { readonly asked: number; readonly kept: Map<number, number> }[] = [];
  for (const lives of [15, 35, Number.POSITIVE_INFINITY]) {
    const child = spawn(process.execPath, [script, project.folder, server.baseUrl], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    for await (const chunk of child.stdout) {
      const done = Number(String(chunk).trimEnd().split('\n').at(-1));
      if (done < lives || child.killed) continue;
      child.kill('SIGKILL');
      killed++;
    }
    await exited;
    const store = await ProjectStore.open(project.folder);
    const kept = new Map<number, number>();
    for (const { imageId } of store.all('turn')) {
      const { width } = store.find('image', imageId);
      kept.set(width, (kept.get(width) ?? 0) + 1);
    }
    kills.push({ asked: server.asked.length, kept });
    await store.close();
  }
  expect(killed).toBe(2);
  const store = await ProjectStore.open(project.folder);
  const turns = store.all('turn');
  // Every kept one is sound by all the rules, those about the classes of its image too.
  expect(await lintProject(store, new AbortController().signal)).toMatchObject({
    questions: turns.length,
    sound: turns.length,
    findings: [],
  });
  await store.close();
  const [name] = await readdir(join(project.folder, 'jobs'));
  const lines = (await readFile(join(project.folder, 'jobs', name!), 'utf8')).trimEnd().split('\n').slice(1);
  const outcomes = lines.map(
    (line) => JSON.parse(line) as { item?: string; error?: unknown; figures?: { kept?: number } },
  );
  const items = outcomes.filter(({ item }) => item !== undefined);
  // Every question of every image has its line, and those that were kept are the turns.
  expect(new Set(items.map(({ item }) => item)).size).toBe(60);
  expect(items.filter(({ figures }) => figures?.kept === 1)).toHaveLength(turns.length);
  expect(new Set(turns.map(({ imageId }) => imageId)).size).toBe(20);
  expect(turns.length).toBeGreaterThan(50);
  // What had been kept before a kill was not asked for again: whoever is asked about is told of all questions kept until then.
  for (const { asked, kept } of kills.slice(0, 2)) {
    const repeated = server.asked
      .slice(asked)
      .map(subjectOf)
      .filter(({ width, earlier }) => earlier < (kept.get(width) ?? 0));
    expect(repeated).toEqual([]);
  }
});
