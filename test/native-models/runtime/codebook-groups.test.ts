import { describe, expect, test } from 'vitest';
import { CodebookGroups, referenceGroups } from '../../../native-models/runtime/codebook-groups.ts';

const ids = [40, 41, 42, 43, 44, 45];
const word = 7;

describe('groups while an answer is written', () => {
  test('are complete with their last token, whatever the order', () => {
    expect(gather([word, 41, 40, 40, 45, 42, 42, word])).toEqual({
      groups: [[1, 2, 3, 4, 5, 6]],
      discarded: 0,
    });
  });

  test('may stand side by side', () => {
    expect(gather([...ids, ...ids]).groups).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10, 11],
    ]);
  });

  test('continue after text that interrupts them, as in the reference', () => {
    expect(gather([40, 41, 42, word, 43, 44, 45])).toEqual({ groups: [[0, 1, 2, 4, 5, 6]], discarded: 0 });
  });

  test('are dropped when a fresh one starts after the text, so that targets are not mixed', () => {
    expect(gather([40, 41, 42, word, ...ids])).toEqual({ groups: [[4, 5, 6, 7, 8, 9]], discarded: 3 });
  });

  test('are kept when the last one is cut off', () => {
    expect(gather([...ids, word, 40, 41])).toEqual({ groups: [[0, 1, 2, 3, 4, 5]], discarded: 2 });
  });

  test('can be thirty-four', () => {
    expect(gather(Array.from({ length: 34 }, () => [word, ...ids]).flat()).groups).toHaveLength(34);
  });
});

describe('the reference’s groups', () => {
  test.each([
    { count: 0, groups: 0, discarded: 0 },
    { count: 6, groups: 1, discarded: 0 },
    { count: 8, groups: 0, discarded: 8 },
    { count: 12, groups: 2, discarded: 0 },
  ])('of $count tokens are $groups', ({ count, groups, discarded }) => {
    const found = referenceGroups(
      Array.from({ length: count }, (_, index) => Float32Array.of(index)),
      { ids },
    );
    expect([found.groups.length, found.discarded]).toEqual([groups, discarded]);
  });
});

/** Pushes tokens whose states are their index; gives the indices of each group. */
function gather(tokens: readonly number[]): { groups: number[][]; discarded: number } {
  const groups = new CodebookGroups({ ids });
  const found = tokens.flatMap((id, index) => {
    const group = groups.push(id, Float32Array.of(index));
    return group ? [group.map((state) => state[0] ?? -1)] : [];
  });
  return { groups: found, discarded: groups.discarded };
}
