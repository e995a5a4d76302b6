import type { ModelManifest } from '../pixellm/manifest.ts';
import type { BoundForm } from '../pixellm/model-graphs.ts';
import { BoundCache } from './bound-cache.ts';
import { boundDecoderModel } from './bound-decoder-graph.ts';
import { Decoder } from './decoder.ts';
import type { DecoderParts } from './decoder.ts';
import { keepToRunsThatAgree, repeatsAgree } from './runs-that-agree.ts';
import { openRecordedSession, openSession } from './ort.ts';
import type { SessionOptions } from './ort.ts';
import type { RunTensor, Session } from './ort-tensors.ts';

export interface BoundDecoderRequest extends SessionOptions {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly form: BoundForm;
  /** What a decoder is made of beside its session and its cache. */
  readonly parts: Omit<DecoderParts, 'session' | 'cache'>;
}

/**
 * The decoder whose cache is written in place. On WebGPU the card repeats recorded runs, where a recording gives what the run itself gives.
 *
 * @throws ModelError 'provider-missing', 'out-of-memory', 'model-damaged'
 */
export async function openBoundDecoder(request: BoundDecoderRequest): Promise<Decoder> {
  const { folder, manifest, form, provider } = request;
  const model = await boundDecoderModel(folder, manifest, form);
  const recorded = provider === 'webgpu' ? await openRecorded(model, request) : null;
  if (recorded) return recorded;
  const session = await openSession(model, request);
  try {
    return await bind(session, request);
  } catch (cause) {
    await session.release();
    throw cause;
  }
}

/** null where recordings cannot be had or cannot be trusted: without them all goes on, slower. */
async function openRecorded(model: Uint8Array, request: BoundDecoderRequest): Promise<Decoder | null> {
  const drafted = request.manifest.tokens.codebook.length;
  let session: Session | null = null;
  try {
    session = openRecordedSession(model, { ...request, comesAgain: isStepOrDraft(drafted) });
    const decoder = await bind(session, request);
    if (await repeatsAgree(decoder, request.manifest.network.language, drafted)) return decoder;
  } catch {
    // Whatever went wrong, the same model without recordings is tried next and says so if it fails as well.
  }
  await session?.release();
  return null;
}

async function bind(session: Session, { manifest, form, parts }: BoundDecoderRequest): Promise<Decoder> {
  const { language } = manifest.network;
  const room = { capacity: manifest.contextLength, dtype: form.numbers.cache };
  const cache = await BoundCache.create(session, language, room);
  const decoder = new Decoder({ session, cache, ...parts });
  await keepToRunsThatAgree(decoder, cache, language);
  return decoder;
}

/** Whether a run reads one cell, or a codebook run drafted whole: what an answer is written with. */
export function isStepOrDraft(drafted: number): (feeds: Readonly<Record<string, RunTensor>>) => boolean {
  return (feeds) => {
    const cells = feeds['embeds']?.dims[1];
    return cells === 1 || cells === drafted;
  };
}
