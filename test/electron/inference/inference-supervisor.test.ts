import { describe, expect, test } from 'vitest';
import { AppError } from '../../../electron/common/errors.ts';
import { encodeHalfFloats } from '../../../native-models/half-floats.ts';
import { decodeRle } from '../../../electron/common/rle.ts';
import type { InferenceSupervisor, QuestionEvent } from '../../../electron/inference/inference-supervisor.ts';
import { ModelError } from '../../../native-models/errors.ts';
import { aQuestion, aSupervisor, choice, never, readAll } from '../../helpers/a-supervisor.ts';
import type { Script } from '../../helpers/scripted-model.ts';

const textOf = (events: readonly QuestionEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.delta : '')).join('');
const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
};

test('an answer arrives in order: stages, words, a target as a mask of the image, figures', async () => {
  const { supervisor } = await aSupervisor({ answer: () => 'The cup {left} is here.' });
  await supervisor.load(choice, never());
  const events = await readAll(supervisor.ask('a', () => aQuestion('?'), never()));
  expect(events.map(({ type }) => type)).toEqual([
    ...[
      'stage',
      'stage',
      'text',
      'text',
      'target-start',
      'stage',
      'target',
      'text',
      'text',
      'text',
      'answered',
    ],
  ]);
  const target = events.find((event) => event.type === 'target');
  expect(target).toMatchObject({ bbox: [0, 0, 2, 2], area: 4, score: 0.9, logits: { side: 8 } });
  expect([...decodeRle(target!.mask).data]).toEqual([1, 1, 0, 0, 1, 1, 0, 0]);
  expect(textOf(events)).toBe('The cup  is here.');
});

test('status says what is loaded, what runs and what waits', async () => {
  const { supervisor, statuses } = await aSupervisor();
  expect(supervisor.status).toMatchObject({ state: 'none', name: null, queue: 0 });
  await supervisor.load(choice, never());
  await readAll(supervisor.ask('a', () => aQuestion('?'), never()));
  await until(() => supervisor.status.queue === 0);
  expect(supervisor.status).toMatchObject({
    state: 'ready',
    name: 'Tiny',
    device: { provider: 'cpu' },
  });
  const states = statuses.map(({ state }) => state).filter((state, at, all) => state !== all[at - 1]);
  expect(states).toEqual(['none', 'loading', 'ready', 'busy', 'ready']);
  expect(await supervisor.unload()).toMatchObject({ state: 'none', name: null, folder: null, restarts: 0 });
});

test('questions wait for each other and are told how many are in front', async () => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const { supervisor } = await aSupervisor({ beforeAnswer: () => gate });
  await supervisor.load(choice, never());
  const answers = ['one', 'two', 'three'].map((word) =>
    readAll(supervisor.ask('a', () => aQuestion(word), never())),
  );
  await until(() => supervisor.status.queue === 3);
  open();
  const [first, second, third] = await Promise.all(answers);
  const positions = (events: QuestionEvent[]) =>
    events.flatMap((event) => (event.type === 'queued' ? [event.position] : []));
  expect([positions(first!), positions(second!), positions(third!)]).toEqual([[], [1], [2, 1]]);
  expect([first!, second!, third!].map(textOf)).toEqual([
    'You said one.',
    'You said two.',
    'You said three.',
  ]);
});

