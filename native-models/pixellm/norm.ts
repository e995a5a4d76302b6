import type { Value } from '../onnx/graph.ts';
import { layerNorm } from '../onnx/operators.ts';
import { storedWeight, type ModelScope } from './weights.ts';

/** LayerNorm over the last axis, its weight and bias at `path` of the checkpoint. */
export function storedLayerNorm(
  scope: ModelScope,
  name: string,
  x: Value,
  { path, width, epsilon }: { path: string; width: number; epsilon: number },
): Value {
  return layerNorm(scope, name, x, {
    weight: storedWeight(scope, `${path}.weight`, [width]),
    bias: storedWeight(scope, `${path}.bias`, [width]),
    epsilon,
  });
}
