import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelError } from '../errors.ts';
import { encodeModel } from '../onnx/model-file.ts';
import { blockValueBytes } from '../quantise.ts';
import { readStoredWeights } from '../onnx/read-weights.ts';
import { elementsOf, type Shape } from '../onnx/shape.ts';
import type { StoredWeight } from '../onnx/side-file.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import { boundDecoderGraph, gpuStyles, type BoundForm } from '../pixellm/model-graphs.ts';
import { stylesFor } from '../pixellm/precision-styles.ts';

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
  const stored = await readStored(folder, graphs.decoder.graph);
  const styles = gpuStyles(stylesFor(precision, blockOf(stored)));
  const graph = boundDecoderGraph(network, styles, form);
  const weights = graph.weights.map(({ value }) => {
    const found = stored.get(value.name);
    // Only the shape may be another one: a GPU may see the same bytes in other blocks.
    if (found && found.value.dtype === value.dtype && holdAsMuch(found.value.shape, value.shape))
      return { ...found, value };
    throw damaged(folder, graphs.decoder.graph, `it lacks the weight ${value.name}`);
  });
  return encodeModel(graph, graphs.decoder.data, weights);
}

function holdAsMuch(a: Shape, b: Shape): boolean {
  return a.length === b.length && a[0] === b[0] && elementsOf(a) === elementsOf(b);
}

/** Numbers that share a scale where they have 4 bits: 64 in wide models, and 32 in all that were converted before. */
function blockOf(stored: ReadonlyMap<string, StoredWeight>): 32 | 64 {
  const valueBytes = stored.get('lm_head.weight.values')?.value.shape[2];
  return valueBytes === blockValueBytes({ bits: 4, block: 64 }) ? 64 : 32;
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
