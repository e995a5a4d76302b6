import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelError } from '../errors.ts';
import { encodeModel } from '../onnx/model-file.ts';
import { readStoredWeights } from '../onnx/read-weights.ts';
import { sameShape } from '../onnx/shape.ts';
import type { StoredWeight } from '../onnx/side-file.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import { boundDecoderGraph, gpuStyles, type BoundForm } from '../pixellm/model-graphs.ts';
import { stylesOf } from '../pixellm/precision-styles.ts';

/**
 * The decoder with its cache bound in place, over the weights a model folder already has: made when it is needed, so that every folder ever
 * converted gets it and no folder grows.
 *
 * @returns a .onnx file's bytes, whose side file lies in the folder
 * @throws ModelError 'model-damaged' when the folder's own decoder does not hold the weights that its network needs
 */
export async function boundDecoderModel(
  folder: string,
  { network, precision, graphs }: Pick<ModelManifest, 'network' | 'precision' | 'graphs'>,
  form: BoundForm,
): Promise<Uint8Array> {
  const graph = boundDecoderGraph(network, gpuStyles(stylesOf[precision]), form);
  const stored = await readStored(folder, graphs.decoder.graph);
  const weights = graph.weights.map(({ value }) => {
    const found = stored.get(value.name);
    if (found && found.value.dtype === value.dtype && sameShape(found.value.shape, value.shape)) return found;
    throw damaged(folder, graphs.decoder.graph, `it lacks the weight ${value.name}`);
  });
  return encodeModel(graph, graphs.decoder.data, weights);
}

async function readStored(folder: string, file: string): Promise<ReadonlyMap<string, StoredWeight>> {
  try {
    return readStoredWeights(await readFile(path.join(folder, file)));
  } catch (cause) {
    throw damaged(folder, file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(folder: string, file: string, why: string, cause?: unknown): ModelError {
  return new ModelError(
    'model-damaged',
    `The model’s file ${file} cannot be used: ${why}.`,
    { folder, file },
    cause,
  );
}
