import type { ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import type { BoundForm } from '../../../native-models/pixellm/model-graphs.ts';
import type { Network } from '../../../native-models/pixellm/network.ts';
import { BoundCache } from '../../../native-models/runtime/bound-cache.ts';
import { boundDecoderModel } from '../../../native-models/runtime/bound-decoder-graph.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import { boundFormFor } from '../../../native-models/runtime/decoder-form.ts';
import type { EmbeddingTable } from '../../../native-models/runtime/embedding-table.ts';
import { isStepOrDraft } from '../../../native-models/runtime/bound-decoder.ts';
import { openRecordedSession, openSession } from '../../../native-models/runtime/ort.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

// What needs no test runner around it, so that processes of their own can use it too.

export interface RandomModel {
  readonly folder: string;
  readonly manifest: Pick<ModelManifest, 'network' | 'precision' | 'graphs'>;
}

/** Cells of a codebook run of these models, drafted whole. */
export const draftedCells = 6;

/**
 * A decoder of a random model whose cache is written in place; on WebGPU it tells each dispatch.
 *
 * @param way  'recorded' has WebGPU repeat steps and drafts by itself
 */
export async function aBoundDecoder(
  { folder, manifest }: RandomModel,
  way: 'cpu' | 'webgpu' | 'recorded',
  form: BoundForm | null = boundFormFor(way === 'cpu' ? 'cpu' : 'webgpu', manifest),
): Promise<{ decoder: Decoder; cache: BoundCache }> {
  if (form === null) throw new Error(`There is no bound decoder for ${way}.`);
  const { language } = manifest.network;
  const model = await boundDecoderModel(folder, manifest, form);
  const options = { threads: 1, folder, tellsAll: way !== 'cpu' };
  const session =
    way === 'recorded'
      ? openRecordedSession(model, { ...options, comesAgain: isStepOrDraft(draftedCells) })
      : await openSession(model, { ...options, provider: way });
  const cache = await BoundCache.create(session, language, { capacity: 256, dtype: form.numbers.cache });
  return { decoder: new Decoder({ session, cache, ...randomEmbeddings(language) }), cache };
}

/** Embeddings that are the same wherever they are asked for. */
export function randomEmbeddings(language: Network['language']): {
  embedding: EmbeddingTable;
  language: Network['language'];
  imageTokens: () => Float32Array;
} {
  const { vocabulary, hidden } = language;
  const random = seededRandom(9);
  const table = Float32Array.from({ length: vocabulary * hidden }, () => random() * 2 - 1);
  const row = (token: number): Float32Array => table.slice(token * hidden, (token + 1) * hidden);
  const embedding = { row: (token: number) => Promise.resolve(row(token)) } as unknown as EmbeddingTable; // all that a decoder asks of it
  return { embedding, language, imageTokens: () => new Float32Array() };
}
