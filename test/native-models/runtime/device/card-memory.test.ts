import { describe, expect, test } from 'vitest';
import { bytesOnCard, cardWithRoom } from '../../../../native-models/runtime/device/card-memory.ts';
import { nvidiaCards, visibleCards } from '../../../../native-models/runtime/device/nvidia-cards.ts';

const file = (path: string, bytes: number) => ({ path, bytes, sha256: '' });
const graph = (data: string) => ({ graph: '', data, loadedBytes: 0 });
/** The 7B's shapes at 16 bits. */
const model: Parameters<typeof bytesOnCard>[0] = {
  name: 'PixelLM 7B',
  precision: 'fp16',
  contextLength: 2048,
  files: [file('decoder.data', 13.2e9), file('vision.data', 0.7e9), file('masks.data', 0.1e9)],
  graphs: {
    ...{ vision: graph('vision.data'), decoder: graph('decoder.data'), masks: graph('masks.data') },
    ...{ visionGpu: graph('vision.data'), masksGpu: graph('masks.data') },
  },
  memory: { loadedBytes: 0, cacheBytesPerToken: 2 * 32 * 4096 * 4, peakBytes: 0 },
};
const card = (index: number, free: number, total = 24e9) => ({
  ...{ index, name: `Card ${index}`, totalBytes: total, freeBytes: free },
});

describe('memory on the card', () => {
  test('is weights as they are stored, a whole cache and what the provider takes: a 7B at 16 bits in 16 GB', () => {
    expect(bytesOnCard(model, { cacheBytes: 2 })).toBeGreaterThan(14e9);
    expect(bytesOnCard(model, { cacheBytes: 2 })).toBeLessThan(16e9);
    expect(bytesOnCard(model, { cacheBytes: 4 }) - bytesOnCard(model, { cacheBytes: 2 })).toBe(
      2048 * 2 * 32 * 4096 * 2,
    );
  });

  test('is taken on the card with most room', () => {
    expect(cardWithRoom([card(0, 17e9), card(1, 23e9)], model, 'cuda').index).toBe(1);
  });

  test('is refused in words before anything is loaded, with both figures', () => {
    expect(() => cardWithRoom([card(0, 8e9), card(1, 9e9)], model, 'cuda')).toThrow(
      'The model PixelLM 7B (fp16) needs 16 GB on the card; 9.0 GB of Card 1’s 24 GB are free.',
    );
    expect(() => cardWithRoom([], model, 'cuda')).toThrow('CUDA finds no card.');
  });
});

describe('the cards that may be used', () => {
  const cards = [card(0, 1), card(1, 2), card(2, 3)];
  const free = (visible: string | undefined) =>
    visibleCards(cards, visible)?.map(({ index, freeBytes }) => [index, freeBytes]);

  test('are all, or those that the variable lists, in its order and numbered anew', () => {
    expect(free(undefined)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(free('2,0')).toEqual([
      [0, 3],
      [1, 1],
    ]);
    expect(free('7')).toEqual([]);
    expect(free('')).toEqual([]);
    expect(free('GPU-1a2b')).toBeUndefined();
  });

  test('are unknown where there is no driver to ask', () => {
    if (process.env['CUDA_VISIBLE_DEVICES'] === undefined && nvidiaCards() !== null) return; // a machine with a card
    expect(nvidiaCards()).toBeNull();
  });
});
