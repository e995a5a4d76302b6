import { expect, test } from 'vitest';
import { Graph, type Value } from '../../../native-models/onnx/graph.ts';
import {
  lookAtPicture,
  lookAtTokens,
  type CrossSizes,
} from '../../../native-models/pixellm/picture-attention.ts';
import type { ModelScope, WeightSource } from '../../../native-models/pixellm/weights.ts';
import { floats } from '../../../native-models/runtime/ort-tensors.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { largestDifference, randomFloats, runGraph } from '../run-graph.ts';

// The engine never projects the picture; here everything is projected as in the paper, one number at a time.

const sizes: CrossSizes = { dim: 24, heads: 3, attentionDownsample: 2 };
const inner = sizes.dim / sizes.attentionDownsample;
const [targets, count, positions] = [2, 5, 37];

const random = seededRandom(113);
const projections = ['q_proj', 'k_proj', 'v_proj'].flatMap((name): [string, Float32Array][] => [
  [`a.${name}.weight`, randomFloats(random, inner * sizes.dim, 0.6)],
  [`a.${name}.bias`, randomFloats(random, inner)],
]);
const tensors: Readonly<Record<string, Float32Array>> = {
  ...Object.fromEntries(projections),
  'a.out_proj.weight': randomFloats(random, sizes.dim * inner, 0.6),
  'a.out_proj.bias': randomFloats(random, sizes.dim),
};

type Look = (
  scope: ModelScope,
  sizes: CrossSizes,
  inputs: { query: Value; key: Value; value: Value; path: string },
) => Value;
type Rows = { readonly batch: number; readonly rows: number; readonly numbers: Float32Array };

function someRows(batch: number, rows: number): Rows {
  return { batch, rows, numbers: randomFloats(random, batch * rows * sizes.dim, 1.5) };
}

async function fast(
  look: Look,
  inputs: { readonly query: Rows; readonly key: Rows; readonly value: Rows },
): Promise<Float32Array> {
  const graph = new Graph<WeightSource>('attention');
  const input = (name: keyof typeof inputs): Value =>
    graph.input(name, 'f32', [inputs[name].batch === targets ? 'N' : 1, inputs[name].rows, sizes.dim]);
  const asked = { query: input('query'), key: input('key'), value: input('value'), path: 'a' };
  graph.output('y', look(graph.root, sizes, asked));
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { batch, rows, numbers }]) => [
      name,
      floats(numbers, [batch, rows, sizes.dim]),
    ]),
  );
  const { y } = await runGraph(graph, tensors, feeds);
  return y ?? new Float32Array();
}

/** Multi-head attention of each target as it is defined. */
function slow({ query, key, value }: { query: Rows; key: Rows; value: Rows }): Float32Array {
  const result: number[] = [];
  for (let target = 0; target < targets; target++) {
    const project = (rows: Rows, name: string): number[][] =>
      rowsOf(rows, target).map((row) => linear(row, name, inner));
    const [queries, keys, values] = [
      project(query, 'q_proj'),
      project(key, 'k_proj'),
      project(value, 'v_proj'),
    ];
    for (const asked of queries) {
      const mixed = asked.map((_, channel) => {
        const weights = headWeights(asked, keys, channel);
        return weights.reduce((sum, weight, row) => sum + weight * (values[row]?.[channel] ?? 0), 0);
      });
      result.push(...linear(mixed, 'out_proj', sizes.dim));
    }
  }
  return Float32Array.from(result);
}

/** What the head of a channel gives to each row that is looked at. */
function headWeights(asked: readonly number[], keys: readonly number[][], channel: number): number[] {
  const width = inner / sizes.heads;
  const from = Math.floor(channel / width) * width;
  const scores = keys.map((key) => {
    let score = 0;
    for (let index = from; index < from + width; index++) score += (asked[index] ?? 0) * (key[index] ?? 0);
    return score / Math.sqrt(width);
  });
  const raised = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const total = raised.reduce((sum, number) => sum + number, 0);
  return raised.map((number) => number / total);
}

function rowsOf({ batch, rows, numbers }: Rows, target: number): number[][] {
  const first = batch === 1 ? 0 : target * rows;
  return Array.from({ length: rows }, (_, row) => [
    ...numbers.subarray((first + row) * sizes.dim, (first + row + 1) * sizes.dim),
  ]);
}

function linear(row: readonly number[], name: string, outputs: number): number[] {
  const [weight, bias] = [tensors[`a.${name}.weight`], tensors[`a.${name}.bias`]];
  return Array.from({ length: outputs }, (_, out) =>
    row.reduce(
      (sum, number, index) => sum + number * (weight?.[out * row.length + index] ?? NaN),
      bias?.[out] ?? NaN,
    ),
  );
}

test.each([targets, 1])(
  'tokens see in a picture what attention says, the bias of keys included (pictures: %i)',
  async (batch) => {
    const inputs = {
      query: someRows(targets, count),
      key: someRows(batch, positions),
      value: someRows(batch, positions),
    };
    expect(largestDifference(await fast(lookAtPicture, inputs), slow(inputs))).toBeLessThan(2e-5);
  },
);

test.each([targets, 1])('a picture is told by tokens what attention says (pictures: %i)', async (batch) => {
  const inputs = {
    query: someRows(batch, positions),
    key: someRows(targets, count),
    value: someRows(targets, count),
  };
  expect(largestDifference(await fast(lookAtTokens, inputs), slow(inputs))).toBeLessThan(2e-5);
});

test('scores far beyond what an exponential holds give the one row that wins', async () => {
  const loud = (rows: Rows): Rows => ({ ...rows, numbers: rows.numbers.map((number) => number * 40) });
  const inputs = {
    query: loud(someRows(1, positions)),
    key: loud(someRows(targets, count)),
    value: someRows(targets, count),
  };
  // Scores in the thousands: 32-bit floats are off by some 1e-3 of a score where two rows come close.
  expect(largestDifference(await fast(lookAtTokens, inputs), slow(inputs))).toBeLessThan(2e-2);
});
