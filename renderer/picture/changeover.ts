import type { LiveEdit } from './live-edit.ts';
import type { SceneMasks } from './painted-masks.ts';
import type { StrokePicture } from './stroke-picture.ts';

/** What the layers of masks are drawn from. */
export interface ShownMasks {
  readonly masks: SceneMasks;
  readonly live: LiveEdit | null;
  readonly strokePicture: StrokePicture | null;
}

/** After so many frames the new masks are shown even where they are not composed yet: nothing may look stuck. */
const patience = 12;

/**
 * From one state of the masks to the next without a gap and without a long frame: what is on the screen stands (a
 * stroke over the old mask looks just as the new mask will) until the next masks are ready in sight.
 */
export class Changeover {
  #shown: ShownMasks;
  #next: SceneMasks | null = null;
  #waitedFrames = 0;
  #isLiveOver = false;

  constructor(masks: SceneMasks) {
    this.#shown = { masks, live: null, strokePicture: null };
  }

  get shown(): ShownMasks {
    return this.#shown;
  }

  get isWaiting(): boolean {
    return this.#next !== null;
  }

  /** Other masks are to be shown as soon as they are ready. */
  want(masks: SceneMasks): void {
    this.#next = masks;
  }

  /** Another live edit, over the newest masks. The end of one (null) is shown together with what came of it. */
  setLive(live: LiveEdit | null, strokePicture: StrokePicture | null): void {
    if (live === null && this.#next !== null) {
      this.#isLiveOver = true;
      return;
    }
    this.finish();
    this.#shown = { ...this.#shown, live, strokePicture };
  }

  /**
   * Once per frame.
   *
   * @param isReady whether all of the masks is there to be drawn, or what this frame's time allows was not enough
   * @returns true when other masks are shown from now on
   */
  step(isReady: (masks: SceneMasks) => boolean): boolean {
    if (this.#next === null) return false;
    this.#waitedFrames++;
    if (this.#waitedFrames < patience && !isReady(this.#next)) return false;
    this.finish();
    return true;
  }

  /** Shows the newest masks at once. @returns whether that are others */
  finish(): boolean {
    const next = this.#next;
    if (next === null) return false;
    this.#shown = this.#isLiveOver
      ? { masks: next, live: null, strokePicture: null }
      : { ...this.#shown, masks: next };
    this.#next = null;
    this.#waitedFrames = 0;
    this.#isLiveOver = false;
    return true;
  }
}
