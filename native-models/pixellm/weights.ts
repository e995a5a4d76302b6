import { assertNever } from '../errors.ts';
import type { Graph, Scope, Value } from '../onnx/graph.ts';
import {
  absolute,
  add,
  cast,
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
import { matMulBlocks, matMulBytes } from '../onnx/runtime-operators.ts';
import { blockSize, blockValueBytes } from '../quantise.ts';
import type { WeightScheme } from './manifest.ts';
import { transposed } from './matrix.ts';

/** A tensor a graph needs from the checkpoint, and the shape the configuration promises it has. */
export type TensorRef = { readonly name: string; readonly shape: readonly number[] };

/** The weight's numbers: at once, or in pieces where that takes long. */
type Computed = Float32Array | Iterable<Float32Array>;
export type Compute = (...tensors: Float32Array[]) => Computed;

/** How to make the bytes of a graph's weight from the checkpoint. Pure data and pure functions: making them is the converter's work. */
export type WeightSource =
  | { readonly kind: 'stored'; readonly from: TensorRef; readonly dtype: 'f32' | 'f16' }
  | {
      readonly kind: 'blocks';
      readonly from: TensorRef;
      readonly bits: 4 | 8;
      readonly part: 'values' | 'scales';
    }
  /** 8 bits with a scale per output, one column per output. */
  | { readonly kind: 'rows8'; readonly from: TensorRef; readonly part: 'values' | 'scales' }
  | { readonly kind: 'computed'; readonly from: readonly TensorRef[]; readonly compute: Compute };

export type ModelGraph = Graph<WeightSource>;
export type ModelScope = Scope<WeightSource>;

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

/** A tensor of the checkpoint as it is, in 32-bit floats. Asked for twice, it is stored once. */
export function storedWeight(
  scope: ModelScope,
  name: string,
  shape: readonly number[],
  dtype: 'f32' | 'f16' = 'f32',
): Value {
  return (
    scope.graph.existingWeight(name) ??
    scope.graph.weight(name, dtype, shape, { kind: 'stored', from: { name, shape }, dtype })
  );
}

/** A weight worked out from tensors of the checkpoint when the model is converted. Asked for twice, it is computed once. */
export function computedWeight<const From extends readonly TensorRef[]>(
  scope: ModelScope,
  name: string,
  shape: readonly number[],
  {
    from,
    compute,
  }: {
    from: From;
    compute: (...tensors: { [Index in keyof From]: Float32Array }) => Computed;
  },
): Value {
  // The converter calls `compute` with one array per entry of `from`, which is what its own type says.
  const source: WeightSource = { kind: 'computed', from, compute: compute as Compute };
  return scope.graph.existingWeight(name) ?? scope.graph.weight(name, 'f32', shape, source);
}

/**
 * How a graph computes with a weight that is stored as a WeightScheme says. The CPU has fast 8-bit and no 16-bit arithmetic, GPUs the other
 * way round; the '-gpu' styles read the very same stored weights.
 */
export type LinearStyle = WeightScheme | 'f16-gpu' | 'int8-column-gpu';

/** The style of a weight scheme on GPU providers. */
export function gpuStyle(scheme: LinearStyle): LinearStyle {
  if (scheme === 'f16') return 'f16-gpu';
  return scheme === 'int8-column' ? 'int8-column-gpu' : scheme;
}

/**
 * x [rows, inputs] through a linear layer whose weight is stored and used as `style` says.
 *
 * @returns [rows, outputs]
 */
export function linear(
  scope: ModelScope,
  name: string,
  x: Value,
  layer: LinearLayer,
  style: LinearStyle,
): Value {
  const shape = [layer.outputs, layer.inputs];
  const bias = layer.bias === null ? null : storedWeight(scope, layer.bias, [layer.outputs]);
  switch (style) {
    case 'f32':
      return gemm(scope, name, x, storedWeight(scope, layer.weight, shape), bias);
    case 'f16': {
      const half = storedWeight(scope, layer.weight, shape, 'f16');
      // The runtime widens these once, when it loads the model.
      return gemm(scope, name, x, cast(scope, `${name}.wide`, half, 'f32'), bias);
    }
    case 'f16-gpu': {
      const half = storedWeight(scope, layer.weight, shape, 'f16');
      const product = cast(
        scope,
        `${name}.wide`,
        gemm(scope, name, cast(scope, `${name}.narrow`, x, 'f16'), half, null),
        'f32',
      );
      return bias ? add(scope, `${name}.bias`, product, bias) : product;
    }
    case 'int4-block32':
      return blockLinear(scope, name, x, layer, 4);
    case 'int8-block32':
      return blockLinear(scope, name, x, layer, 8);
    case 'int8-column':
      return byteLinear(scope, name, x, layer);
    case 'int8-column-gpu': {
      const { values, scales } = byteWeights(scope, layer);
      return exactLinear(scope, name, x, {
        weight: dequantise(scope, `${name}.wide`, values, { scales, axis: 1 }),
        bias,
      });
    }
    default:
      return assertNever(style);
  }
}

/** x [..., inputs] times weight [inputs, outputs], plus bias: for the small parts that stay in 32-bit floats. */
export function exactLinear(
  scope: ModelScope,
  name: string,
  x: Value,
  { weight, bias }: { weight: Value; bias: Value | null },
): Value {
  const product = matMul(scope, name, x, weight);
  return bias ? add(scope, `${name}.bias`, product, bias) : product;
}

/** exactLinear with a layer of the checkpoint. */
export function exactLayer(scope: ModelScope, name: string, x: Value, layer: LinearLayer): Value {
  const product = exactProjection(scope, name, x, layer);
  return layer.bias === null
    ? product
    : add(scope, `${name}.bias`, product, storedWeight(scope, layer.bias, [layer.outputs]));
}

/** The product of exactLayer; its bias is the caller's affair. */
export function exactProjection(scope: ModelScope, name: string, x: Value, layer: LinearLayer): Value {
  const weight = computedWeight(scope, `${layer.weight}.transposed`, [layer.inputs, layer.outputs], {
    from: [{ name: layer.weight, shape: [layer.outputs, layer.inputs] }],
    compute: (matrix) => transposed(matrix, layer.outputs, layer.inputs),
  });
  return matMul(scope, name, x, weight);
}

function blockLinear(scope: ModelScope, name: string, x: Value, layer: LinearLayer, bits: 4 | 8): Value {
  const from = { name: layer.weight, shape: [layer.outputs, layer.inputs] };
  const blocks = Math.ceil(layer.inputs / blockSize);
  const values = scope.graph.weight(
    `${layer.weight}.values`,
    'u8',
    [layer.outputs, blocks, blockValueBytes(bits)],
    { kind: 'blocks', from, bits, part: 'values' },
  );
  const scales = scope.graph.weight(`${layer.weight}.scales`, 'f32', [layer.outputs * blocks], {
    kind: 'blocks',
    from,
    bits,
    part: 'scales',
  });
  const product = matMulBlocks(scope, name, x, {
    values,
    scales,
    bias: null,
    bits,
    block: blockSize,
    columns: layer.inputs,
  });
  return layer.bias === null
    ? product
    : add(scope, `${name}.bias`, product, storedWeight(scope, layer.bias, [layer.outputs]));
}

type RoundedRows = { readonly values: Value; readonly scale: Value };

/** Rows that several layers read (query, key, value) are rounded once. Keyed by the rows, or by their bytes when only those exist. */
const roundedRows = new WeakMap<Value, RoundedRows>();

/** Some rows of x, for linear layers of `style` only: an 8-bit layer picks among rows that are rounded already. */
export function pickRows(scope: ModelScope, name: string, x: Value, rows: Value, style: LinearStyle): Value {
  if (style !== 'int8-column') return gatherRows(scope, name, x, rows);
  const all = roundedRows.get(x) ?? roundRows(scope, name, x);
  const values = gatherRows(scope, `${name}.bytes`, all.values, rows);
  roundedRows.set(values, { values, scale: gatherRows(scope, `${name}.scale`, all.scale, rows) });
  return values;
}

/**
 * 8-bit weights with a scale per output times activations rounded to 8 bits with a scale per row. A scale per row, rather than one for all,
 * keeps the few rows with huge activations that vision transformers have from drowning the others.
 */
function byteLinear(scope: ModelScope, name: string, x: Value, layer: LinearLayer): Value {
  const { values, scales } = byteWeights(scope, layer);
  const rounded = roundedRows.get(x) ?? roundRows(scope, name, x);
  const product = multiply(
    scope,
    `${name}.scaled`,
    matMulBytes(scope, name, rounded.values, { weight: values, scales }),
    rounded.scale,
  );
  return layer.bias === null
    ? product
    : add(scope, `${name}.bias`, product, storedWeight(scope, layer.bias, [layer.outputs]));
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

/** x [rows, in] as u8 around 128, and the scale [rows, 1] that undoes it. */
function roundRows(outer: ModelScope, name: string, x: Value): RoundedRows {
  const scope = outer.inside(`${name}.rounded`);
  const rows = Number(x.shape[0]);
  const largest = maximum(
    scope,
    'largest',
    maximumOfLast(scope, 'largest-of-row', absolute(scope, 'magnitude', x)),
    scope.floats('tiny', [1], [1e-30]),
  );
  const scale = multiply(scope, 'scale', largest, scope.floats('per-step', [1], [1 / 127]));
  const middles = scope.graph.constant(scope.nameOf('middles'), 'u8', [rows], new Uint8Array(rows).fill(128));
  const rounded = {
    values: quantiseRowsTo(scope, 'bytes', x, {
      scale: reshape(scope, 'scale.vector', scale, [rows]),
      middles,
    }),
    scale,
  };
  roundedRows.set(x, rounded);
  return rounded;
}
