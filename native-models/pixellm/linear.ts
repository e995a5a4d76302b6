/** Linear layers, and how a graph computes with weights that are stored in one of several ways. */
import { assertNever } from '../errors.ts';
import type { Value } from '../onnx/graph.ts';
import {
  absolute,
  add,
  cast,
  concat,
  dequantise,
  gatherRows,
  gemm,
  matMul,
  maximum,
  maximumOfLast,
  multiply,
  quantiseRowsTo,
  reshape,
} from '../onnx/operators.ts';
import { gatedBlocks, matMulBlocks, matMulBytes, type BlockWeight } from '../onnx/runtime-operators.ts';
import { blockValueBytes, type BlockForm } from '../quantise.ts';
import type { WeightScheme } from './manifest.ts';
import { transposed } from './matrix.ts';
import { computedWeight, storedWeight, type ModelScope } from './weights.ts';

/** A linear layer as checkpoints store it: weight [outputs, inputs] and maybe a bias. */
export type LinearLayer = {
  readonly weight: string;
  readonly bias: string | null;
  readonly inputs: number;
  readonly outputs: number;
};

/** The layer `path` with the usual names of its tensors. */
export function linearLayer(path: string, inputs: number, outputs: number): LinearLayer {
  return { weight: `${path}.weight`, bias: `${path}.bias`, inputs, outputs };
}

/**
 * How a graph computes with a weight that is stored as a WeightScheme says. The CPU has fast 8-bit and no 16-bit arithmetic, GPUs the other
 * way round; the '-gpu' styles read the very same stored weights.
 */
export type LinearStyle = WeightScheme | GpuStyle;
type GpuStyle = `${Exclude<WeightScheme, 'f32'>}-gpu`;

/** The style of a weight scheme on GPU providers. */
export function gpuStyle(style: LinearStyle): LinearStyle {
  return style === 'f32' || isGpuStyle(style) ? style : `${style}-gpu`;
}

function isGpuStyle(style: LinearStyle): style is GpuStyle {
  return style.endsWith('-gpu');
}

/** Rows rounded to 8 bits, u8 around 128, and the scale [rows, 1] that undoes it. */
type RoundedRows = { readonly kind: 'rounded'; readonly bytes: Value; readonly scale: Value };

/** Rows as the layers of a style read them. Layers that share their rows (query, key, value) share this, so that nothing is rounded twice. */
export type LayerInput = { readonly kind: 'plain'; readonly rows: Value } | RoundedRows;

/** x [rows, inputs] for layers of `style`. */
export function layerInput(scope: ModelScope, name: string, x: Value, style: LinearStyle): LayerInput {
  return style === 'int8-column' ? roundRows(scope.inside(`${name}.rounded`), x) : { kind: 'plain', rows: x };
}

/** Some rows of an input, by their numbers i64 [R]. */
export function pickRows(scope: ModelScope, name: string, input: LayerInput, rows: Value): LayerInput {
  if (input.kind === 'plain') return { kind: 'plain', rows: gatherRows(scope, name, input.rows, rows) };
  return {
    kind: 'rounded',
    bytes: gatherRows(scope, `${name}.bytes`, input.bytes, rows),
    scale: gatherRows(scope, `${name}.scale`, input.scale, rows),
  };
}

/**
 * x [rows, inputs] through a linear layer whose weight is stored and used as `style` says.
 *
 * @returns [rows, outputs]
 */
export function linear(
  scope: ModelScope,
  name: string,
  x: Value | LayerInput,
  layer: LinearLayer,
  style: LinearStyle,
): Value {
  const input = 'kind' in x ? x : layerInput(scope, name, x, style);
  const bias = layer.bias === null ? null : storedWeight(scope, layer.bias, [layer.outputs]);
  if (style === 'int8-column') return addBias(scope, name, byteProduct(scope, name, input, layer), bias);
  if (input.kind !== 'plain') throw new Error(`${name} reads rows that were rounded for another style.`);
  return plainLinear(scope, name, { x: input.rows, layers: [layer], bias }, style);
}

/**
 * x [rows, inputs] through several layers without a bias in one product: their results side by side. The runtime joins the weights once, when it
 * loads the model.
 *
 * @returns [rows, sum of outputs]
 */
export function linearJoined(
  scope: ModelScope,
  name: string,
  x: Value,
  layers: readonly LinearLayer[],
  style: LinearStyle,
): Value {
  if (style === 'int8-column' || style === 'int8-column-gpu')
    throw new Error(`${name}: layers with bytes by column are not joined.`);
  return plainLinear(scope, name, { x, layers, bias: null }, style);
}

/**
 * silu(x through `gate`) * (x through `up`) as one operator of WebGPU's, for weights of 8 bits in blocks. With 4 bits the runtime finds a better one by
 * itself, which takes the norm along.
 *
 * @param x  [rows, inputs]
 * @returns [rows, outputs]
 */
