import type { ImageRecord } from '../../electron/common/document/records.ts';
import { annotationsOf } from '../../electron/common/document/views.ts';
import type { Ground } from '../picture/ground.ts';
import { needsPictureColours } from '../store/shown-colour.ts';
import { useStudio } from '../store/studio.ts';
import { notePictures, readGround } from './picture-colours.ts';

/** The shown image's colours, small, for choosing colours that stand out from them. Null until they are there. */
export class PictureGround {
  #ground: Ground | null = null;
  #image: ImageRecord | null = null;
  readonly #stops: readonly (() => void)[];

  constructor() {
    this.#stops = [
      useStudio.subscribe(
        ({ document, view }) => (view.imageId === null ? null : (document.images.get(view.imageId) ?? null)),
        (image) => this.#load(image),
        { fireImmediately: true },
      ),
      // An import, a copy or a mask brought back while the image is shown.
      useStudio.subscribe(
        ({ document, view }) => annotationsOf(document, view.imageId),
        () => this.#lookIfAsked(),
      ),
    ];
  }

  get colours(): Ground | null {
    return this.#ground;
  }

  /** Colours of the palette that the picture has somewhere: taken once the others are used. */
  get inPicture(): readonly string[] {
    return this.#look() ?? [];
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
  }

  #load(image: ImageRecord | null): void {
    [this.#ground, this.#image] = [null, image];
    if (image === null) return;
    readGround(image)
      .then((ground) => {
        if (ground === null || this.#image !== image) return;
        this.#ground = ground;
        this.#lookIfAsked();
      })
      // Without it colours are taken in the palette's order.
      .catch(() => undefined);
  }

  /** Not before somebody draws or a target asks: a person who looks through images waits for nothing. */
  #lookIfAsked(): void {
    const { document } = useStudio.getState();
    if (this.#image !== null && needsPictureColours(annotationsOf(document, this.#image.id))) this.#look();
  }

  #look(): readonly string[] | undefined {
    if (this.#image === null || this.#ground === null) return undefined;
    const { sha256 } = this.#image;
    notePictures([[sha256, this.#ground]]);
    return useStudio.getState().pictureColours.get(sha256);
  }
}
