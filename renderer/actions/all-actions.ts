import { classActions } from './class-actions.ts';
import { imageStateActions } from './image-state-actions.ts';
import { reviewActions } from './review-actions.ts';
import { canvasActions } from './canvas-actions.ts';
import { chatActions } from './chat-actions.ts';
import { editActions } from './edit-actions.ts';
import { imageActions } from './image-actions.ts';
import { maskActions } from './mask-actions.ts';
import { museActions } from './muse-actions.ts';
import { penActions } from './pen-actions.ts';
import { projectActions } from './project-actions.ts';
import { registerActions } from './registry.ts';
import { targetActions } from './target-actions.ts';
import { toolActions } from './tool-actions.ts';
import { helpActions, modelActions, viewActions } from './view-actions.ts';

/**
 * Fills the registry. The order decides which action wins a shared key: what is being drafted with a tool comes
 * first (its Enter and Escape, the pen's before the tool's), then the document, then the view.
 */
export function registerStudioActions(): void {
  registerActions(penActions);
  registerActions(toolActions);
  registerActions(editActions);
  registerActions(chatActions);
  registerActions(targetActions);
  registerActions(classActions);
  registerActions(reviewActions);
  registerActions(maskActions);
  registerActions(imageActions);
  registerActions(imageStateActions);
  registerActions(museActions);
  registerActions(projectActions);
  registerActions(canvasActions);
  registerActions(viewActions);
  registerActions(modelActions);
  registerActions(helpActions);
}