describe('cancelling', () => {
  test('a running question ends at once for the asker, and the next one is answered', async () => {
    const { supervisor, processes } = await aSupervisor({
      beforeAnswer: ({ question }, signal) =>
        question === 'long'
          ? new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
          : Promise.resolve(),
    });
    await supervisor.load(choice, never());
    const stop = new AbortController();
    const long = readAll(supervisor.ask('a', () => aQuestion('long'), stop.signal));
    await until(() => supervisor.status.state === 'busy');
    const next = readAll(supervisor.ask('a', () => aQuestion('next'), never()));
    stop.abort();
    await expect(long).rejects.toMatchObject({ name: 'AbortError' });
    expect(textOf(await next)).toBe('You said next.');
    expect(processes.length).toBe(1);
  });

  test('a waiting question leaves the line', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { supervisor } = await aSupervisor({ beforeAnswer: () => gate });
    await supervisor.load(choice, never());
    const first = readAll(supervisor.ask('a', () => aQuestion('one'), never()));
    const stop = new AbortController();
    const second = readAll(supervisor.ask('a', () => aQuestion('two'), stop.signal));
    await until(() => supervisor.status.queue === 2);
    stop.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    expect(supervisor.status.queue).toBe(1);
    open();
    expect(textOf(await first)).toBe('You said one.');
  });

  test('breaking off the stream cancels too', async () => {
    let wasAborted = false;
    const { supervisor } = await aSupervisor({
      beforeAnswer: (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            wasAborted = true;
            resolve();
          });
        }),
    });
    await supervisor.load(choice, never());
    for await (const event of supervisor.ask('a', () => aQuestion('?'), never()))
      if (event.type === 'stage') break;
    await until(() => supervisor.status.queue === 0);
    expect(wasAborted).toBe(true);
  });

  test('a model that does not stop is killed and loaded anew', async () => {
    let isThinking = false;
    const { supervisor, processes } = await aSupervisor(
      {
        beforeAnswer: ({ question }) => {
          isThinking = true;
          return question === 'deaf' ? new Promise(() => undefined) : Promise.resolve();
        },
      },
      20,
    );
    await supervisor.load(choice, never());
    const stop = new AbortController();
    const deaf = readAll(supervisor.ask('a', () => aQuestion('deaf'), stop.signal));
    await until(() => isThinking);
    stop.abort();
    await expect(deaf).rejects.toMatchObject({ name: 'AbortError' });
    expect(textOf(await readAll(supervisor.ask('a', () => aQuestion('next'), never())))).toBe(
      'You said next.',
    );
    expect([processes.length, supervisor.status.restarts]).toEqual([2, 1]);
  });
});

describe('a process that dies', () => {
  const thinking: Partial<Script> = {
    beforeAnswer: ({ question }) => (question === 'hard' ? new Promise(() => undefined) : Promise.resolve()),
  };

  test('fails its question with why, is started again by itself, and answers the next', async () => {
    const { supervisor, processes } = await aSupervisor(thinking);
    await supervisor.load(choice, never());
    const hard = readAll(supervisor.ask('a', () => aQuestion('hard'), never()));
    await until(() => supervisor.status.state === 'busy');
    processes[0]!.crash({ code: null, signal: 'SIGKILL' });
    await expect(hard).rejects.toMatchObject({
      code: 'inference-crashed',
      message: expect.stringContaining('memory') as string,
    });
    await until(() => supervisor.status.state === 'ready');
    expect(supervisor.status).toMatchObject({ restarts: 1, error: null, name: 'Tiny' });
    expect(textOf(await readAll(supervisor.ask('a', () => aQuestion('next'), never())))).toBe(
      'You said next.',
    );
  });

  test('again and again is left alone until someone asks', async () => {
    const { supervisor, processes } = await aSupervisor(thinking);
    await supervisor.load(choice, never());
    for (let crashes = 1; crashes <= 3; crashes++) {
      await until(() => supervisor.status.state === 'ready');
      processes.at(-1)!.crash({ code: 139, signal: null });
      await until(() => supervisor.status.restarts === crashes);
    }
    await until(() => supervisor.status.state === 'failed');
    expect([processes.length, supervisor.status.error?.code]).toEqual([3, 'inference-crashed']);
    expect(textOf(await readAll(supervisor.ask('a', () => aQuestion('again'), never())))).toBe(
      'You said again.',
    );
  });

  test('while loading fails the load and is not tried again by itself', async () => {
    const { supervisor, processes } = await aSupervisor({ beforeLoad: () => new Promise(() => undefined) });
    const loading = supervisor.load(choice, never());
    await until(() => processes.length === 1);
    processes[0]!.crash({ code: null, signal: null });
    await expect(loading).rejects.toMatchObject({ code: 'inference-crashed' });
    expect(supervisor.status).toMatchObject({ state: 'failed', error: { code: 'inference-crashed' } });
    expect(processes.length).toBe(1);
  });
});

test("the model room's failures arrive under the app's codes", async () => {
  const { supervisor } = await aSupervisor({
    beforeLoad: () =>
      Promise.reject(new ModelError('out-of-memory', 'It needs 9 GB, 4 GB are free.', { needed: 9 })),
  });
  await expect(supervisor.load(choice, never())).rejects.toMatchObject({
    code: 'model-does-not-fit',
    message: 'It needs 9 GB, 4 GB are free.',
    details: { needed: 9, modelCode: 'out-of-memory' },
  });
  expect(supervisor.status).toMatchObject({ state: 'failed', error: { code: 'model-does-not-fit' } });
});

test('without a model a question is refused', async () => {
  const { supervisor } = await aSupervisor();
  await expect(readAll(supervisor.ask('a', () => aQuestion('?'), never()))).rejects.toMatchObject({
    code: 'no-model',
  });
  expect(supervisor.status.queue).toBe(0);
});

