import { initialAttributes } from '../../electron/common/document/attributes.ts';
import type { AnnotationRecord, CategoryRecord } from '../../electron/common/document/records.ts';
import type { Box } from '../../electron/common/geometry.ts';
import { type Runs, boxOf, isEmptyMask } from '../../electron/common/runs.ts';
import { type Effect, combined, maskDiff, newTarget, refusal, sparingOthers } from './mask-edit.ts';
import { type Workbench, activeTarget } from './workbench.ts';

/** What a drawn shape goes into: an existing target as it stood when drawing began, or a new one. */
export type ShapeGoal =
  | { readonly kind: 'existing'; readonly record: AnnotationRecord; readonly effect: Effect }
  /** `colour`: as it was shown while it was drawn; left out, it is chosen by what lies under the shape. */
  | { readonly kind: 'new'; readonly colour?: string };

/**
 * Decides, before anything is drawn, where the shape will go. Says why when it can go nowhere.
 *
 * @param effect 'new' always makes a new target; the others need an active one, but adding without one makes one
 * @returns null when refused
 */
export function shapeGoal(workbench: Workbench, effect: Effect | 'new'): ShapeGoal | null {
  if (workbench.image() === null) return null;
  const record = activeTarget(workbench);
  if (effect === 'new' || (record === null && effect === 'add')) return { kind: 'new' };
  if (record === null) {
    workbench.hint('Select the target to take pixels from.');
    return null;
  }
  const why = refusal(record);
  if (why !== null) {
    workbench.hint(why);
    return null;
  }
  return { kind: 'existing', record, effect };
}

/**
 * Puts a finished shape where it was meant to go, as one undo step named `label`. A shape without pixels, or one
 * that changes nothing, commits nothing.
 *
 * @returns whether anything was changed
 */
export function applyShape(workbench: Workbench, goal: ShapeGoal, shape: Runs, label: string): boolean {
  const image = workbench.image();
  if (image === null || isEmptyMask(shape)) return false;
  if (goal.kind === 'new') return addTarget(workbench, shape, { label, colour: goal.colour });
  const { record, effect } = goal;
  if (!standsUnchanged(workbench, record)) return false;
  const spares = workbench.options().sparesOthers && effect === 'add';
  const painted = spares ? sparingOthers(shape, workbench.annotations(), record.id) : shape;
  const change = { runs: combined(record, painted, effect), within: boxOf(shape) };
  return commitChange(workbench, record, change, label);
}

/** Gives a target another mask, unless it was changed since `record` was read. */
export function commitMask(
  workbench: Workbench,
  record: AnnotationRecord,
  runs: Runs,
  label: string,
): boolean {
  return standsUnchanged(workbench, record) && commitChange(workbench, record, { runs }, label);
}

function commitChange(
  workbench: Workbench,
  record: AnnotationRecord,
  { runs, within }: { readonly runs: Runs; readonly within?: Box },
  label: string,
): boolean {
  const diff = maskDiff(record, runs, within);
  if (diff === null) return false;
  commitShown(workbench, `${label} ${record.name}`, diff);
  return true;
}

/** True when nobody changed the target since `record` was read; otherwise says so. */
export function standsUnchanged(workbench: Workbench, record: AnnotationRecord): boolean {
  const standing = workbench.annotations().find(({ id }) => id === record.id);
  if (standing === record) return true;
  workbench.hint(
    standing === undefined
      ? `"${record.name}" was removed meanwhile, so this change was not made.`
      : `"${record.name}" was changed meanwhile, so this change was not made. It is shown as it stands now.`,
  );
  return false;
}

function addTarget(
  workbench: Workbench,
  shape: Runs,
  { label, colour }: { readonly label: string; readonly colour: string | undefined },
): boolean {
  const image = workbench.image();
  const others = workbench.annotations();
  const painted = workbench.options().sparesOthers ? sparingOthers(shape, others, null) : shape;
  if (image === null || isEmptyMask(painted)) return false;
  const category = workbench.drawnClass();
  const record = newTarget(image, others, painted, {
    ...(category === null ? {} : ofClass(category)),
    colour: colour ?? workbench.newColour(painted),
  });
  commitShown(workbench, `${label} ${record.name}`, { added: [record], changed: [], removed: [] });
  workbench.select([record.id]);
  workbench.noteDrawn(record);
  return true;
}

/** What a new target takes from its class. */
function ofClass(category: CategoryRecord) {
  return { name: category.name, categoryId: category.id, attributes: initialAttributes(category) };
}

/** The edit path shows what went wrong and takes the change back; nothing is left to do here. */
export function commitShown(
  workbench: Workbench,
  label: string,
  diff: Parameters<Workbench['commit']>[1],
): void {
  workbench.commit(label, diff).catch(() => undefined);
}
