import type { ImageId } from '../../common/document/records.ts';
import type { Pictures } from '../images/pictures.ts';
import type { ModelService } from '../models/model-service.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { askedImage } from './asked-image.ts';
import { turnsOf } from '../../common/document/views.ts';
import { historyFor } from './conversation.ts';

/**
 * Readies the model for the next question about an image.
 *
 * @returns whether it was done to the end; not while anything else is asked of the model
 * @throws AppError 'unknown-record', and what reading the image throws
 */
export async function readAhead(options: {
  readonly store: ProjectStore;
  readonly imageId: ImageId;
  readonly models: ModelService;
  readonly pictures: Pictures;
  readonly signal: AbortSignal;
}): Promise<boolean> {
  const { store, models, pictures, signal } = options;
  const image = store.find('image', options.imageId);
  const prepare = async () => {
    const asked = await askedImage(pictures, store, image);
    const { card } = await models.answering();
    const history = historyFor(turnsOf(store.document, image.id), card?.historyTurns ?? null, card);
    return { image: asked, history };
  };
  return models.readAhead(image.sha256, prepare, signal);
}
