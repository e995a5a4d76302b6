import { expect, test } from 'vitest';
import { pixelStorage } from '../../../renderer/panels/pane-storage.ts';

function aStorage(start: Record<string, string> = {}) {
  const kept = new Map(Object.entries(start));
  let width = 1000;
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return { storage: pixelStorage(storage, 'canvas', () => width), resize: (to: number) => (width = to) };
}
const read = (text: string | null): unknown => JSON.parse(text ?? 'null');

test('panes keep their width in pixels on another screen, and the picture takes the rest', () => {
  const { storage, resize } = aStorage();
  storage.setItem('panes', JSON.stringify({ images: 20, canvas: 45, right: 35 }));
  expect(read(storage.getItem('panes'))).toEqual({ images: 20, canvas: 45, right: 35 });
  resize(2000);
  expect(read(storage.getItem('panes'))).toEqual({ images: 10, canvas: 72.5, right: 17.5 });
});

test('on a screen without room for them, and where what is kept is none of ours, the panes have their own widths', () => {
  const { storage, resize } = aStorage({ 'broken px': '{', 'other px': '{"images":"wide"}' });
  storage.setItem('panes', JSON.stringify({ images: 20, canvas: 45, right: 35 }));
  resize(700);
  expect(['panes', 'broken', 'other', 'none'].map((key) => storage.getItem(key))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
