import type { AnnotationRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import type { AnsweredImage, AnsweredTarget } from './answer.ts';
import type { AppClient } from './session.ts';
import { wholeProject } from './whole-project.ts';

/** Cuts the answer's masks again at another logit, in the project too, so that exports say the same. */
export async function applyThreshold(
  client: AppClient,
  answer: AnsweredImage,
  threshold: number,
): Promise<AnsweredImage> {
  const targets: AnsweredTarget[] = [];
  for (const target of answer.targets) {
    const { annotation } = target;
    const isCut = annotation?.hasLogits === true && annotation.threshold !== threshold;
    if (isCut) targets.push({ ...target, annotation: await cutAgain(client, annotation, threshold) });
    else if (annotation === null) targets.push(await drawnAt(client, target, threshold));
    else targets.push(target);
  }
  return { ...answer, targets };
}

/** A target without a pixel at the answer's own threshold may have some at this one. */
async function drawnAt(
  client: AppClient,
  target: AnsweredTarget,
  threshold: number,
): Promise<AnsweredTarget> {
  try {
    await client.call('chat.restoreTarget', { targetId: target.id, threshold });
  } catch (error) {
    if (error instanceof AppError && error.code === 'unknown-record') return target; // nothing there either
    throw error;
  }
  const { entities } = await wholeProject(client);
  const linked = entities.find((entity) => entity.kind === 'target' && entity.id === target.id);
  const id = linked?.kind === 'target' ? linked.annotationId : null;
  const annotation = entities.find((entity) => entity.kind === 'annotation' && entity.id === id);
  return annotation?.kind === 'annotation' ? { ...target, annotation } : target;
}

async function cutAgain(
  client: AppClient,
  before: AnnotationRecord,
  threshold: number,
): Promise<AnnotationRecord> {
  const { mask, bbox, area } = await client.call('chat.rethreshold', { annotationId: before.id, threshold });
  const after: AnnotationRecord = { ...before, mask, bbox, area, threshold };
  const { project } = await client.call('project.snapshot', {});
  await client.call('project.commit', {
    diff: { added: [], changed: [[before, after]], removed: [] },
    label: `Threshold ${threshold}`,
    window: 'command line',
    baseRevision: project.revision,
  });
  return after;
}
