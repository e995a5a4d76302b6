import { expect, test } from 'vitest';
import type { Network } from '../../../native-models/pixellm/network.ts';
import { blockFor, stylesFor, stylesOf } from '../../../native-models/pixellm/precision-styles.ts';

test('a wide model at int4 has blocks of 64, a narrow one of 32; the other precisions know one width', () => {
  const block = (hidden: number): number => blockFor({ language: { hidden } as Network['language'] }); // all that is asked
  expect([192, 1023, 1024, 4096].map(block)).toEqual([32, 32, 64, 64]);
  expect(stylesFor('int4', 64)).toMatchObject({ layers: 'int4-block64', head: 'int4-block64' });
  expect(stylesFor('int4', 32)).toEqual(stylesOf.int4);
  for (const precision of ['fp32', 'fp16', 'int8'] as const)
    expect(stylesFor(precision, 64)).toEqual(stylesOf[precision]);
});
