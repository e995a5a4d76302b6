import { onnxDtypes } from '../onnx/dtype.ts';
import { elementsOf } from '../onnx/shape.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import type { Network } from '../pixellm/network.ts';
import type { ModelGraph } from '../pixellm/weights.ts';

/** What the runtime itself takes before any model is loaded, measured on Linux. */
const runtimeBytes = 120 * 2 ** 20;
const floatBytes = 4;

/**
 * Memory of a graph's weights once the CPU provider has repacked them. Measured: 32-bit weights keep their size, 16-bit ones are widened,
 * blockwise ones gain a 32-bit sum per scale.
 */
export function loadedBytes(graph: ModelGraph): number {
  return graph.weights.reduce((sum, { value, source }) => {
    const stored = elementsOf(value.shape) * onnxDtypes[value.dtype].bytes;
    const isScale = source.kind === 'blocks' && source.part === 'scales';
    return sum + stored * (value.dtype === 'f16' || isScale ? 2 : 1);
  }, 0);
}

export function estimateMemory(
  network: Network,
  contextLength: number,
  loaded: number,
): ModelManifest['memory'] {
  const { language } = network;
  const cacheBytesPerToken = 2 * language.layers * language.hidden * floatBytes;
  const peakBytes = Math.ceil(
    runtimeBytes + loaded + cacheBytesPerToken * contextLength + largestActivations(network),
  );
  return { loadedBytes: loaded, cacheBytesPerToken, peakBytes };
}

/** The vision tower's attention scores and widest rows, or the mask graph with four targets, whichever is larger. */
function largestActivations({ image, vision, projector, pixelDecoder }: Network): number {
  const rows = image.grid * image.grid + 1;
  const tower = rows * (vision.heads * rows + 4 * vision.intermediate);
  const projectors = 2 * image.grid * image.grid * 2 * projector.hidden;
  const masks = 4 * 4 * image.grid * image.grid * 8 * pixelDecoder.dim;
  return floatBytes * Math.max(tower, projectors, masks);
}
