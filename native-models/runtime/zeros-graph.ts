import { Graph } from '../onnx/graph.ts';
import { encodeModel } from '../onnx/model-file.ts';

/** shape i64 [4] -> zeros of that shape, f32 or f16. */
export function zerosGraph(dtype: 'f32' | 'f16'): Uint8Array {
  const graph = new Graph<never>('zeros');
  const shape = graph.input('shape', 'i64', [4]);
  const zero = graph.constant('zero', dtype, [1], new Uint8Array(dtype === 'f16' ? 2 : 4));
  const zeros = graph.root.compute('expand', {
    operator: 'Expand',
    inputs: [zero, shape],
    outputs: [{ dtype, shape: ['A', 'B', 'C', 'D'] }],
  });
  graph.output('zeros', zeros);
  return encodeModel(graph, '', []);
}
