import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseInput } from '../../../../electron/common/rpc/parse-input.ts';

test('bytes where a list is expected, and other things that a schema stumbles over, are bad input, not faults of the app', () => {
  const schema = z.object({ box: z.array(z.number()).readonly() });
  expect(parseInput('assist.grabCut', schema, { box: [1] })).toEqual({ box: [1] });
  const trap = Object.defineProperty({}, 'box', {
    enumerable: true,
    get: () => {
      throw new RangeError('Maximum call stack size exceeded');
    },
  });
  for (const input of [{ box: new Uint8Array(4) }, trap])
    expect(() => parseInput('assist.grabCut', schema, input)).toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringContaining('assist.grabCut') }),
    );
});
