import { beforeAll, describe, expect, test } from 'vitest';
import { decoderGraph } from '../../../native-models/pixellm/model-graphs.ts';
import { stylesOf } from '../../../native-models/pixellm/precision-styles.ts';
import type { Network } from '../../../native-models/pixellm/network.ts';
import type { ModelGraph } from '../../../native-models/pixellm/weights.ts';
import { floats, integers, type RunTensor } from '../../../native-models/runtime/ort-tensors.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { largestDifference, randomFloats, runGraph } from '../run-graph.ts';

const language = {
  hidden: 24,
  layers: 3,
  heads: 2,
  headDim: 12,
  intermediate: 40,
  vocabulary: 17,
  epsilon: 1e-5,
  ropeBase: 10_000,
  maxPositions: 64,
};
/** Only the language part matters to the decoder. */
const network = { language } as Network;
const positions = 7;
const tolerance = 2e-5;
const hiding = -3.4e38;

const random = seededRandom(77);
const embeds = randomFloats(random, positions * language.hidden);
const tensors: Record<string, Float32Array> = {};

beforeAll(() => {
  for (const { source } of decoderGraph(network, { styles: stylesOf.fp32, taps: false }).weights) {
    if (source.kind === 'computed') continue;
    const { name, shape } = source.from;
    tensors[name] ??= randomFloats(
      random,
      shape.reduce((product, dim) => product * dim, 1),
      name.includes('norm') ? 1.5 : 0.35,
    );
  }
});

/** LLaMA as its paper and the reference's code have it: one position after another, every number by itself. */
function slowModel(attends: (query: number, key: number) => boolean): {
  hidden: Float32Array;
  logits: Float32Array;
} {
  const { hidden, heads, headDim, layers, intermediate, vocabulary, epsilon, ropeBase } = language;
  const w = (name: string): Float32Array => tensors[`${name}.weight`] ?? new Float32Array();
  const times = (x: number[], matrix: Float32Array, outputs: number): number[] =>
    Array.from({ length: outputs }, (_, out) =>
      x.reduce((sum, value, index) => sum + value * (matrix[out * x.length + index] ?? 0), 0),
    );
  const norm = (x: number[], weight: Float32Array): number[] => {
    const root = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + epsilon);
    return x.map((value, index) => (value / root) * (weight[index] ?? 0));
  };
  const rotate = (x: number[], position: number): number[] =>
    x.map((value, index) => {
      const [head, place] = [Math.floor(index / headDim), index % headDim];
      const half = headDim / 2;
      const angle = position * ropeBase ** (-(2 * (place % half)) / headDim);
      const partner = x[head * headDim + ((place + half) % headDim)] ?? 0;
      return value * Math.cos(angle) + (place < half ? -partner : partner) * Math.sin(angle);
    });
  let states = Array.from({ length: positions }, (_, row) => [
    ...embeds.subarray(row * hidden, (row + 1) * hidden),
  ]);
  for (let layer = 0; layer < layers; layer++) {
    const path = `model.layers.${layer}`;
    const normed = states.map((state) => norm(state, w(`${path}.input_layernorm`)));
    const [queries, keys] = ['q', 'k'].map((name) =>
      normed.map((row, position) =>
        rotate(times(row, w(`${path}.self_attn.${name}_proj`), hidden), position),
      ),
    );
    const values = normed.map((row) => times(row, w(`${path}.self_attn.v_proj`), hidden));
    states = states.map((state, query) => {
      const mixed = Array.from({ length: hidden }, () => 0);
      for (let head = 0; head < heads; head++) {
        const part = (row: number[] | undefined): number[] =>
          (row ?? []).slice(head * headDim, (head + 1) * headDim);
        const seen = Array.from({ length: positions }, (_, key) => key).filter((key) => attends(query, key));
        const scores = seen.map(
          (key) =>
            part(queries?.[query]).reduce(
              (sum, value, index) => sum + value * (part(keys?.[key])[index] ?? 0),
              0,
            ) / Math.sqrt(headDim),
        );
        const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
        for (const [index, key] of seen.entries()) {
          for (const [place, value] of part(values[key]).entries())
            mixed[head * headDim + place] =
              (mixed[head * headDim + place] ?? 0) + (Math.exp(scores[index] ?? 0) / total) * value;
        }
      }
      const middle = times(mixed, w(`${path}.self_attn.o_proj`), hidden).map(
        (value, index) => value + (state[index] ?? 0),
      );
      const rest = norm(middle, w(`${path}.post_attention_layernorm`));
      const up = times(rest, w(`${path}.mlp.up_proj`), intermediate);
      const gated = times(rest, w(`${path}.mlp.gate_proj`), intermediate).map(
        (gate, index) => (gate / (1 + Math.exp(-gate))) * (up[index] ?? 0),
      );
      return times(gated, w(`${path}.mlp.down_proj`), hidden).map(
        (value, index) => value + (middle[index] ?? 0),
      );
    });
  }
  const last = states.map((state) => norm(state, w('model.norm')));
  return {
    hidden: Float32Array.from(last.flat()),
    logits: Float32Array.from(last.flatMap((row) => times(row, w('lm_head'), vocabulary))),
  };
}

