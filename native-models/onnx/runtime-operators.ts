/** Operators of ONNX Runtime (com.microsoft): the fused and quantised forms that the language model lives on. */
import { assert } from '../errors.ts';
import type { Value } from './graph.ts';
import type { OperatorScope } from './operators.ts';
import { dimAt, sameShape, shapeText, type Shape } from './shape.ts';

const domain = 'com.microsoft';

/** x * sigmoid(alpha * x): CLIP's activation with 1.702, SiLU with 1. */
export function quickGelu(scope: OperatorScope, name: string, x: Value, alpha: number): Value {
  return scope.compute(name, {
    operator: 'QuickGelu',
    domain,
    inputs: [x],
    attributes: { alpha: { float: alpha } },
    outputs: [{ dtype: x.dtype, shape: x.shape }],
  });
}

/** RMSNorm over the last axis. */
export function rmsNorm(
  scope: OperatorScope,
  name: string,
  x: Value,
  { weight, epsilon }: { weight: Value; epsilon: number },
): Value {
  assert(
    sameShape(weight.shape, [dimAt(x.shape, -1, name)]),
    `${scope.nameOf(name)}: the weight has the width of ${shapeText(x.shape)}`,
  );
  return scope.compute(name, {
    // This one lives in ONNX's own domain for historical reasons although ONNX does not define it.
    operator: 'SimplifiedLayerNormalization',
    inputs: [x, weight],
    attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
    outputs: [{ dtype: x.dtype, shape: x.shape }],
  });
}

/** RMSNorm of x + skip, and that sum. x [1, rows, width]. */
export function addAndRmsNorm(
  scope: OperatorScope,
  name: string,
  { x, skip, weight, epsilon }: { x: Value; skip: Value; weight: Value; epsilon: number },
): { normed: Value; sum: Value } {
  assert(
    sameShape(x.shape, skip.shape),
    `${scope.nameOf(name)}: ${shapeText(x.shape)} is added to ${shapeText(skip.shape)}`,
  );
  const result = { dtype: x.dtype, shape: x.shape };
  const [normed, , , sum] = scope.graph.node(scope.nameOf(name), {
    operator: 'SkipSimplifiedLayerNormalization',
    domain,
    inputs: [x, skip, weight],
    attributes: { epsilon: { float: epsilon } },
    outputs: [result, null, null, result],
  });
  assert(normed && sum, `${scope.nameOf(name)} gives the norm and the sum`);
  return { normed, sum };
}

/** Rotary positions, half rotation. x [1, rows, heads * headDim], cos and sin [positions, headDim / 2], positions i64 [1, rows]. */
export function rotate(
  scope: OperatorScope,
  name: string,
  x: Value,
  { positions, cos, sin }: { positions: Value; cos: Value; sin: Value },
): Value {
  return scope.compute(name, {
    operator: 'RotaryEmbedding',
    domain,
    inputs: [x, positions, cos, sin],
    attributes: { interleaved: 0 },
    outputs: [{ dtype: x.dtype, shape: x.shape }],
  });
}

/**
 * alpha * left @ right for tensors stored as [rows, batch, columns] (`batchInside`) or [batch, rows, columns]; `transposeRight` swaps
 * the right side's rows and columns. Reads strided memory in place, which is what keeps the key/value cache from being copied.
 *
 * @returns [batch, rows, columns]
 */
export function fusedMatMul(
  scope: OperatorScope,
  name: string,
  options: {
    left: Value;
    right: Value;
    leftBatchInside: boolean;
    rightBatchInside: boolean;
    transposeRight: boolean;
    alpha: number;
  },
): Value {
  const { left, right } = options;
  const unfold = (shape: Shape, batchInside: boolean): Shape =>
    batchInside ? [shape[1], shape[0], shape[2]].map((dim) => dim ?? 1) : shape;
  const [batch, rows, inner] = unfold(left.shape, options.leftBatchInside);
  const [rightBatch, rightRows, rightColumns] = unfold(right.shape, options.rightBatchInside);
  const [rightInner, columns] = options.transposeRight
    ? [rightColumns, rightRows]
    : [rightRows, rightColumns];
  const why = `${scope.nameOf(name)}: ${shapeText(left.shape)} @ ${shapeText(right.shape)} fits`;
  assert(
    batch !== undefined &&
      rows !== undefined &&
      columns !== undefined &&
      batch === rightBatch &&
      inner === rightInner,
    why,
  );
  return scope.compute(name, {
    operator: 'FusedMatMul',
    domain,
    inputs: [left, right],
    attributes: {
      alpha: { float: options.alpha },
      transA: 0,
      transB: options.transposeRight ? 1 : 0,
      transBatchA: options.leftBatchInside ? 1 : 0,
      transBatchB: options.rightBatchInside ? 1 : 0,
    },
    outputs: [{ dtype: left.dtype, shape: [batch, rows, columns] }],
  });
}

