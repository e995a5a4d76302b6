/**
 * ONNX's own operators, as functions from values to a value. Each works out the shape of its result and refuses inputs that do not fit,
 * so that a mistake shows where the network is written down and not when it is loaded.
 */
import { assert } from '../errors.ts';
import { onnxDtypes, type OnnxDtype } from './dtype.ts';
import type { Scope, Value } from './graph.ts';
import {
  broadcast,
  checkReshape,
  dimAt,
  matMulShape,
  permuteShape,
  sameShape,
  shapeText,
  type Dim,
  type Shape,
} from './shape.ts';

/** Scopes of any kind of weight source will do: no operator declares weights. */
export type OperatorScope = Scope<unknown>;

function unary(scope: OperatorScope, name: string, operator: string, x: Value): Value {
  return scope.compute(name, { operator, inputs: [x], outputs: [{ dtype: x.dtype, shape: x.shape }] });
}

function binary(scope: OperatorScope, name: string, operator: string, left: Value, right: Value): Value {
  assert(left.dtype === right.dtype, `${scope.nameOf(name)}: ${left.dtype} and ${right.dtype} are one type`);
  const shape = broadcast(left.shape, right.shape, scope.nameOf(name));
  return scope.compute(name, { operator, inputs: [left, right], outputs: [{ dtype: left.dtype, shape }] });
}

export const add = (scope: OperatorScope, name: string, left: Value, right: Value): Value =>
  binary(scope, name, 'Add', left, right);
export const multiply = (scope: OperatorScope, name: string, left: Value, right: Value): Value =>
  binary(scope, name, 'Mul', left, right);
export const maximum = (scope: OperatorScope, name: string, left: Value, right: Value): Value =>
  binary(scope, name, 'Max', left, right);
export const sigmoid = (scope: OperatorScope, name: string, x: Value): Value =>
  unary(scope, name, 'Sigmoid', x);
export const relu = (scope: OperatorScope, name: string, x: Value): Value => unary(scope, name, 'Relu', x);
/** Exact GELU, by the error function. */
export const gelu = (scope: OperatorScope, name: string, x: Value): Value => unary(scope, name, 'Gelu', x);
export const absolute = (scope: OperatorScope, name: string, x: Value): Value => unary(scope, name, 'Abs', x);

export function softmax(scope: OperatorScope, name: string, x: Value): Value {
  return scope.compute(name, {
    operator: 'Softmax',
    inputs: [x],
    attributes: { axis: -1 },
    outputs: [{ dtype: x.dtype, shape: x.shape }],
  });
}

/**
 * Softmax over an axis that is not the last, from its parts: the operator itself turns its input around and back, and is slow for short rows.
 */
export function softmaxOver(scope: OperatorScope, name: string, x: Value, axis: number): Value {
  const inside = scope.inside(name);
  const kept = (part: string, operator: 'ReduceMax' | 'ReduceSum', of: Value): Value =>
    inside.compute(part, {
      operator,
      inputs: [of, inside.integers(`${part}.axis`, [axis])],
      attributes: { keepdims: 1 },
      outputs: [{ dtype: x.dtype, shape: x.shape.map((dim, index) => (index === axis ? 1 : dim)) }],
    });
  const below = binary(inside, 'below-largest', 'Sub', x, kept('largest', 'ReduceMax', x));
  const raised = unary(inside, 'raised', 'Exp', below);
  return binary(inside, 'share', 'Div', raised, kept('sum', 'ReduceSum', raised));
}

export function cast(scope: OperatorScope, name: string, x: Value, to: OnnxDtype): Value {
  return scope.compute(name, {
    operator: 'Cast',
    inputs: [x],
    attributes: { to: onnxDtypes[to].code },
    outputs: [{ dtype: to, shape: x.shape }],
  });
}

export function matMul(scope: OperatorScope, name: string, left: Value, right: Value): Value {
  const shape = matMulShape(left.shape, right.shape, scope.nameOf(name));
  return scope.compute(name, {
    operator: 'MatMul',
    inputs: [left, right],
    outputs: [{ dtype: left.dtype, shape }],
  });
}

/** x [rows, in] times weight [out, in], plus bias [out]: a linear layer with its weight as checkpoints store it. */
export function gemm(scope: OperatorScope, name: string, x: Value, weight: Value, bias: Value | null): Value {
  const where = scope.nameOf(name);
  const [out, width] = [dimAt(weight.shape, 0, where), dimAt(weight.shape, 1, where)];
  assert(x.dtype === weight.dtype, `${where}: ${x.dtype} and ${weight.dtype} are one type`);
  assert(
    x.shape.length === 2 && x.shape[1] === width,
    `${where}: ${shapeText(x.shape)} goes into ${shapeText(weight.shape)}`,
  );
  assert(bias === null || sameShape(bias.shape, [out]), `${where}: the bias has ${out} elements`);
  return scope.compute(name, {
    operator: 'Gemm',
    inputs: bias ? [x, weight, bias] : [x, weight],
    attributes: { transB: 1 },
    outputs: [{ dtype: x.dtype, shape: [dimAt(x.shape, 0, where), out] }],
  });
}