export function gatedByteBlocks(
  scope: ModelScope,
  name: string,
  x: Value,
  { gate, up }: { gate: LinearLayer; up: LinearLayer },
): Value {
  const weight = (part: string, layer: LinearLayer): BlockWeight =>
    blockWeight(scope, `${name}.${part}`, layer, {
      ...{ form: bytesInBlocks, stored: bytesInBlocks },
      dtype: x.dtype,
    });
  return gatedBlocks(scope, name, x, {
    gate: weight('gate', gate),
    up: weight('up', up),
    ...bytesInBlocks,
    columns: gate.inputs,
  });
}

/** The styles that compute with numbers as they are. */
function plainLinear(
  scope: ModelScope,
  name: string,
  { x, layers, bias }: { x: Value; layers: readonly LinearLayer[]; bias: Value | null },
  style: Exclude<LinearStyle, 'int8-column'>,
): Value {
  const stored = (dtype: 'f32' | 'f16'): Value =>
    joined(
      scope,
      `${name}.weights`,
      layers.map((layer) => storedWeight(scope, layer.weight, [layer.outputs, layer.inputs], dtype)),
    );
  switch (style) {
    case 'f32':
      return gemm(scope, name, x, stored('f32'), bias);
    case 'f16':
      // The runtime widens these once, when it loads the model.
      return gemm(scope, name, x, cast(scope, `${name}.wide`, stored('f16'), 'f32'), bias);
    case 'f16-gpu': {
      const product = gemm(scope, name, ofDtype(scope, `${name}.narrow`, x, 'f16'), stored('f16'), null);
      return addBias(scope, name, ofDtype(scope, `${name}.wide`, product, x.dtype), bias);
    }
    case 'int4-block32':
    case 'int4-block64':
    case 'int8-block32':
    case 'int4-block32-gpu':
    case 'int4-block64-gpu':
    case 'int8-block32-gpu':
      return addBias(scope, name, blockProduct(scope, name, { x, layers }, style), bias);
    case 'int8-column-gpu': {
      const { values, scales } = byteWeights(scope, oneOf(layers));
      const weight = dequantise(scope, `${name}.wide`, values, { scales, axis: 1 });
      return exactLinear(scope, name, x, { weight, bias });
    }
    default:
      return assertNever(style);
  }
}

/** x in numbers of that kind: itself when it is already. */
export function ofDtype(scope: ModelScope, name: string, x: Value, dtype: Value['dtype']): Value {
  return x.dtype === dtype ? x : cast(scope, name, x, dtype);
}

function addBias(scope: ModelScope, name: string, product: Value, bias: Value | null): Value {
  return bias ? add(scope, `${name}.bias`, product, bias) : product;
}

/** x [..., inputs] times weight [inputs, outputs], plus bias: for the small parts that stay in 32-bit floats. */
export function exactLinear(
  scope: ModelScope,
  name: string,
  x: Value,
  { weight, bias }: { weight: Value; bias: Value | null },
): Value {
  return addBias(scope, name, matMul(scope, name, x, weight), bias);
}

/** exactLinear with a layer of the checkpoint. */
export function exactLayer(scope: ModelScope, name: string, x: Value, layer: LinearLayer): Value {
  const product = exactProjection(scope, name, x, layer);
  return addBias(
    scope,
    name,
    product,
    layer.bias === null ? null : storedWeight(scope, layer.bias, [layer.outputs]),
  );
}

/** The product of exactLayer; its bias is the caller's affair. */
export function exactProjection(scope: ModelScope, name: string, x: Value, layer: LinearLayer): Value {
  const weight = computedWeight(scope, `${layer.weight}.transposed`, [layer.inputs, layer.outputs], {
    from: [{ name: layer.weight, shape: [layer.outputs, layer.inputs] }],
    compute: (matrix) => transposed(matrix, layer.outputs, layer.inputs),
  });
  return matMul(scope, name, x, weight);
}

/** x [n] as [n * times], each of its numbers so many times in a row. */
function repeatEach(scope: ModelScope, name: string, x: Value, times: number): Value {
  const count = Number(x.shape[0]);
  const column = reshape(scope, `${name}.column`, x, [count, 1]);
  const side = concat(
    scope,
    `${name}.repeated`,
    Array.from({ length: times }, () => column),
    { axis: 1 },
  );
  return reshape(scope, `${name}.each`, side, [count * times]);
}

/** WebGPU joins a norm and three products into one dispatch for blocks of 32 alone, and a block of 64 is two of them with the same scale. */
function seenByGpus(form: BlockForm, columns: number): BlockForm {
  return form.block === 64 && columns % 64 === 0 ? { ...form, block: 32 } : form;
}

type BlockStyle = Extract<LinearStyle, `${string}block${string}`>;

const bytesInBlocks: BlockForm = { bits: 8, block: 32 };