/** Attention of query [batch, rows, width] over key and value [batch, keys, width]; bias [1, 1, rows, keys] is added to the scores. */
export function multiHeadAttention(
  scope: OperatorScope,
  name: string,
  {
    query,
    key,
    value,
    heads,
    bias,
  }: { query: Value; key: Value; value: Value; heads: number; bias: Value | null },
): Value {
  const where = scope.nameOf(name);
  assert(
    sameShape(key.shape, value.shape) && key.shape[0] === query.shape[0] && key.shape[2] === query.shape[2],
    `${where}: ${shapeText(query.shape)} looks at ${shapeText(key.shape)}`,
  );
  const inputs = bias ? [query, key, value, null, null, bias] : [query, key, value];
  return scope.compute(name, {
    operator: 'MultiHeadAttention',
    domain,
    inputs,
    attributes: { num_heads: heads },
    outputs: [{ dtype: query.dtype, shape: query.shape }],
  });
}

/**
 * Causal attention of new rows over a cache of fixed capacity and themselves. Queries and keys are rotated on the way. The new keys and values go
 * behind the rows the cache holds; when the caller binds `presentKey` and `presentValue` to the memory of `pastKey` and `pastValue`, nothing else
 * of the cache is touched.
 *
 * @param rows  query, key and value [1, S, heads * headDim] each, or side by side in one [1, S, 3 * heads * headDim]
 * @param pastKey, pastValue [1, heads, capacity, headDim]
 * @param lastRow  i32 [1], the cache's rows after this run, less one
 * @param total    i32 [1], the cache's rows after this run; the runtime wants it in main memory
 * @param cos, sin [capacity, headDim / 2], the rotation of each row of the cache, by the place it has there
 */
export function groupQueryAttention(
  scope: OperatorScope,
  name: string,
  {
    rows,
    pastKey,
    pastValue,
    lastRow,
    total,
    cos,
    sin,
    heads,
  }: {
    rows: readonly [Value, Value, Value] | readonly [Value];
    pastKey: Value;
    pastValue: Value;
    lastRow: Value;
    total: Value;
    cos: Value;
    sin: Value;
    heads: number;
  },
): { mixed: Value; presentKey: Value; presentValue: Value } {
  const [query, key = null, value = null] = rows;
  const width = Number(dimAt(query.shape, -1, scope.nameOf(name))) / (key ? 1 : 3);
  const cached = [1, heads, dimAt(pastKey.shape, 2, scope.nameOf(name)), width / heads];
  for (const other of [key, value])
    assert(
      other === null || sameShape(other.shape, query.shape),
      `${scope.nameOf(name)}: ${shapeText(query.shape)} looks at ${shapeText(other?.shape ?? [])}`,
    );
  assert(
    sameShape(pastKey.shape, cached) && sameShape(pastValue.shape, cached),
    `${scope.nameOf(name)}: the cache is ${shapeText(cached)}`,
  );
  const [mixed, presentKey, presentValue] = scope.computeMany(name, {
    operator: 'GroupQueryAttention',
    domain,
    inputs: [query, key, value, pastKey, pastValue, lastRow, total, cos, sin],
    attributes: {
      num_heads: heads,
      kv_num_heads: heads,
      scale: { float: (width / heads) ** -0.5 },
      do_rotary: 1,
    },
    outputs: [
      { dtype: query.dtype, shape: [...query.shape.slice(0, -1), width] },
      { dtype: pastKey.dtype, shape: cached },
      { dtype: pastValue.dtype, shape: cached },
    ],
  });
  assert(mixed && presentKey && presentValue, `${scope.nameOf(name)} gives three results`);
  return { mixed, presentKey, presentValue };
}

