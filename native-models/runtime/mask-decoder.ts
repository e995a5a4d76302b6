import type { Network } from '../pixellm/network.ts';
import type { ImageFeatures } from './image-features.ts';
import { floats, hostFloats } from './ort-tensors.ts';
import type { Session } from './ort-tensors.ts';
import { requireFinite } from './require-finite.ts';

/** The states that predicted the codebook tokens of one target, in order, each f32 [hidden]. */
export type TargetStates = readonly Float32Array[];

/** Targets computed in one run: more gain nothing and cost some 40 MB each (native-models/runtime/RUNTIME.md section 6). */
export const targetsPerRun = 4;

/** Fuses codebook states and draws the masks: the light pixel decoder. */
export class MaskDecoder {
  readonly #session: Session;
  readonly #network: Network;

  constructor(session: Session, network: Network) {
    this.#session = session;
    this.#network = network;
  }

  /**
   * @param targets  at most `targetsPerRun`, at least one
   * @returns low-resolution logits of each target, f32 [maskSide, maskSide]
   */
  async draw(targets: readonly TargetStates[], image: ImageFeatures): Promise<Float32Array[]> {
    const { language, pixelDecoder } = this.#network;
    const tokens = targets[0]?.length ?? 0;
    const states = new Float32Array(targets.length * tokens * language.hidden);
    for (const [index, state] of targets.flat().entries()) states.set(state, index * language.hidden);
    const feeds = {
      states: floats(states, [targets.length, tokens, language.hidden]),
      level0: image.levels[0],
      level1: image.levels[1],
    };
    const logits = hostFloats(await this.#session.run(feeds, ['logits']), 'logits');
    requireFinite(logits, 'masks');
    const area = pixelDecoder.maskSide ** 2;
    return targets.map((_, index) => logits.slice(index * area, (index + 1) * area));
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