function formOf(style: BlockStyle): BlockForm {
  if (style.startsWith('int8')) return bytesInBlocks;
  return { bits: 4, block: style.includes('block64') ? 64 : 32 };
}

function blockProduct(
  scope: ModelScope,
  name: string,
  { x, layers }: { x: Value; layers: readonly LinearLayer[] },
  style: BlockStyle,
): Value {
  const columns = oneOf(layers).inputs;
  const stored = formOf(style);
  const form = isGpuStyle(style) ? seenByGpus(stored, columns) : stored;
  const weights = layers.map((layer, index) =>
    blockWeight(scope, layers.length === 1 ? name : `${name}.${index}`, layer, {
      ...{ form, stored },
      dtype: x.dtype,
    }),
  );
  return matMulBlocks(scope, name, x, {
    values: joined(
      scope,
      `${name}.values`,
      weights.map(({ values }) => values),
    ),
    scales: joined(
      scope,
      `${name}.scales-of-all`,
      weights.map(({ scales }) => scales),
    ),
    bias: null,
    ...form,
    columns,
    // WebGPU would round 32-bit activations in an operator of its own before each product, in every step; 16-bit ones in long runs only.
    roundsActivations: !isGpuStyle(style) || x.dtype === 'f16',
  });
}

/** Weights below one another: itself when there is one. */
function joined(scope: ModelScope, name: string, weights: readonly Value[]): Value {
  return weights.length === 1 ? oneOf(weights) : concat(scope, name, weights, { axis: 0 });
}

function oneOf<Item>([first]: readonly Item[]): Item {
  if (first === undefined) throw new Error('There is at least one layer.');
  return first;
}

/**
 * A layer's blockwise weight, seen in blocks of `form` whatever it is stored in. Its scales are of the activations' kind; the runtime narrows them, and
 * repeats those of a block that is seen as two, once, when it loads the model.
 */
function blockWeight(
  scope: ModelScope,
  name: string,
  layer: LinearLayer,
  { form, stored, dtype }: { form: BlockForm; stored: BlockForm; dtype: Value['dtype'] },
): BlockWeight {
  const from = { name: layer.weight, shape: [layer.outputs, layer.inputs] };
  const blocks = Math.ceil(layer.inputs / form.block);
  const values = scope.graph.weight(
    `${layer.weight}.values`,
    'u8',
    [layer.outputs, blocks, blockValueBytes(form)],
    { kind: 'blocks', from, form: stored, part: 'values' },
  );
  const seenAs = stored.block / form.block;
  const scales = scope.graph.weight(`${layer.weight}.scales`, 'f32', [(layer.outputs * blocks) / seenAs], {
    kind: 'blocks',
    from,
    form: stored,
    part: 'scales',
  });
  const narrow = ofDtype(scope, `${name}.scales`, scales, dtype);
  return { values, scales: seenAs === 1 ? narrow : repeatEach(scope, `${name}.scales`, narrow, seenAs) };
}

/**
 * 8-bit weights with a scale per output times activations rounded to 8 bits with a scale per row. A scale per row, rather than one for all,
 * keeps the few rows with huge activations that vision transformers have from drowning the others.
 */
function byteProduct(scope: ModelScope, name: string, input: LayerInput, layer: LinearLayer): Value {
  if (input.kind !== 'rounded') throw new Error(`${name} reads rows that were not rounded.`);
  const { values, scales } = byteWeights(scope, layer);
  const product = matMulBytes(scope, name, input.bytes, { weight: values, scales });
  return multiply(scope, `${name}.scaled`, product, input.scale);
}

function byteWeights(
  scope: ModelScope,
  { weight, inputs, outputs }: LinearLayer,
): { values: Value; scales: Value } {
  const from = { name: weight, shape: [outputs, inputs] };
  return {
    values: scope.graph.weight(`${weight}.values`, 'i8', [inputs, outputs], {
      kind: 'rows8',
      from,
      part: 'values',
    }),
    scales: scope.graph.weight(`${weight}.scales`, 'f32', [outputs], { kind: 'rows8', from, part: 'scales' }),
  };
}

/** x [rows, inputs] to bytes, a scale per row. */
function roundRows(scope: ModelScope, x: Value): RoundedRows {
  const rows = Number(x.shape[0]);
  const largest = maximum(
    scope,
    'largest',
    maximumOfLast(scope, 'largest-of-row', absolute(scope, 'magnitude', x)),
    scope.floats('tiny', [1], [1e-30]),
  );
  const scale = multiply(scope, 'scale', largest, scope.floats('per-step', [1], [1 / 127]));
  const middles = scope.graph.constant(scope.nameOf('middles'), 'u8', [rows], new Uint8Array(rows).fill(128));
  const vector = reshape(scope, 'scale.vector', scale, [rows]);
  return { kind: 'rounded', bytes: quantiseRowsTo(scope, 'bytes', x, { scale: vector, middles }), scale };
}
