import { Graph } from '../../onnx/graph.ts';
import { encodeModel } from '../../onnx/model-file.ts';
import { add, matMul, softmax } from '../../onnx/operators.ts';
import { fusedMatMul, matMulBlocks, rmsNorm, rotate } from '../../onnx/runtime-operators.ts';

// S rows, P past rows, H heads, D head width, C = H * D.
const heads = 4;
const headDim = 32;
export const checkWidth = heads * headDim;
export const checkPastRows = 5;
const inner = 1024;
const block = 32;

/**
 * A graph of a few hundred kilobytes with the operators that carry the decoder: norm, rotary positions, attention over a cache, int4 weights.
 * Its work is large enough that a GPU which only pretends (a software renderer) is told apart by its time.
 *
 * in : x f32 [S, C]; position_ids i64 [1, S]; past f32 [P, H, D]; bias f32 [S, P];   out: y f32 [S, C]
 */
export function buildCheckGraph(): Uint8Array {
  const graph = new Graph<never>('self-check');
  const scope = graph.root;
  const random = randomNumbers(17);
  const x = graph.input('x', 'f32', [1, 'S', checkWidth]);
  const positions = graph.input('position_ids', 'i64', [1, 'S']);
  const past = graph.input('past', 'f32', [checkPastRows, heads, headDim]);
  const bias = graph.input('bias', 'f32', [1, 'S', checkPastRows]);

  const normed = rmsNorm(scope, 'norm', x, {
    weight: scope.floats('norm.weight', [checkWidth], values(random, checkWidth)),
    epsilon: 1e-6,
  });
  const angles = Array.from(
    { length: 64 * (headDim / 2) },
    (_, index) => Math.floor(index / (headDim / 2)) / 100 ** ((index % (headDim / 2)) / headDim),
  );
  const cos = scope.floats('cos', [64, headDim / 2], angles.map(Math.cos));
  const sin = scope.floats('sin', [64, headDim / 2], angles.map(Math.sin));
  const query = scope.compute('query', {
    operator: 'Reshape',
    inputs: [
      rotate(scope, 'rotate', normed, { positions, cos, sin }),
      scope.integers('query.shape', [-1, heads, headDim]),
    ],
    outputs: [{ dtype: 'f32', shape: ['S', heads, headDim] }],
  });
  const scores = fusedMatMul(scope, 'scores', {
    left: query,
    right: past,
    leftBatchInside: true,
    rightBatchInside: true,
    transposeRight: true,
    alpha: headDim ** -0.5,
  });
  const weights = softmax(scope, 'weights', add(scope, 'biased', scores, bias));
  const attended = fusedMatMul(scope, 'attended', {
    left: weights,
    right: past,
    leftBatchInside: false,
    rightBatchInside: true,
    transposeRight: false,
    alpha: 1,
  });
  const rows = scope.compute('rows', {
    operator: 'Transpose',
    inputs: [attended],
    attributes: { perm: [1, 0, 2] },
    outputs: [{ dtype: 'f32', shape: ['S', heads, headDim] }],
  });
  const joined = scope.compute('joined', {
    operator: 'Reshape',
    inputs: [rows, scope.integers('joined.shape', [1, -1, checkWidth])],
    outputs: [{ dtype: 'f32', shape: [1, 'S', checkWidth] }],
  });
  const up = matMul(
    scope,
    'up',
    add(scope, 'residual', joined, normed),
    scope.floats('up.weight', [checkWidth, inner], values(random, checkWidth * inner)),
  );
  const middle = matMul(
    scope,
    'middle',
    softmax(scope, 'gate', up),
    scope.floats('middle.weight', [inner, inner], values(random, inner * inner)),
  );
  graph.output(
    'y',
    matMulBlocks(scope, 'down', middle, {
      ...quantisedWeight(graph, random),
      bias: null,
      bits: 4,
      block,
      columns: inner,
      roundsActivations: true,
    }),
  );
  return encodeModel(graph, '', []);
}

function quantisedWeight(
  graph: Graph<never>,
  random: () => number,
): { values: ReturnType<Graph<never>['constant']>; scales: ReturnType<Graph<never>['constant']> } {
  const blocks = inner / block;
  const nibbles = Uint8Array.from({ length: (checkWidth * inner) / 2 }, () => Math.floor(random() * 256));
  const scales = Float32Array.from({ length: checkWidth * blocks }, () => 0.01 + random() * 0.01);
  return {
    values: graph.constant('down.values', 'u8', [checkWidth, blocks, block / 2], nibbles),
    scales: graph.constant('down.scales', 'f32', [checkWidth * blocks], new Uint8Array(scales.buffer)),
  };
}

function values(random: () => number, count: number): number[] {
  return Array.from({ length: count }, () => random() - 0.5);
}

/** Repeatable numbers in 0..1. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