type Cache = { readonly rows: number; readonly keys: Float32Array[]; readonly values: Float32Array[] };

/** The cache before anything was read: one dummy row, which the bias hides. */
function emptyCache(): Cache {
  const dummies = Array.from({ length: language.layers }, () => randomFloats(random, language.hidden, 50));
  return { rows: 1, keys: dummies, values: dummies };
}

type Step = {
  readonly from: number;
  readonly to: number;
  readonly cache: Cache;
  readonly wanted: readonly number[];
  readonly attends: (query: number, key: number) => boolean;
};

function feedsOf({ from, to, cache, wanted, attends }: Step): Record<string, RunTensor> {
  const { hidden, heads, headDim } = language;
  const rows = to - from;
  const total = cache.rows + rows;
  const bias = Float32Array.from({ length: rows * total }, (_, index) => {
    const [query, column] = [from + Math.floor(index / total), index % total];
    return column > 0 && attends(query, column - 1) ? 0 : hiding;
  });
  const feeds: Record<string, RunTensor> = {
    embeds: floats(embeds.slice(from * hidden, to * hidden), [1, rows, hidden]),
    position_ids: integers(
      Array.from({ length: rows }, (_, index) => from + index),
      [1, rows],
    ),
    bias: floats(bias, [1, 1, rows, total]),
    rows: integers(wanted, [wanted.length]),
  };
  for (let layer = 0; layer < language.layers; layer++) {
    feeds[`past_key.${layer}`] = floats(cache.keys[layer] ?? new Float32Array(), [
      cache.rows,
      heads,
      headDim,
    ]);
    feeds[`past_value.${layer}`] = floats(cache.values[layer] ?? new Float32Array(), [
      cache.rows,
      heads,
      headDim,
    ]);
  }
  return feeds;
}

function joined(left: Float32Array | undefined, right: Float32Array | undefined): Float32Array {
  return Float32Array.from([...(left ?? []), ...(right ?? [])]);
}

function grow(cache: Cache, outputs: Record<string, Float32Array>, rows: number): Cache {
  const append = (past: Float32Array[], name: string): Float32Array[] =>
    past.map((before, layer) => joined(before, outputs[`${name}.${layer}`]));
  return {
    rows: cache.rows + rows,
    keys: append(cache.keys, 'new_key'),
    values: append(cache.values, 'new_value'),
  };
}

const causal = (query: number, key: number): boolean => key <= query;
const all = Array.from({ length: positions }, (_, row) => row);

describe('the language model with a cache that is handed in', () => {
  const graph = (): ModelGraph => decoderGraph(network, { styles: stylesOf.fp32, taps: false });

  test('computes what the slow one computes', async () => {
    const outputs = await runGraph(
      graph(),
      tensors,
      feedsOf({ from: 0, to: positions, cache: emptyCache(), wanted: all, attends: causal }),
    );
    const slow = slowModel(causal);
    expect(largestDifference(outputs['hidden'] ?? embeds, slow.hidden)).toBeLessThan(tolerance);
    expect(largestDifference(outputs['logits'] ?? embeds, slow.logits)).toBeLessThan(tolerance);
  });

  test('leaves out hidden keys, and gives only the rows asked for, in that order', async () => {
    const attends = (query: number, key: number): boolean => key <= query && key !== 2 && key !== 3;
    const outputs = await runGraph(
      graph(),
      tensors,
      feedsOf({ from: 0, to: positions, cache: emptyCache(), wanted: [6, 1], attends }),
    );
    const { logits } = slowModel(attends);
    const row = (index: number): Float32Array =>
      logits.subarray(index * language.vocabulary, (index + 1) * language.vocabulary);
    expect(largestDifference(outputs['logits'] ?? embeds, joined(row(6), row(1)))).toBeLessThan(tolerance);
  });
});

test('reading in steps of 3, 1, 1 and 2 with a cache gives what reading at once gives', async () => {
  const graph = (): ModelGraph => decoderGraph(network, { styles: stylesOf.fp32, taps: false });
  let cache = emptyCache();
  const logits: number[] = [];
  for (const [from, to] of [
    [0, 3],
    [3, 4],
    [4, 5],
    [5, 7],
  ] as const) {
    const wanted = Array.from({ length: to - from }, (_, index) => index);
    const outputs = await runGraph(graph(), tensors, feedsOf({ from, to, cache, wanted, attends: causal }));
    logits.push(...(outputs['logits'] ?? []));
    cache = grow(cache, outputs, to - from);
  }
  expect(largestDifference(Float32Array.from(logits), slowModel(causal).logits)).toBeLessThan(tolerance);
});
