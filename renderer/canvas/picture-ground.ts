import { thumbnailUrl } from '../../electron/common/asset-urls.ts';
import type { ImageRecord } from '../../electron/common/document/records.ts';
import { paletteColoursIn } from '../../electron/common/palette.ts';
import { type Ground, coloursOver } from '../picture/ground.ts';
import { useStudio } from '../store/studio.ts';

/** The shown image's colours, small, for choosing colours that stand out from them. Null until they are there. */
export class PictureGround {
  #ground: Ground | null = null;
  /** Null until somebody draws: a person who looks through images waits for nothing. */
  #inPicture: readonly string[] | null = null;
  readonly #stop: () => void;

  constructor() {
    this.#stop = useStudio.subscribe(
      ({ document, view }) => (view.imageId === null ? null : (document.images.get(view.imageId) ?? null)),
      (image) => this.#load(image),
      { fireImmediately: true },
    );
  }

  get colours(): Ground | null {
    return this.#ground;
  }

  /** Colours of the palette that the picture has somewhere: taken once the others are used. */
  get inPicture(): readonly string[] {
    if (this.#ground === null) return [];
    this.#inPicture ??= paletteColoursIn(coloursOver(this.#ground));
    return this.#inPicture;
  }

  dispose(): void {
    this.#stop();
  }

  #load(image: ImageRecord | null): void {
    [this.#ground, this.#inPicture] = [null, null];
    if (image === null) return;
    readGround(image)
      .then((ground) => {
        if (ground === null || useStudio.getState().view.imageId !== image.id) return;
        this.#ground = ground;
      })
      // Without it colours are taken in the palette's order.
      .catch(() => undefined);
  }
}

async function readGround({ id, sha256 }: ImageRecord): Promise<Ground | null> {
  const answer = await fetch(thumbnailUrl({ imageId: id, version: sha256 }));
  if (!answer.ok) return null;
  const picture = await createImageBitmap(await answer.blob());
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context?.drawImage(picture, 0, 0);
  picture.close();
  const pixels = context?.getImageData(0, 0, width, height);
  return pixels === undefined ? null : { width, height, rgba: pixels.data };
}
