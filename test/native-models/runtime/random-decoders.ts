import path from 'node:path';
import { WeightProducer } from '../../../native-models/convert/produce-weights.ts';
import { writeGraph } from '../../../native-models/convert/write-graph.ts';
import type { ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import { decoderGraph } from '../../../native-models/pixellm/model-graphs.ts';
import type { BoundForm } from '../../../native-models/pixellm/model-graphs.ts';
import type { Network } from '../../../native-models/pixellm/network.ts';
import { stylesFor } from '../../../native-models/pixellm/precision-styles.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import { HostCache } from '../../../native-models/runtime/host-cache.ts';
import { openSession } from '../../../native-models/runtime/ort.ts';
import type { Session } from '../../../native-models/runtime/ort-tensors.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { randomFloats } from '../run-graph.ts';
import { aBoundDecoder, randomEmbeddings } from './random-parts.ts';
import type { RandomModel } from './random-parts.ts';

/**
 * A decoder of random weights and its own random sizes, written as a conversion would.
 *
 * @param block  numbers that share a scale at int4: 64 in wide models
 */
export async function aRandomDecoder(
  seed: number,
  precision: ModelManifest['precision'],
  given: Partial<Network['language']> = {},
  block: 32 | 64 = 32,
): Promise<RandomModel> {
  const random = seededRandom(seed);
  const heads = 1 + (seed % 3);
  const headDim = seed % 2 === 0 ? 16 : 32;
  const language = {
    hidden: heads * headDim,
    layers: 1 + (seed % 3),
    heads,
    headDim,
    intermediate: 64,
    vocabulary: 14,
    epsilon: 1e-5,
    ropeBase: 10_000,
    maxPositions: 256,
    ...given,
  };
  const network = { language } as Network; // only the language part matters to the decoder
  const folder = await temporaryFolder();
  const graph = decoderGraph(network, { styles: stylesFor(precision, block), taps: false });
  const sizes = new Map(
    graph.weights.flatMap(({ source }) =>
      source.kind === 'computed' ? [] : [[source.from.name, source.from.shape] as const],
    ),
  );
  const tensors = new Map(
    [...sizes].map(([name, shape]) => [
      name,
      randomFloats(
        random,
        shape.reduce((product, dim) => product * dim, 1),
        name.includes('norm') ? 1.5 : Math.min(0.5, 3 * (shape.at(-1) ?? 1) ** -0.5),
      ),
    ]),
  );
  const producer = new WeightProducer(
    {
      readFloat32: (name, rows) => {
        const tensor = tensors.get(name) ?? new Float32Array();
        const width = (sizes.get(name) ?? []).slice(1).reduce((product, dim) => product * dim, 1);
        return Promise.resolve(rows ? tensor.slice(rows.from * width, rows.to * width) : tensor);
      },
    },
    new AbortController().signal,
  );
  const written = await writeGraph(folder, 'decoder', graph, (source) => producer.produce(source));
  const graphs = { decoder: written.graph } as ModelManifest['graphs']; // the others are not read here
  return { folder, manifest: { network, precision, graphs } };
}

/** A graph given as bytes, its weights in `folder`, through the Node binding. */
export function openOnCpu(model: Uint8Array, folder: string): Promise<Session> {
  return openSession(model, { provider: 'cpu', threads: 1, folder });
}

/** Both ways of keeping a cache over the same weights, on the CPU. */
export async function bothDecoders(
  model: RandomModel,
  form: BoundForm,
): Promise<{ split: Decoder; bound: Decoder }> {
  const { decoder: bound } = await aBoundDecoder(model, 'cpu', form);
  return { split: await aSplitDecoder(model), bound };
}

/** The decoder as the CPU computes it. */
async function aSplitDecoder({ folder, manifest }: RandomModel): Promise<Decoder> {
  const { language } = manifest.network;
  const file = path.join(folder, manifest.graphs.decoder.graph);
  const session = await openSession(file, { provider: 'cpu', threads: 1 });
  return new Decoder({ session, cache: new HostCache(language, 257), ...randomEmbeddings(language) });
}
