/**
 * Attention without a mask, in two forms that agree.
 * N = batch, Q = rows that look, A = rows looked at, C = width, H = heads, D = C / H.
 */
import type { Value } from '../onnx/graph.ts';
import { matMul, multiply, reshape, softmax, transpose } from '../onnx/operators.ts';
import { multiHeadAttention } from '../onnx/runtime-operators.ts';
import type { Dim } from '../onnx/shape.ts';
import { type ModelScope } from './weights.ts';

/**
 * 'fused' is one operator, which on the CPU never holds all scores at once. 'plain' spells it out for GPUs: onnxruntime 1.30's WebGPU form
 * of the fused operator gives wrong numbers (off by 8 % of their size for 257 rows over 257, measured on SwiftShader; see README).
 */
export type AttentionStyle = 'fused' | 'plain';

/** query [N, Q, C], key and value [N, A, C] to [N, Q, C]. */
export function attend(
  scope: ModelScope,
  name: string,
  { query, key, value, heads }: { query: Value; key: Value; value: Value; heads: number },
  style: AttentionStyle,
): Value {
  if (style === 'fused') return multiHeadAttention(scope, name, { query, key, value, heads, bias: null });
  return plainAttention(scope.inside(name), { query, key, value, heads });
}

function plainAttention(
  scope: ModelScope,
  { query, key, value, heads }: { query: Value; key: Value; value: Value; heads: number },
): Value {
  const width = Number(query.shape[2]);
  const headDim = width / heads;
  const byHead = (name: string, x: Value, order: readonly number[]): Value => {
    const [batch, rows] = x.shape as readonly [Dim, Dim]; // [N, rows, C], as the caller gives them
    return transpose(
      scope,
      `${name}.by-head`,
      reshape(scope, `${name}.heads`, x, [batch, rows, heads, headDim]),
      order,
    );
  };
  const scaled = multiply(scope, 'q.scaled', query, scope.floats('scale', [1], [headDim ** -0.5]));
  const scores = matMul(scope, 'scores', byHead('q', scaled, [0, 2, 1, 3]), byHead('k', key, [0, 2, 3, 1])); // [N, H, Q, A]
  const mixed = matMul(scope, 'mixed', softmax(scope, 'weights', scores), byHead('v', value, [0, 2, 1, 3])); // [N, H, Q, D]
  return reshape(scope, 'joined', transpose(scope, 'by-row', mixed, [0, 2, 1, 3]), query.shape);
}