/** Normalises the last axis to mean 0 and variance 1, then scales and shifts it. */
export function layerNorm(
  scope: OperatorScope,
  name: string,
  x: Value,
  { weight, bias, epsilon }: { weight: Value; bias: Value; epsilon: number },
): Value {
  const where = scope.nameOf(name);
  const width = dimAt(x.shape, -1, where);
  assert(
    sameShape(weight.shape, [width]) && sameShape(bias.shape, [width]),
    `${where}: weight and bias have ${width} elements`,
  );
  return scope.compute(name, {
    operator: 'LayerNormalization',
    inputs: [x, weight, bias],
    attributes: { axis: -1, epsilon: { float: epsilon } },
    outputs: [{ dtype: x.dtype, shape: x.shape }],
  });
}

/** At most one named size may land on another axis than it came from: ONNX can work out only one. */
export function reshape(scope: OperatorScope, name: string, x: Value, shape: Shape): Value {
  const where = scope.nameOf(name);
  checkReshape(x.shape, shape, where);
  const target = shape.map((dim, axis) => {
    if (typeof dim === 'number') return dim;
    return x.shape[axis] === dim ? 0 : -1; // 0 copies the input's size of the same axis
  });
  assert(
    target.filter((dim) => dim === -1).length <= 1,
    `${where}: ${shapeText(x.shape)} to ${shapeText(shape)} leaves one size open`,
  );
  const to = scope.integers(`${name}.shape`, target);
  return scope.compute(name, { operator: 'Reshape', inputs: [x, to], outputs: [{ dtype: x.dtype, shape }] });
}

export function transpose(scope: OperatorScope, name: string, x: Value, order: readonly number[]): Value {
  const shape = permuteShape(x.shape, order, scope.nameOf(name));
  return scope.compute(name, {
    operator: 'Transpose',
    inputs: [x],
    attributes: { perm: order },
    outputs: [{ dtype: x.dtype, shape }],
  });
}

/** Puts values side by side; `size` names the joined axis when it is not the sum of known sizes. */
export function concat(
  scope: OperatorScope,
  name: string,
  values: readonly Value[],
  { axis, size }: { axis: number; size?: Dim },
): Value {
  const [first] = values;
  assert(first, `${scope.nameOf(name)} joins something`);
  const at = axis < 0 ? first.shape.length + axis : axis;
  const sizes = values.map((value) => dimAt(value.shape, at, scope.nameOf(name)));
  const rest = (shape: Shape): Shape => shape.filter((_, index) => index !== at);
  for (const value of values)
    assert(
      sameShape(rest(value.shape), rest(first.shape)),
      `${scope.nameOf(name)}: ${shapeText(value.shape)} joins ${shapeText(first.shape)}`,
    );
  const joined = size ?? sizes.reduce<number>((sum, dim) => sum + Number(dim), 0);
  assert(
    typeof joined === 'string' || Number.isInteger(joined),
    `${scope.nameOf(name)} names the joined size`,
  );
  const shape = first.shape.map((dim, index) => (index === at ? joined : dim));
  return scope.compute(name, {
    operator: 'Concat',
    inputs: values,
    attributes: { axis: at },
    outputs: [{ dtype: first.dtype, shape }],
  });
}

/** Drops an axis of size 1. */
export function squeeze(scope: OperatorScope, name: string, x: Value, axis: number): Value {
  assert(x.shape[axis] === 1, `${scope.nameOf(name)}: axis ${axis} of ${shapeText(x.shape)} has size 1`);
  const shape = x.shape.filter((_, index) => index !== axis);
  return scope.compute(name, {
    operator: 'Squeeze',
    inputs: [x, scope.integers(`${name}.axis`, [axis])],
    outputs: [{ dtype: x.dtype, shape }],
  });
}

/** Elements from (included) to (excluded) of one axis of known size. */
export function slice(
  scope: OperatorScope,
  name: string,
  x: Value,
  { axis, from, to }: { axis: number; from: number; to: number },
): Value {
  const size = dimAt(x.shape, axis, scope.nameOf(name));
  assert(
    typeof size === 'number' && from >= 0 && from < to && to <= size,
    `${scope.nameOf(name)}: ${from} to ${to} lies in ${size}`,
  );
  const bound = (end: string, value: number): Value => scope.integers(`${name}.${end}`, [value]);
  return scope.compute(name, {
    operator: 'Slice',
    inputs: [x, bound('from', from), bound('to', to), bound('axis', axis)],
    outputs: [{ dtype: x.dtype, shape: x.shape.map((dim, index) => (index === axis ? to - from : dim)) }],
  });
}

/** Cuts the last axis at sizes known only at run time: `sizes` is an i64 vector, `dims` names them. */
export function splitLast(
  scope: OperatorScope,
  name: string,
  x: Value,
  { sizes, dims }: { sizes: Value; dims: readonly Dim[] },
): Value[] {
  const shape = (dim: Dim): Shape => [...x.shape.slice(0, -1), dim];
  return scope.computeMany(name, {
    operator: 'Split',
    inputs: [x, sizes],
    attributes: { axis: x.shape.length - 1 },
    outputs: dims.map((dim) => ({ dtype: x.dtype, shape: shape(dim) })),
  });
}

