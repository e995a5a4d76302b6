import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ModelStatus } from '../../../electron/common/contract.ts';
import type { ImageId } from '../../../electron/common/document/records.ts';
import { readAheadOfQuestions } from '../../../renderer/store/read-ahead.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const [cup, tree] = ['cup', 'tree'] as unknown as [ImageId, ImageId]; // ids are branded strings
const loaded: ModelStatus = {
  state: 'ready',
  folder: 'tiny',
  name: 'Tiny',
  device: {
    ...{ requested: 'auto', provider: 'cpu', reason: null, tried: [], measured: [] },
    ...{ precision: 'int8', threads: 2, memoryBytes: 1 },
  },
  error: null,
  queue: 0,
  restarts: 0,
};
const dwell = () => vi.advanceTimersByTimeAsync(800);
const show = (imageId: ImageId | null) => useStudio.setState(({ view }) => ({ view: { ...view, imageId } }));
const setModel = (model: Partial<ModelStatus>) => useStudio.setState({ model: { ...loaded, ...model } });

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** What was asked for, and what the backend says to it: done unless the test says otherwise. */
async function aReader(
  answer: (imageId: ImageId, signal: AbortSignal) => Promise<boolean> = async () => true,
) {
  const asked: ImageId[] = [];
  const studio = aScriptedStudio({
    handlers: () => ({
      'chat.readAhead': async ({ imageId }, { signal }) => {
        asked.push(imageId);
        return { isDone: await answer(imageId, signal) };
      },
    }),
  });
  await aWindow(studio);
  setModel({});
  onTestFinished(readAheadOfQuestions());
  return asked;
}

test('an image that stays in sight is read once, and again by another model', async () => {
  const asked = await aReader();
  show(cup);
  await dwell();
  setModel({ state: 'busy', queue: 1 });
  setModel({});
  await dwell();
  expect(asked).toEqual([cup]);
  setModel({ folder: 'large' });
  await dwell();
  expect(asked).toEqual([cup, cup]);
});

test('paging through images reads only the one somebody stays at', async () => {
  const asked = await aReader();
  show(cup);
  await vi.advanceTimersByTimeAsync(300);
  show(tree);
  await dwell();
  expect(asked).toEqual([tree]);
});

test('leaving an image calls its reading off', async () => {
  const calledOff: ImageId[] = [];
  const asked = await aReader(
    (imageId, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          calledOff.push(imageId);
          resolve(false);
        });
        if (imageId === tree) resolve(true);
      }),
  );
  show(cup);
  await dwell();
  show(tree);
  await dwell();
  expect([asked, calledOff]).toEqual([[cup, tree], [cup]]);
});

test('a model that is busy is left alone, and asked when it is free', async () => {
  const asked = await aReader();
  setModel({ state: 'busy' });
  show(cup);
  await dwell();
  expect(asked).toEqual([]);
  setModel({});
  await dwell();
  expect(asked).toEqual([cup]);
});

test('a question that came between does not end it', async () => {
  const answers = [false, true];
  const asked = await aReader(async () => answers.shift() ?? true);
  show(cup);
  await dwell();
  await dwell();
  await dwell();
  expect(asked).toEqual([cup, cup]);
});

test('nothing is read without a loaded model, without an image, or against the person’s wish', async () => {
  const asked = await aReader();
  show(null);
  await dwell();
  setModel({ state: 'none', device: null });
  show(cup);
  await dwell();
  useStudio.setState(({ settings }) => ({ settings: { ...settings, readAhead: false } }));
  setModel({});
  await dwell();
  expect(asked).toEqual([]);
});

test('a failure is left to the question that meets it', async () => {
  const asked = await aReader(() => Promise.reject(new Error('The image is gone.')));
  show(cup);
  await dwell();
  await dwell();
  expect(asked).toEqual([cup]);
  expect(useStudio.getState().toasts).toEqual([]);
});
