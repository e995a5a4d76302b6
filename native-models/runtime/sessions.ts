import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Provider } from '../names.ts';
import { isModelError, ModelError, throwIfCancelled } from '../errors.ts';
import type { ManifestGraph, ModelManifest } from '../pixellm/manifest.ts';
import { openBoundDecoder } from './bound-decoder.ts';
import { Decoder } from './decoder.ts';
import { boundFormFor } from './decoder-form.ts';
import { EmbeddingTable } from './embedding-table.ts';
import { cardWithRoom } from './device/card-memory.ts';
import { nvidiaCards } from './device/nvidia-cards.ts';
import type { Race } from './device/race.ts';
import { timeDecoder, timeMasks, timeVision } from './device/time-parts.ts';
import type { LoadProgress } from './engine-contract.ts';
import { readFamiliarPictures, type FamiliarPictures } from './familiar-pictures.ts';
import { graphThreads } from './graph-threads.ts';
import { ImageReader } from './image-features.ts';
import { HostCache } from './host-cache.ts';
import { MaskDecoder } from './mask-decoder.ts';
import { openSession } from './ort.ts';
import type { Session } from './ort-tensors.ts';
import { requireOwnTokenizer } from './require-whole.ts';
import { loadTokenizer } from './tokenizer/tokenizer.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** Memory for features of recent images: some twenty images of the 7B model. */
const imageMemoryBytes = 192 * 1024 * 1024;

/** A loaded model: everything that has to be closed again. */
export interface LoadedModel {
  readonly images: ImageReader;
  readonly decoder: Decoder;
  readonly masks: MaskDecoder;
  readonly tokenizer: Tokenizer;
  /** Null for a model that was not made for pictures of one kind. */
  readonly familiar: FamiliarPictures | null;
  release(): Promise<void>;
}

export interface LoadRequest {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly provider: Provider;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Wants the parts timed while they are opened, and may call it off; null when nothing is to be chosen. */
  readonly race: Race | null;
  onProgress(progress: LoadProgress): void;
}

/**
 * Opens all of a model's files.
 *
 * @throws Outrun when the race is lost on the way; ModelError 'model-damaged', 'tokenizer-invalid', 'provider-missing', 'provider-failed', 'out-of-memory', 'cancelled'; nothing stays open then
 */
export async function loadModel(request: LoadRequest): Promise<LoadedModel> {
  const opened: (() => Promise<void>)[] = [];
  const release = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const parts = await openParts({ ...request, card: cardFor(request) }, opened);
    await requireFiniteAnswer(parts.decoder, request);
    return { ...parts, release };
  } catch (cause) {
    await release();
    throw cause;
  }
}

type OpenRequest = LoadRequest & { readonly card: number };

/**
 * The card to load onto: the one with most room, of those that may be used.
 *
 * @throws ModelError 'out-of-memory' when the model does not fit, before any of it is loaded
 */
function cardFor({ provider, manifest }: LoadRequest): number {
  if (provider !== 'cuda') return 0;
  // CUDA then numbers cards as the driver's library does, and not by its own idea of their speed.
  process.env['CUDA_DEVICE_ORDER'] = 'PCI_BUS_ID';
  const cards = nvidiaCards();
  return cards ? cardWithRoom(cards, manifest, provider).index : 0;
}

async function openParts(
  request: OpenRequest,
  opened: (() => Promise<void>)[],
): Promise<Omit<LoadedModel, 'release'>> {
  const { folder, manifest, provider } = request;
  const { network, graphs } = manifest;
  const tokenizer = await loadTokenizer(folder, manifest.tokenizer);
  requireOwnTokenizer(folder, manifest, tokenizer);
  const embedding = await EmbeddingTable.open(folder, manifest.embedding);
  opened.push(() => embedding.close());

  // The CPU's graphs use fused attention, which WebGPU computes wrongly in this version; GPUs have their own, of plain operators.
  const onCpu = provider === 'cpu';
  request.onProgress({ stage: 'loading-vision', provider });
  const images = new ImageReader(
    await openGraph(onCpu ? graphs.vision : graphs.visionGpu, request, { threads: request.threads }),
    network.image,
    imageMemoryBytes,
  );
  opened.push(() => images.release());
  const { race } = request;
  if (race) race.note('vision', await timeVision(images, network));

  await race?.beforeDecoder();
  request.onProgress({ stage: 'loading-decoder', provider });
  const decoder = await openDecoder(request, embedding, images);
  opened.push(() => decoder.release());
  if (race) await timeDecoder(race, decoder, manifest);

  request.onProgress({ stage: 'loading-masks', provider });
  const masks = new MaskDecoder(
    await openGraph(onCpu ? graphs.masks : graphs.masksGpu, request, {
      threads: graphThreads(graphs.masks, request.threads),
    }),
    network,
  );
  opened.push(() => masks.release());
  if (race) race.note('mask', await timeMasks(masks, images, network));
  const familiar = await readFamiliarPictures(folder, network.language.hidden);
  return { images, decoder, masks, tokenizer, familiar };
}

async function openDecoder(
  request: OpenRequest,
  embedding: EmbeddingTable,
  images: ImageReader,
): Promise<Decoder> {
  const { folder, manifest, provider, threads, card } = request;
  const { language } = manifest.network;
  const parts = { embedding, language, imageTokens: (key: string) => images.known(key).tokens };
  const form = boundFormFor(provider, manifest);
  if (form === null) {
    const options = { threads: graphThreads(manifest.graphs.decoder, threads) };
    const session = await openGraph(manifest.graphs.decoder, request, options);
    return new Decoder({ session, cache: new HostCache(language, manifest.contextLength + 1), ...parts });
  }
  await requireFiles(request, manifest.graphs.decoder);
  return openBoundDecoder({ folder, manifest, form, provider, threads, card, parts });
}

async function openGraph(
  graph: ManifestGraph,
  request: OpenRequest,
  options: { readonly threads: number },
): Promise<Session> {
  await requireFiles(request, graph);
  return openSession(path.join(request.folder, graph.graph), {
    provider: request.provider,
    card: request.card,
    ...options,
  });
}

/** @throws ModelError 'model-damaged', and 'cancelled': a good moment to look */
async function requireFiles(request: LoadRequest, graph: ManifestGraph): Promise<void> {
  throwIfCancelled(request.signal);
  for (const file of [graph.graph, graph.data]) {
    await access(path.join(request.folder, file)).catch((cause: unknown) => {
      throw new ModelError(
        'model-damaged',
        `The model’s file ${file} is missing.`,
        { folder: request.folder, file },
        cause,
      );
    });
  }
}

/** A provider may load a graph and then compute nonsense; one token tells, and compiles the shaders on the way. */
async function requireFiniteAnswer(decoder: Decoder, { manifest, provider }: LoadRequest): Promise<void> {
  const first = { token: manifest.tokens.bos, image: null, position: 0, isVisible: true };
  try {
    decoder.keep(await decoder.forward([first], [0]), 0);
    return;
  } catch (cause) {
    if (!isModelError(cause, 'answer-not-finite')) throw cause;
  }
  const code = provider === 'cpu' ? 'model-damaged' : 'provider-failed';
  throw new ModelError(code, 'The model computes values that are no numbers for the simplest input.', {
    provider,
  });
}
