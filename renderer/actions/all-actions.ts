import { chatActions } from './chat-actions.ts';
import { editActions } from './edit-actions.ts';
import { imageActions } from './image-actions.ts';
import { projectActions } from './project-actions.ts';
import { registerActions } from './registry.ts';
import { targetActions } from './target-actions.ts';
import { helpActions, modelActions, viewActions } from './view-actions.ts';

/** Fills the registry. The order decides which action wins a shared key, and how lists are sorted. */
export function registerStudioActions(): void {
  registerActions(editActions);
  registerActions(chatActions);
  registerActions(targetActions);
  registerActions(imageActions);
  registerActions(projectActions);
  registerActions(viewActions);
  registerActions(modelActions);
  registerActions(helpActions);
}
