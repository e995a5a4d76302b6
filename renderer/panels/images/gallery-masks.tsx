import { memo, useLayoutEffect, useRef } from 'react';
import { useSameLists } from './use-same-lists.ts';
import type { ImageRecord } from '../../../electron/common/document/records.ts';
import { annotationsOf } from '../../../electron/common/document/views.ts';
import { type Thumbnail, maskThumbnail } from '../../picture/mask-thumbnail.ts';
import { shownColour } from '../../store/shown-colour.ts';
import { useStudio } from '../../store/studio.ts';
import { drawSoon } from './drawing-queue.ts';
import { type Place, containedIn, galleryLayout, pictureBox } from './gallery-layout.ts';
import styles from './gallery-dialog.module.css';
import { useLookedAt } from './use-looked-at.ts';

const fillOpacity = 0.34;
/** Of the pictures' part of a row. */
const height = galleryLayout.rowPadding + galleryLayout.cardPadding + galleryLayout.pictureHeight;

/** The masks of a row of images, on one canvas over their pictures: a canvas for each picture costs the page more than what is drawn on it. */
export const RowMasks = memo(function RowMasks({
  images,
  columns,
  width,
}: {
  readonly images: readonly ImageRecord[];
  readonly columns: number;
  /** Of the row, CSS pixels. */
  readonly width: number;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Out of sight, and used again by the rows that come after: a canvas costs as much as what is drawn on it.
  const drawing = useRef<OffscreenCanvas>(null);
  const masks = useStudio(useSameLists((state) => images.map(({ id }) => annotationsOf(state.document, id))));
  const colourBy = useStudio((state) => state.settings.colourBy);
  const categories = useStudio((state) => state.document.categories);
  // Of each picture, as long as the same is known of it.
  const looked = useStudio(
    useSameLists((state) => [images.map(({ sha256 }) => state.pictureColours.get(sha256))]),
  )[0];
  useLookedAt(images, masks, looked);
  // Of each image the colours of its masks: news of a picture that change none of them draw nothing again.
  const colours = images
    .map((image, column) => {
      const inPicture = looked?.[column];
      const facts = {
        document: { categories, images: new Map([[image.id, image]]) },
        settings: { colourBy },
        pictureColours: new Map(inPicture === undefined ? [] : [[image.sha256, inPicture]]),
      };
      return (masks[column] ?? []).map((annotation) => shownColour(facts, annotation)).join(' ');
    })
    .join(',');
  // Before the frame is shown: what was drawn for the row that these elements showed before must not lie on this one's pictures.
  useLayoutEffect(() => {
    const element = canvas.current;
    const shown = element?.getContext('bitmaprenderer');
    if (!element || !shown || width === 0) return undefined;
    const density = window.devicePixelRatio;
    // Given a size, it is empty.
    element.width = Math.round(width * density);
    element.height = Math.round(height * density);
    const byColumn = colours.split(',').map((each) => each.split(' '));
    const drawn = images.flatMap((image, column) => {
      const annotations = masks[column] ?? [];
      const colourOf = new Map(
        annotations.map((annotation, at) => [annotation, byColumn[column]?.[at] ?? '']),
      );
      return annotations.length === 0
        ? []
        : [{ image, annotations, colourOf, box: pictureBox(column, columns, width) }];
    });
    if (drawn.length === 0) return undefined;
    // Drawn out of sight and handed over once: a canvas on the page is prepared anew in every frame in which something was drawn on it.
    const row = (drawing.current ??= new OffscreenCanvas(element.width, element.height));
    row.width = element.width;
    row.height = element.height;
    let missing = drawn.length;
    const waiting = drawn.map(({ image, annotations, colourOf, box }) =>
      drawSoon(() => {
        const art = maskThumbnail(image, annotations, {
          colourOf: (annotation) => colourOf.get(annotation) ?? annotation.colour,
          fillOpacity,
        });
        if (art !== null) draw(row, art, { place: containedIn(box, image), density });
        missing -= 1;
        if (missing === 0) shown.transferFromImageBitmap(row.transferToImageBitmap());
      }),
    );
    return () => {
      for (const takeBack of waiting) takeBack();
    };
  }, [images, masks, columns, width, colours]);
  return <canvas ref={canvas} className={styles['masks']} style={{ height }} aria-hidden />;
});

const scratch = new OffscreenCanvas(1, 1);

function draw(
  row: OffscreenCanvas,
  { pixels, width, height }: Thumbnail,
  { place, density }: { readonly place: Place; readonly density: number },
): void {
  // Pixels are put, not drawn: only what is on a canvas can be scaled. One for all, as each of them is drawn at once.
  if (scratch.width < width) scratch.width = width;
  if (scratch.height < height) scratch.height = height;
  scratch
    .getContext('2d', { willReadFrequently: true })
    ?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
  const context = row.getContext('2d');
  if (context === null) return;
  // Less than twice as many cells as pixels: smoother costs ten times as much and looks the same.
  context.imageSmoothingQuality = 'low';
  const { x, y } = place;
  context.drawImage(
    scratch,
    ...[0, 0, width, height],
    ...[x * density, y * density, place.width * density, place.height * density],
  );
}
