import path from 'node:path';
import type { ManifestGraph, ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import type { Provider } from '../../../native-models/names.ts';
import { BoundCache } from '../../../native-models/runtime/bound-cache.ts';
import { isStepOrDraft } from '../../../native-models/runtime/bound-decoder.ts';
import { boundDecoderModel } from '../../../native-models/runtime/bound-decoder-graph.ts';
import type { BoundForm } from '../../../native-models/pixellm/model-graphs.ts';
import { boundFormFor } from '../../../native-models/runtime/decoder-form.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import { EmbeddingTable } from '../../../native-models/runtime/embedding-table.ts';
import { graphThreads } from '../../../native-models/runtime/graph-threads.ts';
import { ImageReader } from '../../../native-models/runtime/image-features.ts';
import { HostCache } from '../../../native-models/runtime/host-cache.ts';
import type { KeyValueCache } from '../../../native-models/runtime/key-value-cache.ts';
import { MaskDecoder } from '../../../native-models/runtime/mask-decoder.ts';
import { openRecordedSession, openSession } from '../../../native-models/runtime/ort.ts';
import type { Session } from '../../../native-models/runtime/ort-tensors.ts';
import type { LoadedModel } from '../../../native-models/runtime/sessions.ts';
import { loadTokenizer } from '../../../native-models/runtime/tokenizer/tokenizer.ts';
import { forcedSession } from './forced-session.ts';
import type { LogitsListener, Script, Traffic } from './forced-session.ts';

export interface BenchModel extends LoadedModel {
  /** A second cache over the same decoder, for steps that are measured alone. */
  freshDecoder(): Promise<Decoder>;
  /** What the decoder's runs sent and brought back so far. */
  readonly traffic: Traffic;
  readonly script: Script;
}

/** The parts the engine is made of, with a decoder that can be told what to say. */
export async function openBenchModel(
  folder: string,
  manifest: ModelManifest,
  {
    threads,
    provider,
    listen,
    tellsAll = false,
    records = true,
  }: {
    threads: number;
    provider: Provider;
    listen?: LogitsListener;
    tellsAll?: boolean;
    /** Whether WebGPU repeats steps and drafts by itself, as the engine has it do. */
    records?: boolean;
  },
): Promise<BenchModel> {
  const { graphs, network, contextLength } = manifest;
  const { language } = network;
  const open = (graph: ManifestGraph, count: number): Promise<Session> =>
    openSession(path.join(folder, graph.graph), { provider, threads: count });
  const script: Script = new Map();
  const onCpu = provider === 'cpu';
  const images = new ImageReader(
    await open(onCpu ? graphs.vision : graphs.visionGpu, threads),
    network.image,
    2 ** 28,
  );
  const form = boundFormFor(provider, manifest);
  const decoderThreads = graphThreads(graphs.decoder, threads);
  const openBound = async (bound: BoundForm): Promise<Session> => {
    const graph = await boundDecoderModel(folder, manifest, bound);
    const options = { threads, folder, tellsAll };
    return provider === 'webgpu' && records
      ? openRecordedSession(graph, {
          ...options,
          comesAgain: isStepOrDraft(manifest.tokens.codebook.length),
        })
      : openSession(graph, { ...options, provider });
  };
  const plain = form === null ? await open(graphs.decoder, decoderThreads) : await openBound(form);
  const traffic: Traffic = { runs: 0, bytes: 0 };
  const session = forcedSession(plain, language.vocabulary, script, { listen, traffic });
  const masks = new MaskDecoder(
    await open(onCpu ? graphs.masks : graphs.masksGpu, graphThreads(graphs.masks, threads)),
    network,
  );
  const embedding = await EmbeddingTable.open(folder, manifest.embedding);
  const tokenizer = await loadTokenizer(folder, manifest.tokenizer);
  const newCache = async (): Promise<KeyValueCache> =>
    form === null
      ? new HostCache(language, contextLength + 1)
      : BoundCache.create(session, language, { capacity: contextLength, dtype: form.numbers.cache });
  const freshDecoder = async (): Promise<Decoder> =>
    new Decoder({
      session,
      cache: await newCache(),
      embedding,
      language,
      imageTokens: (key) => images.known(key).tokens,
    });
  const decoder = await freshDecoder();
  const release = async (): Promise<void> => {
    await images.release();
    await decoder.release();
    await masks.release();
    await embedding.close();
  };
  return { images, decoder, masks, tokenizer, familiar: null, script, traffic, freshDecoder, release };
}
