import type { AnnotationRecord } from '../../common/document/records.ts';
import type { AnsweredImage, AnsweredTarget } from './answer.ts';
import type { AppClient } from './session.ts';

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
    targets.push(isCut ? { ...target, annotation: await cutAgain(client, annotation, threshold) } : target);
  }
  return { ...answer, targets };
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
