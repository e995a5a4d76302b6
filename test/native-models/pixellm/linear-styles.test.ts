import { describe, expect, test } from 'vitest';
import { Graph } from '../../../native-models/onnx/graph.ts';
import {
  layerInput,
  linear,
  linearLayer,
  pickRows,
  type LinearStyle,
} from '../../../native-models/pixellm/linear.ts';
import type { WeightSource } from '../../../native-models/pixellm/weights.ts';
import {
  quantiseBlocks,
  quantiseHalf,
  quantiseRows,
  type BlockForm,
} from '../../../native-models/quantise.ts';
import { dequantiseBlocks, dequantiseHalf, dequantiseRows } from '../../helpers/dequantise.ts';
import { floats, integers } from '../../../native-models/runtime/ort-tensors.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { randomFloats, relativeDifference, runGraph } from '../run-graph.ts';

const size = { rows: 24, columns: 80 };
const inputRows = 5;

const random = seededRandom(31);
const weight = randomFloats(random, size.rows * size.columns, 0.2);
const bias = randomFloats(random, size.rows);
const x = randomFloats(random, inputRows * size.columns, 3);

async function run(style: LinearStyle, onlyRows: readonly number[] | null = null): Promise<Float32Array> {
  const graph = new Graph<WeightSource>('linear');
  const input = graph.input('x', 'f32', [inputRows, size.columns]);
  const rows = onlyRows ? graph.input('rows', 'i64', ['R']) : null;
  const all = layerInput(graph.root, 'rows', input, style);
  const picked = rows ? pickRows(graph.root, 'picked', all, rows) : all;
  graph.output(
    'y',
    linear(graph.root, 'layer', picked, linearLayer('layer', size.columns, size.rows), style),
  );
  const feeds = {
    x: floats(x, [inputRows, size.columns]),
    ...(onlyRows ? { rows: integers(onlyRows, [onlyRows.length]) } : {}),
  };
  const { y } = await runGraph(graph, { 'layer.weight': weight, 'layer.bias': bias }, feeds);
  return y ?? new Float32Array();
}

/** x @ weight^T + bias with the weights that the style keeps. */
function slow(kept: Float32Array): Float32Array {
  return Float32Array.from({ length: inputRows * size.rows }, (_, index) => {
    const [row, out] = [Math.floor(index / size.rows), index % size.rows];
    let sum = bias[out] ?? 0;
    for (let column = 0; column < size.columns; column++)
      sum += (x[row * size.columns + column] ?? 0) * (kept[out * size.columns + column] ?? 0);
    return sum;
  });
}

function keptBlocks(form: BlockForm): Float32Array {
  return dequantiseBlocks(quantiseBlocks(weight, size, form), size, form);
}

/** What each style keeps of the weights, and how far its arithmetic may be from exact. Rounding activations to 8 bits costs about half a percent. */
const keptWeights: Readonly<Record<LinearStyle, { kept: Float32Array; tolerance: number }>> = {
  f32: { kept: weight, tolerance: 1e-6 },
  f16: { kept: dequantiseHalf(quantiseHalf(weight).halves), tolerance: 1e-6 },
  'f16-gpu': { kept: dequantiseHalf(quantiseHalf(weight).halves), tolerance: 2e-3 },
  'int8-block32': { kept: keptBlocks({ bits: 8, block: 32 }), tolerance: 1e-2 },
  'int4-block32': { kept: keptBlocks({ bits: 4, block: 32 }), tolerance: 1e-2 },
  'int4-block64': { kept: keptBlocks({ bits: 4, block: 64 }), tolerance: 1e-2 },
  'int8-column': { kept: dequantiseRows(quantiseRows(weight, size), size), tolerance: 1e-2 },
  // Exact on a GPU; the CPU rounds activations to bytes or not, as the operator's level says.
  'int8-block32-gpu': { kept: keptBlocks({ bits: 8, block: 32 }), tolerance: 1e-5 },
  'int4-block32-gpu': { kept: keptBlocks({ bits: 4, block: 32 }), tolerance: 1e-5 },
  'int4-block64-gpu': { kept: keptBlocks({ bits: 4, block: 64 }), tolerance: 1e-5 },
  // Exact on a GPU; the CPU that runs this test fuses it into a product that rounds activations.
  'int8-column-gpu': { kept: dequantiseRows(quantiseRows(weight, size), size), tolerance: 1e-2 },
};

const styles = Object.keys(keptWeights) as LinearStyle[]; // the record has exactly these keys

describe.each(styles)('a linear layer in the style %s', (style) => {
  test('computes with the weights that dequantising gives', async () => {
    const { kept, tolerance } = keptWeights[style];
    expect(relativeDifference(await run(style), slow(kept))).toBeLessThan(tolerance);
  });

  test('gives picked rows as the same rows of all', async () => {
    const [all, picked] = [await run(style), await run(style, [3, 0, 4])];
    const wanted = Float32Array.from(
      [3, 0, 4].flatMap((row) => [...all.subarray(row * size.rows, (row + 1) * size.rows)]),
    );
    expect(relativeDifference(picked, wanted)).toBeLessThan(1e-5);
  });
});

test('one row of huge activations does not spoil the others in bytes', async () => {
  const before = x.slice();
  x.set(randomFloats(seededRandom(2), size.columns, 1000), 0);
  const rest = (values: Float32Array): Float32Array => values.subarray(size.rows);
  const { kept } = keptWeights['int8-column'];
  expect(relativeDifference(rest(await run('int8-column')), rest(slow(kept)))).toBeLessThan(1e-2);
  x.set(before);
});