describe('drawing kept logits again', () => {
  const request = (threshold: number) => ({
    logits: {
      side: 2,
      placement: { side: 2, resizedWidth: 2, resizedHeight: 2 },
      halfFloats: encodeHalfFloats(Float32Array.of(1, -1, 3, -3)),
    },
    image: { width: 2, height: 2 },
    threshold,
  });

  test('needs no model and does not wait for the answer under way', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { supervisor } = await aSupervisor({ beforeAnswer: () => gate });
    expect((await supervisor.redraw(request(0), never())).area).toBe(2);
    await supervisor.load(choice, never());
    const answer = readAll(supervisor.ask('a', () => aQuestion('?'), never()));
    await until(() => supervisor.status.state === 'busy');
    expect((await supervisor.redraw(request(2), never())).area).toBe(1);
    open();
    expect(textOf(await answer)).toBe('You said ?.');
  });

  test('a slider that moves on cancels without harming the process', async () => {
    const { supervisor, processes } = await aSupervisor({}, 1);
    const stop = new AbortController();
    const late = supervisor.redraw(request(0), stop.signal);
    stop.abort();
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
    expect((await supervisor.redraw(request(-2), never())).area).toBe(3);
    expect(processes.length).toBe(1);
  });
});

test('a cancelled load leaves no model', async () => {
  const stop = new AbortController();
  const { supervisor } = await aSupervisor({
    beforeLoad: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  });
  const loading = supervisor.load(choice, stop.signal);
  await until(() => supervisor.status.state === 'loading');
  stop.abort();
  await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  expect(supervisor.status).toMatchObject({ state: 'none', error: null });
});

describe('reading ahead', () => {
  /** A reading that takes until the test lets it end, or until it is called off. */
  async function aSlowReader() {
    const seen = { read: [] as string[], calledOff: 0, end: (): void => undefined };
    const script: Partial<Script> = {
      readAhead: ({ image, history }, signal) =>
        new Promise((resolve) => {
          seen.read.push(`${image.key} after ${history.length}`);
          seen.end = resolve;
          signal.addEventListener('abort', () => {
            seen.calledOff += 1;
            resolve();
          });
        }),
    };
    const { supervisor, processes, statuses } = await aSupervisor(script);
    await supervisor.load(choice, never());
    const start = async (key = 'a') => {
      const outcome = supervisor.readAhead(key, () => aQuestion('', key), never());
      await until(() => seen.read.length > 0);
      return outcome;
    };
    return { supervisor, processes, statuses, seen, start };
  }

  test('is told in the status, is no question in the line, and ends ready', async () => {
    const { supervisor, seen, start } = await aSlowReader();
    const outcome = start();
    await until(() => seen.read.length > 0);
    expect(supervisor.status).toMatchObject({
      state: 'reading-ahead',
      queue: 0,
      device: { provider: 'cpu' },
    });
    seen.end();
    expect(await outcome).toBe(true);
    expect(supervisor.status).toMatchObject({ state: 'ready', queue: 0 });
    expect(seen).toMatchObject({ read: ['a after 0'], calledOff: 0 });
  });

  test('a question about the same image lets it end, reads as reading the image, and sends no second picture', async () => {
    const { supervisor, processes, seen, start } = await aSlowReader();
    const outcome = start();
    await until(() => seen.read.length > 0);
    const events = readAll(supervisor.ask('a', () => aQuestion('cup'), never()));
    await until(() => supervisor.status.queue === 1);
    seen.end();
    expect(await outcome).toBe(true);
    expect((await events)[0]).toEqual({ type: 'stage', stage: 'reading-image' });
    expect((await events).filter(({ type }) => type === 'queued')).toEqual([]);
    expect(textOf(await events)).toBe('You said cup.');
    expect(processes[0]!.messages.filter(({ type }) => type === 'picture').length).toBe(1);
    expect(seen.calledOff).toBe(0);
  });

  test.each([
    [
      'a question about another image',
      (it: InferenceSupervisor) => readAll(it.ask('b', () => aQuestion('tree', 'b'), never())),
    ],
    ['another model', (it: InferenceSupervisor) => it.load(choice, never())],
    ['unloading', (it: InferenceSupervisor) => it.unload()],
  ])('%s does not wait for it', async (_, come) => {
    const { supervisor, processes, seen, start } = await aSlowReader();
    const outcome = start();
    await until(() => seen.read.length > 0);
    await come(supervisor);
    expect(await outcome).toBe(false);
    expect(seen.calledOff).toBe(1);
    expect(processes).toHaveLength(1);
  });

  test('whoever called it off hears so, and the model is free again', async () => {
    const { supervisor, seen } = await aSlowReader();
    const stop = new AbortController();
    const outcome = supervisor.readAhead('a', () => aQuestion(''), stop.signal);
    await until(() => seen.read.length > 0);
    stop.abort();
    await expect(outcome).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => supervisor.status.state === 'ready');
    expect(textOf(await readAll(supervisor.ask('a', () => aQuestion('cup'), never())))).toBe('You said cup.');
  });

  test('is not done without a loaded model, nor while a question runs or another is read ahead', async () => {
    const idle = await aSupervisor();
    const prepare = () => Promise.reject(new Error('not to be asked for'));
    expect(await idle.supervisor.readAhead('a', prepare, never())).toBe(false);
    const { supervisor, seen, start } = await aSlowReader();
    const outcome = start();
    await until(() => seen.read.length > 0);
    expect(await supervisor.readAhead('b', prepare, never())).toBe(false);
    const question = readAll(supervisor.ask('a', () => aQuestion('cup'), never()));
    expect(await supervisor.readAhead('b', prepare, never())).toBe(false);
    seen.end();
    await Promise.all([outcome, question]);
  });

  test('a picture that cannot be read is its caller’s to know, and harms nobody else', async () => {
    const { supervisor } = await aSupervisor();
    await supervisor.load(choice, never());
    const gone = () => Promise.reject(new AppError('image-missing', 'cup.png is gone.'));
    await expect(supervisor.readAhead('a', gone, never())).rejects.toMatchObject({ code: 'image-missing' });
    expect(supervisor.status).toMatchObject({ state: 'ready', queue: 0 });
    expect(textOf(await readAll(supervisor.ask('a', () => aQuestion('cup'), never())))).toBe('You said cup.');
  });

  test('a process that dies of it is replaced', async () => {
    const { supervisor, processes, seen, start } = await aSlowReader();
    const outcome = start();
    await until(() => seen.read.length > 0);
    processes[0]!.crash({ code: 139, signal: null });
    expect(await outcome).toBe(false);
    await until(() => supervisor.status.state === 'ready');
    expect(supervisor.status.restarts).toBe(1);
    expect(processes).toHaveLength(2);
    expect(textOf(await readAll(supervisor.ask('a', () => aQuestion('cup'), never())))).toBe('You said cup.');
  });
});

