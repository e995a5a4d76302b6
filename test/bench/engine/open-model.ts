import path from 'node:path';
import type { ManifestGraph, ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import { EmbeddingTable } from '../../../native-models/runtime/embedding-table.ts';
import { graphThreads } from '../../../native-models/runtime/graph-threads.ts';
import { ImageReader } from '../../../native-models/runtime/image-features.ts';
import { HostCache } from '../../../native-models/runtime/host-cache.ts';
import { MaskDecoder } from '../../../native-models/runtime/mask-decoder.ts';
import { openSession } from '../../../native-models/runtime/ort.ts';
import type { Session } from '../../../native-models/runtime/ort-tensors.ts';
import type { LoadedModel } from '../../../native-models/runtime/sessions.ts';
import { loadTokenizer } from '../../../native-models/runtime/tokenizer/tokenizer.ts';
import { forcedSession } from './forced-session.ts';
import type { LogitsListener, Script } from './forced-session.ts';

export interface BenchModel extends LoadedModel {
  /** A second cache over the same decoder, for steps that are measured alone. */
  freshDecoder(): Decoder;
  readonly script: Script;
}

/** The parts the engine is made of, with a decoder that can be told what to say. */
export async function openBenchModel(
  folder: string,
  manifest: ModelManifest,
  threads: number,
  listen?: LogitsListener,
): Promise<BenchModel> {
  const { graphs, network, contextLength } = manifest;
  const { language } = network;
  const open = (graph: ManifestGraph, count: number): Promise<Session> =>
    openSession(path.join(folder, graph.graph), { provider: 'cpu', threads: count });
  const script: Script = new Map();
  const images = new ImageReader(await open(graphs.vision, threads), network.image, 2 ** 28);
  const session = forcedSession(
    await open(graphs.decoder, graphThreads(graphs.decoder, threads)),
    language.vocabulary,
    script,
    listen,
  );
  const masks = new MaskDecoder(await open(graphs.masks, graphThreads(graphs.masks, threads)), network);
  const embedding = await EmbeddingTable.open(folder, manifest.embedding);
  const tokenizer = await loadTokenizer(folder, manifest.tokenizer);
  const freshDecoder = (): Decoder =>
    new Decoder({
      session,
      cache: new HostCache(language, contextLength + 1),
      embedding,
      language,
      imageTokens: (key) => images.known(key).tokens,
    });
  const decoder = freshDecoder();
  const release = async (): Promise<void> => {
    await images.release();
    await decoder.release();
    await masks.release();
    await embedding.close();
  };
  return { images, decoder, masks, tokenizer, script, freshDecoder, release };
}
