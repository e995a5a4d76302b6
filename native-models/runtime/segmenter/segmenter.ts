import { availableParallelism } from 'node:os';
import { throwIfCancelled } from '../../errors.ts';
import type { Placement, SegmenterDescription } from '../../shapes.ts';
import type { OpenGraph } from '../ort.ts';
import { type HostTensor, floats, halfFloats, hostFloats } from '../ort-tensors.ts';
import { requireFinite } from '../require-finite.ts';
import { type ImageMask, upscaleMask } from '../upscale-mask.ts';
import { chooseMask } from './choose-mask.ts';
import { openBroughtGraph } from './open-brought-graph.ts';
import { placeInSquare, preparePicture } from './prepare-picture.ts';
import { type Prompts, promptFeeds } from './prompts.ts';
import { type Signature, familyWords, recognise, takesPrompts } from './signature.ts';

/** Memory for what encoders made of pictures: some twelve pictures of SAM 2, forty-eight of SAM. */
const embeddingBytes = 192 * 1024 * 1024;

export interface SegmentRequest {
  /** The same key is the same picture. */
  readonly image: { readonly key: string; readonly width: number; readonly height: number };
  /** RGB, row-major; asked only when the picture is not known. */
  readonly pixels: () => Promise<Uint8Array>;
  readonly prompts: Prompts;
}

/**
 * Finds the object at points and boxes with a SAM-like pair of files that a person brought. The slow part, the encoder, runs once a picture.
 * On the CPU: a decoder takes some tens of milliseconds there.
 */
export interface Segmenter {
  readonly description: SegmenterDescription;
  /** @throws ModelError 'prompt-unsupported', 'segmenter-unknown', 'image-invalid', 'answer-not-finite', and what a run throws */
  segment(request: SegmentRequest, signal: AbortSignal): Promise<ImageMask & { readonly score: number }>;
  dispose(): Promise<void>;
}

export interface SegmenterFiles {
  readonly encoder: string;
  readonly decoder: string;
}

/**
 * The two files may be given either way round.
 *
 * @param limitBytes only tests pass another one
 * @throws ModelError 'segmenter-unknown' with what was found, 'model-damaged', 'out-of-memory'
 */
export async function loadSegmenter(
  files: SegmenterFiles,
  signal: AbortSignal,
  limitBytes: number = embeddingBytes,
): Promise<Segmenter> {
  const opened: OpenGraph[] = [];
  try {
    for (const file of [files.encoder, files.decoder]) {
      throwIfCancelled(signal);
      opened.push(await openBroughtGraph(file, availableParallelism()));
    }
    const [first, second] = opened as [OpenGraph, OpenGraph]; // one for each of the two files
    const isSwapped = takesPrompts(first) && !takesPrompts(second);
    const [encoder, decoder] = isSwapped ? [second, first] : [first, second];
    return new OpenSegmenter(recognise(encoder, decoder), { encoder, decoder }, limitBytes);
  } catch (error) {
    for (const { session } of opened) await session.release();
    throw error;
  }
}

interface KnownPicture {
  readonly placement: Placement;
  readonly features: Readonly<Record<string, HostTensor>>;
}

class OpenSegmenter implements Segmenter {
  readonly #signature: Signature;
  readonly #graphs: { readonly encoder: OpenGraph; readonly decoder: OpenGraph };
  readonly #limitBytes: number;
  readonly #known = new Map<string, KnownPicture>();

  constructor(
    signature: Signature,
    graphs: { readonly encoder: OpenGraph; readonly decoder: OpenGraph },
    limitBytes: number,
  ) {
    this.#signature = signature;
    this.#graphs = graphs;
    this.#limitBytes = limitBytes;
  }

  get description(): SegmenterDescription {
    const { family, picture, takesBoxes, takesOutside } = this.#signature;
    return { family, words: familyWords[family], side: picture.side, takesBoxes, takesOutside };
  }

  async segment(
    { image, pixels, prompts }: SegmentRequest,
    signal: AbortSignal,
  ): Promise<ImageMask & { readonly score: number }> {
    const signature = this.#signature;
    const known = await this.#read(image, pixels, signal);
    const { placement } = known;
    const { feeds, count } = promptFeeds(signature, prompts, image, placement);
    throwIfCancelled(signal);
    const outputs = await this.#graphs.decoder.session.run({ ...known.features, ...feeds }, [
      signature.masks,
      signature.scores,
    ]);
    const data = hostFloats(outputs, signature.masks);
    requireFinite(data, 'masks');
    const scores = hostFloats(outputs, signature.scores);
    requireFinite(scores, 'scores of masks');
    const masks = { data, dims: outputs[signature.masks]?.dims ?? [] };
    const { score, ...logits } = chooseMask(masks, scores, count);
    return { ...upscaleMask(logits, placement, image), score };
  }

  async dispose(): Promise<void> {
    this.#known.clear();
    await this.#graphs.encoder.session.release();
    await this.#graphs.decoder.session.release();
  }

  async #read(
    image: SegmentRequest['image'],
    pixels: SegmentRequest['pixels'],
    signal: AbortSignal,
  ): Promise<KnownPicture> {
    const known =
      this.#known.get(image.key) ?? (await this.#encode({ ...image, rgb: await pixels() }, signal));
    // Taken out and put back: the first is the one that was not asked about for longest.
    this.#known.delete(image.key);
    this.#known.set(image.key, known);
    let total = [...this.#known.values()].reduce((sum, picture) => sum + bytesOf(picture), 0);
    for (const [key, picture] of this.#known) {
      if (total <= this.#limitBytes || this.#known.size === 1) break;
      this.#known.delete(key);
      total -= bytesOf(picture);
    }
    return known;
  }

  async #encode(
    image: { readonly width: number; readonly height: number; readonly rgb: Uint8Array },
    signal: AbortSignal,
  ): Promise<KnownPicture> {
    const { picture, features, frame } = this.#signature;
    const placement = placeInSquare(image, { fit: picture.fit, side: frame });
    const tensor = preparePicture(image, picture);
    throwIfCancelled(signal);
    const wanted = Object.values(features).flat();
    const outputs = await this.#graphs.encoder.session.run({ [picture.input]: tensor }, wanted);
    const types = new Map(this.#graphs.decoder.inputs.map(({ name, type }) => [name, type]));
    const kept = Object.entries(features).map(([input, sources]) => {
      const data = joined(sources.map((source) => hostFloats(outputs, source)));
      requireFinite(data, 'features of the picture');
      const dims = outputs[sources[0] as string]?.dims ?? []; // each has at least one
      const whole = sources.length === 1 ? dims : [sources.length, ...dims];
      return [input, types.get(input) === 'float16' ? halfFloats(data, whole) : floats(data, whole)] as const;
    });
    return { placement, features: Object.fromEntries(kept) };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function bytesOf({ features }: KnownPicture): number {
  return Object.values(features).reduce((sum, { data }) => sum + data.byteLength, 0);
}