/** x [..., in] times a blockwise quantised weight: values u8 [out, blocks, block * bits / 8], scales [out * blocks]. */
export function matMulBlocks(
  scope: OperatorScope,
  name: string,
  x: Value,
  {
    values,
    scales,
    bias,
    bits,
    block,
    columns,
    roundsActivations,
  }: {
    values: Value;
    scales: Value;
    bias: Value | null;
    bits: 4 | 8;
    block: number;
    columns: number;
    roundsActivations: boolean;
  },
): Value {
  const where = scope.nameOf(name);
  const [out, width] = [dimAt(values.shape, 0, where), dimAt(x.shape, -1, where)];
  assert(
    typeof out === 'number' && width === columns && values.shape[1] === Math.ceil(columns / block),
    `${where}: ${shapeText(x.shape)} goes into ${shapeText(values.shape)}`,
  );
  return scope.compute(name, {
    operator: 'MatMulNBits',
    domain,
    inputs: bias ? [x, values, scales, null, null, bias] : [x, values, scales],
    // Level 4 lets a provider round activations to 8 bits per block; it is what makes decoding on the CPU as fast as memory allows.
    attributes: { K: columns, N: out, bits, block_size: block, accuracy_level: roundsActivations ? 4 : 0 },
    outputs: [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), out] }],
  });
}

/** A weight rounded in blocks: values u8 [out, blocks, block * bits / 8], scales [out * blocks]. */
export type BlockWeight = { readonly values: Value; readonly scales: Value };

/**
 * silu(x @ gate) * (x @ up) with blockwise quantised weights: two products, and one dispatch for all behind them. WebGPU alone has a kernel.
 *
 * @param x  [..., columns]
 */
export function gatedBlocks(
  scope: OperatorScope,
  name: string,
  x: Value,
  {
    gate,
    up,
    bits,
    block,
    columns,
  }: { gate: BlockWeight; up: BlockWeight; bits: 4 | 8; block: number; columns: number },
): Value {
  const where = scope.nameOf(name);
  const [out, width] = [dimAt(gate.values.shape, 0, where), dimAt(x.shape, -1, where)];
  assert(
    typeof out === 'number' &&
      width === columns &&
      gate.values.shape[1] === Math.ceil(columns / block) &&
      sameShape(gate.values.shape, up.values.shape),
    `${where}: ${shapeText(x.shape)} goes into ${shapeText(gate.values.shape)} and ${shapeText(up.values.shape)}`,
  );
  return scope.compute(name, {
    operator: 'MatMulNBitsMlp',
    domain,
    // The sum and the norm before it stay apart: with 8 bits the kernel gives them a dispatch of their own all the same.
    inputs: [x, null, null, gate.values, gate.scales, null, up.values, up.scales],
    attributes: { K: columns, N: out, bits, block_size: block, accuracy_level: 0, activation: 'silu' },
    outputs: [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), out] }],
  });
}

/**
 * Product of 8-bit matrices in 32-bit floats: (x - 128) @ weight, each column times its scale.
 * x u8 [rows, in], weight i8 [in, out], scales f32 [out].
 */
export function matMulBytes(
  scope: OperatorScope,
  name: string,
  x: Value,
  { weight, scales }: { weight: Value; scales: Value },
): Value {
  const where = scope.nameOf(name);
  const [rows, out] = [dimAt(x.shape, 0, where), dimAt(weight.shape, 1, where)];
  assert(
    x.dtype === 'u8' && weight.dtype === 'i8' && x.shape[1] === weight.shape[0],
    `${where}: ${shapeText(x.shape)} goes into ${shapeText(weight.shape)}`,
  );
  const unit = scope.floats(`${name}.unit`, [], [1]);
  const middle = scope.graph.constant(scope.nameOf(`${name}.middle`), 'u8', [], Uint8Array.of(128));
  return scope.compute(name, {
    operator: 'MatMulIntegerToFloat',
    domain,
    inputs: [x, weight, unit, scales, middle],
    outputs: [{ dtype: 'f32', shape: [rows, out] }],
  });
}
