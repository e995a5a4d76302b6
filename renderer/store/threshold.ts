import type { AnnotationId } from '../../electron/common/document/records.ts';
import { backend } from './client.ts';
import { commit } from './edit.ts';
import { useStudio } from './studio.ts';
import { changedTargets } from '../../electron/common/document/target-edits.ts';
import { isCancelled, showError } from './toasts.ts';
import { setPreview } from './view.ts';

/** Where the slider ends, in logits; 0 is the reference's own threshold. */
export const thresholdRange = { minimum: -4, maximum: 4, step: 0.1 } as const;

/** At most one request per target is under way; the newest wish waits for it. */
const wishes = new Map<AnnotationId, number>();
const running = new Set<AnnotationId>();

/** Shows the mask at another threshold, as fast as the backend can; nothing is saved. */
export async function previewThreshold(annotationId: AnnotationId, threshold: number): Promise<void> {
  wishes.set(annotationId, threshold);
  if (running.has(annotationId)) return;
  running.add(annotationId);
  try {
    for (let wish = takeWish(annotationId); wish !== null; wish = takeWish(annotationId)) {
      const preview = await backend().call('chat.rethreshold', { annotationId, threshold: wish });
      setPreview(annotationId, preview);
    }
  } catch (thrown) {
    setPreview(annotationId, null);
    if (!isCancelled(thrown)) showError('The threshold could not be applied', thrown);
  } finally {
    running.delete(annotationId);
  }
}

/** Saves the mask at `threshold` as one undo step. */
export async function applyThreshold(annotationId: AnnotationId, threshold: number): Promise<void> {
  wishes.delete(annotationId);
  try {
    const { mask, bbox, area } = await backend().call('chat.rethreshold', { annotationId, threshold });
    const { document } = useStudio.getState();
    const saved = commit(
      'Change threshold',
      changedTargets(document, [annotationId], () => ({
        mask,
        bbox,
        area,
        threshold,
        edited: threshold !== 0,
      })),
    );
    setPreview(annotationId, null);
    await saved;
  } catch (thrown) {
    setPreview(annotationId, null);
    if (!isCancelled(thrown)) showError('The threshold could not be applied', thrown);
  }
}

function takeWish(id: AnnotationId): number | null {
  const wish = wishes.get(id) ?? null;
  wishes.delete(id);
  return wish;
}
