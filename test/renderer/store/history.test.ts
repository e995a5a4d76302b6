import { expect, test } from 'vitest';
import type { Diff } from '../../../electron/common/document/records.ts';
import {
  entryOf,
  initialHistory,
  moved,
  pushed,
  pushedBeside,
  withJobBegun,
} from '../../../renderer/store/history.ts';
import { aTurn, aTurnId, anAnnotation, anAnnotationId } from '../../helpers/records.ts';

const adding = (name: string, maskBytes = 10): Diff => ({
  added: [anAnnotation({ id: anAnnotationId(name), mask: { size: [3, 4], counts: '0'.repeat(maskBytes) } })],
  changed: [],
  removed: [],
});

test('a step taken back lies inverted on the other list, and comes back as it was', () => {
  const history = pushed(initialHistory, entryOf('Add', adding('a')));
  const undone = moved(history, 'undo');
  expect(undone.undo).toEqual([]);
  expect(undone.redo[0]?.change).toEqual({ added: [], changed: [], removed: adding('a').added });
  expect(moved(undone, 'redo')).toEqual(history);
});

test('a new change forgets what could be redone', () => {
  const undone = moved(pushed(initialHistory, entryOf('Add', adding('a'))), 'undo');
  expect(pushed(undone, entryOf('Add', adding('b'))).redo).toEqual([]);
});

test('the limit is memory, not a count: the oldest steps go first', () => {
  const limitBytes = 10 * entryOf('Add', adding('x', 5_000)).bytes;
  let history = initialHistory;
  for (let step = 0; step < 25; step += 1) {
    history = pushed(history, entryOf(`Add ${step}`, adding(`${step}`, 5_000)), limitBytes);
  }
  expect(history.undo.map(({ label }) => label)).toEqual(
    Array.from({ length: 10 }, (_, index) => `Add ${index + 15}`),
  );
});

test('many small steps stay where few large ones would not', () => {
  let history = initialHistory;
  for (let step = 0; step < 2_000; step += 1) history = pushed(history, entryOf('Move', adding(`${step}`)));
  expect(history.undo.length).toBe(2_000);
});

test('the newest step stays, however large it is', () => {
  const history = pushed(initialHistory, entryOf('Paint', adding('huge', 100_000)), 10);
  expect(history.undo.length).toBe(1);
});

test('taking a step from an empty list changes nothing', () => {
  expect(moved(initialHistory, 'undo')).toBe(initialHistory);
  expect(moved(initialHistory, 'redo')).toBe(initialHistory);
});

test('what a job makes is one step where the job began: the person’s own later steps go first, and what could be redone stays', () => {
  const turn = (name: string): Diff => ({ added: [], changed: [], removed: [aTurn({ id: aTurnId(name) })] });
  let history = pushed(initialHistory, entryOf('Move', adding('before')));
  history = withJobBegun(history, 'job');
  history = moved(pushed(history, entryOf('Paint', adding('after'))), 'undo');
  history = pushed(history, entryOf('Draw', adding('own')));
  history = moved(history, 'undo');
  history = pushed(history, entryOf('Draw', adding('own')));
  history = moved(pushed(history, entryOf('Undone', adding('x'))), 'undo');
  const { redo } = history;
  history = pushedBeside(history, entryOf('Ask', turn('a'), 'job'));
  history = pushedBeside(history, entryOf('Ask', turn('b'), 'job'));
  history = pushedBeside(history, entryOf('Ask', turn('c'), 'job'));
  expect(history.redo).toBe(redo);
  expect(history.undo.map(({ label }) => label)).toEqual([
    'Move',
    'Ask about many images (3 answers)',
    'Draw',
  ]);
  expect(history.undo[1]?.change.removed.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});
