import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { forkInference } from '../../../electron/hosts/fork-inference.ts';
import {
  InferenceSupervisor,
  type Question,
  type QuestionEvent,
} from '../../../electron/inference/inference-supervisor.ts';
import { bundleForNode } from '../../helpers/bundle-for-node.ts';

const never = () => new AbortController().signal;
const aQuestion = async (question: string): Promise<Question> => ({
  image: { key: 'a', width: 4, height: 2, rgb: new Uint8Array(24) },
  history: [],
  question,
  maxNewTokens: null,
});

async function readAll(events: AsyncIterable<QuestionEvent>): Promise<QuestionEvent[]> {
  const all: QuestionEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test('a real process answers, is killed, exits, hangs - and each time the next question is answered by a new one', async () => {
  const supervisor = new InferenceSupervisor({
    spawn: forkInference(await bundleForNode('scripted-inference.ts', 'inference')),
    chooseModel: () => Promise.reject(new Error('none')),
    onStatus: () => undefined,
    graceMs: 300,
  });
  onTestFinished(() => supervisor.dispose());
  const ask = (question: string, signal = never()) =>
    readAll(supervisor.ask('a', () => aQuestion(question), signal));
  const answered = async () => {
    const target = (await ask('hello')).find((event) => event.type === 'target');
    expect(target?.logits.halfFloats).toBeInstanceOf(Uint16Array);
    return target?.area;
  };

  await supervisor.load({ folder: 'x', name: 'X', provider: 'auto', threads: null }, never());
  expect(await answered()).toBe(4);
  await expect(ask('die')).rejects.toMatchObject({
    code: 'inference-crashed',
    details: { signal: 'SIGKILL' },
  });
  expect(await answered()).toBe(4);
  await expect(ask('exit')).rejects.toMatchObject({ code: 'inference-crashed', details: { code: 3 } });
  expect(await answered()).toBe(4);
  const stop = new AbortController();
  const hanging = ask('hang', stop.signal);
  setTimeout(() => stop.abort(), 100);
  await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
  expect(await answered()).toBe(4);
  expect(supervisor.status.restarts).toBe(3);
});

test('a process that cannot be started is said', async () => {
  const supervisor = new InferenceSupervisor({
    spawn: forkInference('/nowhere'),
    chooseModel: () => Promise.reject(new Error('none')),
    onStatus: () => undefined,
  });
  onTestFinished(() => supervisor.dispose());
  await expect(
    supervisor.load({ folder: 'x', name: 'X', provider: 'auto', threads: null }, never()),
  ).rejects.toMatchObject({
    code: 'inference-crashed',
  });
  expect(supervisor.status.state).toBe('failed');
});

test('a process whose parent went while it was still being loaded ends', async () => {
  const folder = await bundleForNode('scripted-inference.ts', 'inference');
  const child = fork(join(folder, 'inference.js'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  child.disconnect();
  expect((await ended)[0]).toBe(0);
});
