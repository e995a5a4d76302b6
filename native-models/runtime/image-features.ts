import type { Network } from '../pixellm/network.ts';
import { keptImageTokens, visionKeyRows } from './image/padding.ts';
import { toNetworkPixels } from './image/pixels.ts';
import type { Placement } from '../shapes.ts';
import type { RgbImage } from './image/resize.ts';
import { floats, hostFloats, integers } from './ort-tensors.ts';
import type { HostTensor, Session } from './ort-tensors.ts';
import { requireFinite } from './require-finite.ts';

/** An image with a name for its content: the same key promises the same pixels. */
export interface KeyedImage extends RgbImage {
  readonly key: string;
}

/** All that the rest of the network needs of an image. */
export interface ImageFeatures {
  readonly placement: Placement;
  /** Which image tokens hold some of the image, [tokens]. */
  readonly keptTokens: readonly boolean[];
  /** f32 [tokens, hidden] for the language model. */
  readonly tokens: Float32Array;
  /** For the pixel decoder, coarse to fine; passed on as they come. */
  readonly levels: readonly [HostTensor, HostTensor];
}

/** Reads images with the vision tower, and remembers the most recent ones. */
export class ImageReader {
  readonly #session: Session;
  readonly #settings: Network['image'];
  readonly #known = new Map<string, ImageFeatures>();
  readonly #limitBytes: number;

  /** @param limitBytes  memory for remembered features; the latest image is kept whatever its size */
  constructor(session: Session, settings: Network['image'], limitBytes: number) {
    this.#session = session;
    this.#settings = settings;
    this.#limitBytes = limitBytes;
  }

  has(key: string): boolean {
    return this.#known.has(key);
  }

  /** Features of an image read before. */
  known(key: string): ImageFeatures {
    const features = this.#known.get(key);
    if (features === undefined) throw new Error(`The image ${key} was not read.`);
    return features;
  }

  /** @throws ModelError 'image-invalid', 'image-too-thin', and what a run throws */
  async read(image: KeyedImage): Promise<ImageFeatures> {
    const features = this.#known.get(image.key) ?? (await this.#compute(image));
    // Taken out and put back: a Map keeps the order of insertion, so the first is the least recently used.
    this.#known.delete(image.key);
    this.#known.set(image.key, features);
    this.#forgetOldest();
    return features;
  }

  /** Forgets all images. */
  forget(): void {
    this.#known.clear();
  }

  async release(): Promise<void> {
    this.#known.clear();
    await this.#session.release();
  }

  async #compute(image: KeyedImage): Promise<ImageFeatures> {
    const { values, placement } = toNetworkPixels(image, this.#settings);
    const { side } = this.#settings;
    const keyRows = visionKeyRows(placement, this.#settings);
    const feeds = {
      pixel_values: floats(values, [1, 3, side, side]),
      key_rows: integers(keyRows, [keyRows.length]),
    };
    const outputs = await this.#session.run(feeds, ['image_tokens', 'level0', 'level1']);
    for (const name of ['image_tokens', 'level0', 'level1'])
      requireFinite(hostFloats(outputs, name), 'features of the picture');
    const level = (name: string): HostTensor => floats(hostFloats(outputs, name), outputs[name]?.dims ?? []);
    return {
      placement,
      keptTokens: keptImageTokens(placement, this.#settings),
      tokens: hostFloats(outputs, 'image_tokens'),
      levels: [level('level0'), level('level1')],
    };
  }

  #forgetOldest(): void {
    let total = [...this.#known.values()].reduce((sum, features) => sum + featureBytes(features), 0);
    for (const [key, features] of this.#known) {
      if (total <= this.#limitBytes || this.#known.size === 1) return;
      this.#known.delete(key);
      total -= featureBytes(features);
    }
  }
}

function featureBytes({ tokens, levels }: ImageFeatures): number {
  return tokens.byteLength + levels[0].data.byteLength + levels[1].data.byteLength;
}