/** The rows of the first axis that `indices` [R] names. */
export function gatherRows(scope: OperatorScope, name: string, x: Value, indices: Value): Value {
  return scope.compute(name, {
    operator: 'Gather',
    inputs: [x, indices],
    attributes: { axis: 0 },
    outputs: [{ dtype: x.dtype, shape: [...indices.shape, ...x.shape.slice(1)] }],
  });
}

/** Sizes of some axes of x, as an i64 vector. */
export function sizesOf(
  scope: OperatorScope,
  name: string,
  x: Value,
  { from, to }: { from: number; to: number },
): Value {
  const outputs = [{ dtype: 'i64' as const, shape: [to - from] }];
  return scope.compute(name, {
    operator: 'Shape',
    inputs: [x],
    attributes: { start: from, end: to },
    outputs,
  });
}

/** Repeats x [1, ...] along its first axis as often as `like` has rows. */
export function repeatRows(scope: OperatorScope, name: string, x: Value, like: Value): Value {
  const where = scope.nameOf(name);
  const [rows, rest] = [dimAt(like.shape, 0, where), x.shape.slice(1)];
  assert(
    x.shape[0] === 1 && rest.every((dim) => typeof dim === 'number'),
    `${where}: ${shapeText(x.shape)} has one row`,
  );
  const count = sizesOf(scope, `${name}.rows`, like, { from: 0, to: 1 });
  const target = concat(scope, `${name}.shape`, [count, scope.integers(`${name}.rest`, rest.map(Number))], {
    axis: 0,
  });
  return scope.compute(name, {
    operator: 'Expand',
    inputs: [x, target],
    outputs: [{ dtype: x.dtype, shape: [rows, ...rest] }],
  });
}

/** Sum over one axis, which is dropped. */
export function sumAxis(scope: OperatorScope, name: string, x: Value, axis: number): Value {
  return reduce(scope, name, x, { operator: 'ReduceSum', axes: [axis] });
}

/** Mean over some axes, which are dropped. */
export function meanAxes(scope: OperatorScope, name: string, x: Value, axes: readonly number[]): Value {
  return reduce(scope, name, x, { operator: 'ReduceMean', axes });
}

function reduce(
  scope: OperatorScope,
  name: string,
  x: Value,
  { operator, axes }: { operator: string; axes: readonly number[] },
): Value {
  return scope.compute(name, {
    operator,
    inputs: [x, scope.integers(`${name}.axes`, axes)],
    attributes: { keepdims: 0 },
    outputs: [{ dtype: x.dtype, shape: x.shape.filter((_, index) => !axes.includes(index)) }],
  });
}

/** Index of the largest element of the last axis, the first of several alike; the axis is dropped. */
export function indexOfLargest(scope: OperatorScope, name: string, x: Value): Value {
  return scope.compute(name, {
    operator: 'ArgMax',
    inputs: [x],
    attributes: { axis: -1, keepdims: 0, select_last_index: 0 },
    outputs: [{ dtype: 'i64', shape: x.shape.slice(0, -1) }],
  });
}

/** Largest element of the last axis, which stays with size 1. */
export function maximumOfLast(scope: OperatorScope, name: string, x: Value): Value {
  return scope.compute(name, {
    operator: 'ReduceMax',
    inputs: [x, scope.integers(`${name}.axis`, [-1])],
    attributes: { keepdims: 1 },
    outputs: [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] }],
  });
}

/** x [rows, width] to bytes: each row divided by its scale [rows], rounded, and moved by its middle u8 [rows]. */
export function quantiseRowsTo(
  scope: OperatorScope,
  name: string,
  x: Value,
  { scale, middles }: { scale: Value; middles: Value },
): Value {
  const rows = [dimAt(x.shape, 0, scope.nameOf(name))];
  assert(
    sameShape(scale.shape, rows) && sameShape(middles.shape, rows),
    `${scope.nameOf(name)}: a scale and a middle for each of ${rows.join()} rows`,
  );
  return scope.compute(name, {
    operator: 'QuantizeLinear',
    inputs: [x, scale, middles],
    attributes: { axis: 0 },
    outputs: [{ dtype: 'u8', shape: x.shape }],
  });
}

/** Bytes i8 back to floats: each times the scale of its place along `axis`. */
export function dequantise(
  scope: OperatorScope,
  name: string,
  values: Value,
  { scales, axis }: { scales: Value; axis: number },
): Value {
  assert(
    sameShape(scales.shape, [dimAt(values.shape, axis, scope.nameOf(name))]),
    `${scope.nameOf(name)}: a scale for each place of axis ${axis}`,
  );
  return scope.compute(name, {
    operator: 'DequantizeLinear',
    inputs: [values, scales],
    attributes: { axis },
    outputs: [{ dtype: 'f32', shape: values.shape }],
  });
}
