import type { ImageRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { areReferencesInPlace, type Referring } from '../../common/document/references.ts';
import type { ProjectStore } from '../project/project-store.ts';

/**
 * A mask that was deleted while the question was typed is no mistake: its words are asked like any others, and undo brings the link back.
 *
 * @throws AppError 'bad-input' for references that do not fit the question or mean masks of another image
 */
export function checkReferences(store: ProjectStore, image: ImageRecord, asked: Referring): void {
  if (!areReferencesInPlace(asked)) {
    throw new AppError('bad-input', 'The words that mean targets do not fit the question.', {
      references: asked.references,
    });
  }
  for (const { annotationId } of asked.references) {
    const annotation = store.entities.get(annotationId);
    if (annotation?.kind === 'annotation' && annotation.imageId !== image.id) {
      throw new AppError(
        'bad-input',
        `The question refers to “${annotation.name.slice(0, 80)}”, a target of another image.`,
        { annotationId, imageId: image.id },
      );
    }
  }
}
