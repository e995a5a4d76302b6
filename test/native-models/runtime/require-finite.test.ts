import { expect, test } from 'vitest';
import { MaskDecoder } from '../../../native-models/runtime/mask-decoder.ts';
import { floats, type Session } from '../../../native-models/runtime/ort-tensors.ts';
import { requireFinite } from '../../../native-models/runtime/require-finite.ts';

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%d among a thousand numbers ends an answer in a sentence',
  (bad) => {
    for (const at of [0, 500, 999]) {
      const numbers = new Float32Array(1000).fill(3e38); // large ones whose sum is infinite are still numbers
      requireFinite(numbers, 'words');
      numbers[at] = bad;
      expect(() => requireFinite(numbers, 'words')).toThrow(
        'computed words that are infinite or not numbers',
      );
    }
  },
);

test('a mask that is no numbers is not drawn', async () => {
  const side = 4;
  const session = {
    inputNames: [],
    outputNames: [],
    run: async () => ({ logits: floats(new Float32Array(side * side).fill(Number.NaN), [1, side, side]) }),
    release: async () => undefined,
  } as unknown as Session; // nothing else of it is called
  const network = { language: { hidden: 2 }, pixelDecoder: { maskSide: side } };
  // Only these two sizes are read.
  const masks = new MaskDecoder(session, network as never);
  const level = floats(new Float32Array(1), [1]);
  const image = { placement: null, keptTokens: [], tokens: new Float32Array(0), levels: [level, level] };
  await expect(masks.draw([[new Float32Array(2)]], image as never)).rejects.toMatchObject({
    code: 'answer-not-finite',
  });
});
