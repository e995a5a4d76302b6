import type { AnnotationRecord } from '../../electron/common/document/records.ts';
import { draftOf, setDraft } from '../store/chat.ts';
import { withReference } from '../store/draft.ts';
import { referableTargets } from '../store/referable-targets.ts';
import { useStudio } from '../store/studio.ts';

/** The composer marks itself so that an action can put the cursor into it. */
export const composerId = 'question';

/** Ends the question being typed about their image with the targets, and goes on typing there. */
export function askAbout(annotations: readonly AnnotationRecord[]): void {
  for (const { id, imageId } of annotations) {
    const { chat, document } = useStudio.getState();
    const target = referableTargets(document, imageId).find(({ annotation }) => annotation.id === id);
    if (target === undefined) continue;
    const draft = draftOf(chat, imageId);
    const end = { start: draft.text.length, end: draft.text.length };
    const { shown, words } = target;
    setDraft(imageId, withReference(draft, end, { shown, words, annotationId: id }).draft);
  }
  focusComposer();
}

export function focusComposer(): void {
  globalThis.document?.getElementById(composerId)?.focus();
}