test('what asks for a process once the app is closing gets none, and nothing outlives it', async () => {
  const { supervisor, processes } = await aSupervisor();
  await supervisor.dispose();
  await expect(supervisor.load(choice, never())).rejects.toMatchObject({ name: 'AbortError' });
  expect([processes.length, supervisor.status.state]).toEqual([0, 'none']);
});

test('a supervisor that was disposed of starts no process for a late question', async () => {
  const { supervisor, processes } = await aSupervisor();
  await supervisor.load(choice, never());
  await supervisor.dispose();
  await expect(readAll(supervisor.ask('a', () => aQuestion('late'), never()))).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(await supervisor.readAhead('a', () => aQuestion(''), never())).toBe(false);
  expect(processes).toHaveLength(1);
});

test('after a model that could not be loaded, questions are answered by the one before', async () => {
  const loads: string[] = [];
  const { supervisor } = await aSupervisor({
    answer: () => 'Here.',
    beforeLoad: async (folder) => {
      loads.push(folder);
      if (folder === 'broken') throw new ModelError('model-damaged', 'decoder.data is cut off.');
    },
  });
  await supervisor.load(choice, never());
  await expect(
    supervisor.load({ ...choice, folder: 'broken', name: 'Broken' }, never()),
  ).rejects.toMatchObject({ code: 'model-damaged' });
  expect(supervisor.status).toMatchObject({
    state: 'failed',
    folder: choice.folder,
    error: { message: 'decoder.data is cut off.' },
  });
  expect(textOf(await readAll(supervisor.ask('a', () => aQuestion('?'), never())))).toBe('Here.');
  expect(loads).toEqual([choice.folder, 'broken', choice.folder]);
  expect(supervisor.status).toMatchObject({ state: 'ready', name: choice.name, error: null });
});

test('a runtime that gives up while computing is no bug of the app', async () => {
  const { supervisor } = await aSupervisor({
    beforeAnswer: () => Promise.reject(new ModelError('run-failed', 'The model failed while computing: x')),
  });
  await supervisor.load(choice, never());
  await expect(readAll(supervisor.ask('a', () => aQuestion('?'), never()))).rejects.toMatchObject({
    code: 'inference-crashed',
    message: 'The model failed while computing: x',
  });
});
