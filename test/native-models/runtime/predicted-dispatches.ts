import type { Graph, Node } from '../../../native-models/onnx/graph.ts';
import { boundDecoderGraph, gpuStyles } from '../../../native-models/pixellm/model-graphs.ts';
import type { Network } from '../../../native-models/pixellm/network.ts';
import type { ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import { stylesOf } from '../../../native-models/pixellm/precision-styles.ts';
import { boundFormFor } from '../../../native-models/runtime/decoder-form.ts';

/** Dispatches of WebGPU for a node of the decoder's graph, in a run of one cell. What computes on weights alone is done once, at load. */
const dispatchesOf: Readonly<Record<string, number>> = {
  Gather: 1,
  Gemm: 1,
  MatMulNBits: 1,
  // With 8 bits: two products and what joins them.
  MatMulNBitsMlp: 3,
  SimplifiedLayerNormalization: 1,
  SkipSimplifiedLayerNormalization: 1,
  QuickGelu: 1,
  Mul: 1,
  ArgMax: 1,
  // Splitting, rotating and appending; attending; adding up.
  GroupQueryAttention: 3,
  Reshape: 0,
};

/**
 * How many dispatches one step of a model's decoder is on WebGPU, told from its graph alone: a model of any size, without its weights. With 4 bits
 * norm, gate, SiLU, up and their product are one.
 */
export function predictedDispatches(
  network: Network,
  precision: Exclude<ModelManifest['precision'], 'fp16'>,
): number {
  const form = boundFormFor('webgpu', { network, precision });
  if (!form) throw new Error('WebGPU has a bound decoder.');
  const graph = boundDecoderGraph(network, gpuStyles(stylesOf[precision]), form);
  const all = graph.nodes
    .filter((node) => !readsWeightsAlone(graph, node))
    .reduce((sum, { operator }) => sum + dispatchesOfOperator(operator), 0);
  return precision === 'int4' ? all - 4 * network.language.layers : all;
}

function dispatchesOfOperator(operator: string): number {
  const count = dispatchesOf[operator];
  if (count === undefined) throw new Error(`Nobody counted the dispatches of ${operator}.`);
  return count;
}

function readsWeightsAlone(graph: Graph<unknown>, node: Node): boolean {
  const isFixed = (name: string): boolean => {
    if (name === '' || graph.weights.some(({ value }) => value.name === name)) return true;
    if (graph.constants.some(({ value }) => value.name === name)) return true;
    const maker = graph.nodes.find(({ outputs }) => outputs.includes(name));
    return maker !== undefined && readsWeightsAlone(graph, maker);
  };
  return node.inputs.every(isFixed);
}
