import { expect, test } from 'vitest';
import { WeightProducer } from '../../../native-models/convert/produce-weights.ts';
import type { WeightSource } from '../../../native-models/pixellm/weights.ts';
import { quantiseRows } from '../../../native-models/quantise.ts';
import { dequantiseRows } from '../../helpers/dequantise.ts';
import { transposed } from '../../../native-models/pixellm/matrix.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { randomFloats } from '../run-graph.ts';

/** A checkpoint with one tensor [rows, columns] that counts what is read of it. */
function aSource(
  numbers: Float32Array,
  columns: number,
): { readFloat32: WeightProducerSource['readFloat32']; reads: number } {
  const source = {
    reads: 0,
    readFloat32: (_: string, range: { from: number; to: number } | null = null): Promise<Float32Array> => {
      source.reads++;
      return Promise.resolve(range ? numbers.slice(range.from * columns, range.to * columns) : numbers);
    },
  };
  return source;
}
type WeightProducerSource = ConstructorParameters<typeof WeightProducer>[0];

const from = { name: 'tensor', shape: [4, 3] };

test('a weight that is computed in pieces stops after the piece in which it was cancelled', async () => {
  const controller = new AbortController();
  let computed = 0;
  const weight: WeightSource = {
    kind: 'computed',
    from: [from],
    *compute() {
      for (; computed < 100; ) {
        computed++;
        yield Float32Array.of(computed);
      }
    },
  };
  const producer = new WeightProducer(aSource(new Float32Array(12), 3), controller.signal);
  const received: number[] = [];
  const consume = async (): Promise<void> => {
    for await (const bytes of producer.produce(weight)) {
      received.push(new Float32Array(bytes.slice().buffer)[0] ?? NaN);
      // As it comes in the app: from elsewhere, while the conversion is at work.
      if (received.length === 3) setImmediate(() => controller.abort());
    }
  };
  await expect(consume()).rejects.toMatchObject({ code: 'cancelled' });
  expect(received.slice(0, 3)).toEqual([1, 2, 3]);
  expect(computed).toBeLessThanOrEqual(4);
});

const many = { name: 'tensor', shape: [12, 2 ** 20] };
const sources: readonly WeightSource[] = [
  { kind: 'rows8', from: many, part: 'values' },
  { kind: 'computed', from: [many], compute: (numbers) => numbers ?? new Float32Array() },
];

test.each(sources)('a tensor of many chunks stops between two of them ($kind)', async (weight) => {
  const controller = new AbortController();
  const columns = 2 ** 20;
  const source = aSource(new Float32Array(12 * columns), columns);
  const producer = new WeightProducer(source, controller.signal);
  const consume = async (): Promise<void> => {
    for await (const _ of producer.produce(weight)) throw new Error('Nothing is finished.');
  };
  const consuming = consume();
  controller.abort();
  await expect(consuming).rejects.toMatchObject({ code: 'cancelled' });
  expect(source.reads).toBe(1);
});

test('an 8-bit weight read in chunks is the one made of all of it, turned around', async () => {
  const [rows, columns] = [9, 2 ** 19 + 1]; // 7 rows make a chunk
  const numbers = randomFloats(seededRandom(12), rows * columns);
  const producer = new WeightProducer(aSource(numbers, columns), new AbortController().signal);
  const tensor = { name: 'tensor', shape: [rows, columns] };
  const collect = async (part: 'values' | 'scales'): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of producer.produce({ kind: 'rows8', from: tensor, part })) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const [values, scales] = [await collect('values'), await collect('scales')];
  const whole = quantiseRows(numbers, { rows, columns });
  expect(Buffer.compare(values, new Uint8Array(transposed(whole.values, rows, columns).buffer))).toBe(0);
  expect(Buffer.compare(scales, new Uint8Array(whole.scales.buffer))).toBe(0);
  const [loss] = producer.takeLosses('vision');
  const restored = dequantiseRows(whole, { rows, columns });
  let [error, energy] = [0, 0];
  for (const [index, number] of numbers.entries()) {
    error += (number - (restored[index] ?? 0)) ** 2;
    energy += number ** 2;
  }
  expect(loss?.relativeRms).toBeCloseTo(Math.sqrt(error / energy), 6);
});
