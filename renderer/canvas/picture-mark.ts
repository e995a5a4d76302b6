import type { ImageId } from '../../electron/common/document/records.ts';

/** The name of the mark in the browser's timeline; its detail is the image's id. */
const pictureShownMark = 'picture-shown';

/** Marks the moment an image is there with all its tiles and masks: what `npm run bench -- canvas` calls open. */
export class PictureMark {
  #imageId: ImageId | null = null;
  #hasMasks = false;
  #isMarked = false;

  /** All masks in sight are drawn. */
  masksDrawn(imageId: ImageId): void {
    this.#follow(imageId);
    this.#hasMasks = true;
  }

  /** @param hasTiles whether every tile in sight is drawn */
  check(imageId: ImageId, hasTiles: boolean): void {
    this.#follow(imageId);
    if (this.#isMarked || !this.#hasMasks || !hasTiles) return;
    this.#isMarked = true;
    performance.mark(pictureShownMark, { detail: imageId });
  }

  #follow(imageId: ImageId): void {
    if (imageId === this.#imageId) return;
    this.#imageId = imageId;
    this.#hasMasks = false;
    this.#isMarked = false;
  }
}
