import type { OnnxDtype } from '../onnx/dtype.ts';
import { Graph } from '../onnx/graph.ts';
import { encodeModel } from '../onnx/model-file.ts';

/** One tensor that is copied. */
export interface Copied {
  readonly name: string;
  readonly dtype: OnnxDtype;
  readonly dims: readonly number[];
}

/** The name under which `copyGraph` gives a tensor on. */
export function copyOfName(name: string): string {
  return `${name}.copy`;
}

/**
 * Gives each tensor on as it is. A session of it is how numbers get into memory of a card that was given, and out of it: a run sends and brings
 * back what its inputs and outputs are bound to.
 */
export function copyGraph(tensors: readonly Copied[]): Uint8Array {
  const graph = new Graph<never>('copy');
  for (const { name, dtype, dims } of tensors) {
    const x = graph.input(name, dtype, dims);
    const copy = graph.root.compute(`${name}.identity`, {
      operator: 'Identity',
      inputs: [x],
      outputs: [{ dtype, shape: dims }],
    });
    graph.output(copyOfName(name), copy);
  }
  return encodeModel(graph, '', []);
}
