import type { ImageRecord } from '../../common/document/records.ts';
import { encodeThumbnail } from '../images/image-decoder.ts';
import type { Pictures } from '../images/pictures.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { PromptFacts } from './prompt.ts';

/** What vision models look at in one go; more pixels cost tokens and bring nothing. */
const longSide = 1024;

/** The image as it goes to an endpoint that sees: a JPEG of at most 1024 pixels, without anything else the file holds. */
export async function sentPicture(
  pictures: Pictures,
  store: ProjectStore,
  image: ImageRecord,
): Promise<NonNullable<PromptFacts['picture']>> {
  const jpeg = await encodeThumbnail(await pictures.pixels(store, image), longSide);
  const scale = Math.min(1, longSide / Math.max(image.width, image.height));
  return {
    dataUrl: `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`,
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
  };
}
