import { describe, expect, test } from 'vitest';
import { pickleOf, readPickle } from '../../../../../electron/backend/formats/refcoco/pickle.ts';

describe('pickles', () => {
  const value = [{ a: 1, b: -5, c: 2.5, d: 'é“x”', e: [true, false, null], f: 3_000_000_000 }];
  const plain = new Map<unknown, unknown>([
    ['a', 1],
    ['b', -5],
    ['c', 2.5],
    ['d', 'é“x”'],
    ['e', [true, false, null]],
    ['f', 3_000_000_000],
  ]);

  test('what we write reads back', () => {
    expect(readPickle(pickleOf(value))).toEqual([plain]);
  });

  /** By Python 3.12: pickle.dumps([{'a': 1, 'b': [-70000, 2.5, None, True], 'c': ('x', 'é')}], protocol), bytes as hex. */
  test.each([
    [
      0,
      '286c70300a286470310a56610a70320a49310a7356620a70330a286c70340a492d37303030300a6146322e350a614e614930310a617356630a70350a2856780a70360a56e90a70370a7470380a73612e',
    ],
    [
      2,
      '80025d71007d71012858010000006171024b0158010000006271035d7104284a90eefeff4740040000000000004e8865580100000063710558010000007871065802000000c3a9710786710875612e',
    ],
    [
      4,
      '80049535000000000000005d947d94288c0161944b018c0162945d94284a90eefeff4740040000000000004e88658c0163948c0178948c02c3a994869475612e',
    ],
  ])('protocol %d of Python reads as what it was', (_protocol, hex) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(readPickle(bytes)).toEqual([
      new Map<unknown, unknown>([
        ['a', 1],
        ['b', [-70_000, 2.5, null, true]],
        ['c', { tuple: ['x', 'é'] }],
      ]),
    ]);
  });

  test.each([
    ['one that would call something', Buffer.from("cos\nsystem\n(S'true'\ntR.")],
    ['one that would make an object', Buffer.from('80024e4e8152712e', 'hex')],
    ['one that is cut off', Buffer.from(pickleOf(value)).subarray(0, 20)],
    ['an empty one', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
  ])('%s is refused, and nothing of it is run', (_what, bytes) => {
    expect(() => readPickle(bytes)).toThrow(/pickle cannot be read/u);
  });
});
