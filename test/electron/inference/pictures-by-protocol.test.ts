import { expect, test } from 'vitest';
import type { InferenceSupervisor } from '../../../electron/inference/inference-supervisor.ts';
import { aQuestion, aSupervisor, choice, never, readAll } from '../../helpers/a-supervisor.ts';
import type { ScriptedProcess } from '../../helpers/scripted-model.ts';

/** The supervisor keeps no memory of what a process knows: whatever happened in between, a question about the same picture is answered. */
type Studio = Awaited<ReturnType<typeof aSupervisor>>;

const answerOf = async (supervisor: InferenceSupervisor, question: string, key = 'a'): Promise<string> =>
  (await readAll(supervisor.ask(key, () => aQuestion(question, key), never())))
    .map((event) => (event.type === 'text' ? event.delta : ''))
    .join('');
const picturesSentTo = ({ messages }: ScriptedProcess): number =>
  messages.filter(({ type }) => type === 'picture').length;

test('the picture travels once as long as the questions are about it', async () => {
  const { supervisor, processes } = await aSupervisor();
  await supervisor.load(choice, never());
  const sent: number[] = [];
  for (const key of ['a', 'a', 'b', 'a']) {
    await answerOf(supervisor, '?', key);
    sent.push(picturesSentTo(processes[0]!));
  }
  expect(sent).toEqual([1, 1, 2, 3]);
});

test.each<[string, (studio: Studio) => Promise<unknown>]>([
  ['the same model was loaded again', ({ supervisor }) => supervisor.load(choice, never())],
  ['another model was loaded', ({ supervisor }) => supervisor.load({ ...choice, folder: 'other' }, never())],
  ['it was given other threads', ({ supervisor }) => supervisor.load({ ...choice, threads: 1 }, never())],
  [
    'it was unloaded and loaded',
    async ({ supervisor }) => {
      await supervisor.unload();
      await supervisor.load(choice, never());
    },
  ],
  [
    'a load was refused',
    async ({ supervisor }) => {
      await expect(supervisor.load({ ...choice, folder: 'broken' }, never())).rejects.toThrow(
        'no such model',
      );
      await supervisor.load(choice, never());
    },
  ],
  [
    'its process died',
    async ({ processes, supervisor }) => {
      processes.at(-1)?.crash({ code: null, signal: 'SIGKILL' });
      await expect.poll(() => supervisor.status.restarts).toBe(1);
    },
  ],
  [
    'it read ahead of another picture',
    ({ supervisor }) => supervisor.readAhead('b', () => aQuestion('', 'b'), never()),
  ],
])('a question about the same picture is answered after %s', async (_, between) => {
  const studio = await aSupervisor({
    beforeLoad: (folder) =>
      folder === 'broken' ? Promise.reject(new Error('no such model')) : Promise.resolve(),
  });
  await studio.supervisor.load(choice, never());
  expect(await answerOf(studio.supervisor, 'one')).toBe('You said one.');
  await between(studio);
  expect(await answerOf(studio.supervisor, 'two')).toBe('You said two.');
  expect(await answerOf(studio.supervisor, 'three')).toBe('You said three.');
});

test('reading ahead is sent the picture too, and the question after it is not', async () => {
  const { supervisor, processes } = await aSupervisor();
  await supervisor.load(choice, never());
  expect(await supervisor.readAhead('a', () => aQuestion(''), never())).toBe(true);
  expect(picturesSentTo(processes[0]!)).toBe(1);
  await supervisor.load(choice, never());
  expect(await supervisor.readAhead('a', () => aQuestion(''), never())).toBe(true);
  expect(await answerOf(supervisor, 'one')).toBe('You said one.');
  expect(picturesSentTo(processes[0]!)).toBe(2);
});

test('a question given up before its picture arrived harms no other', async () => {
  const { supervisor, processes } = await aSupervisor();
  await supervisor.load(choice, never());
  const stop = new AbortController();
  const given = readAll(supervisor.ask('a', () => aQuestion('one'), stop.signal));
  while (!processes[0]?.messages.some(({ type }) => type === 'ask'))
    await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await expect(given).rejects.toMatchObject({ name: 'AbortError' });
  expect(await answerOf(supervisor, 'two')).toBe('You said two.');
});
