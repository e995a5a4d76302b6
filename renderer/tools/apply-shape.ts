import { initialAttributes } from '../../electron/common/document/attributes.ts';
import type {
  AnnotationRecord,
  CategoryRecord,
  ImageRecord,
  Rle,
} from '../../electron/common/document/records.ts';
import type { Box } from '../../electron/common/geometry.ts';
import { type Runs, boxOf, isEmptyMask } from '../../electron/common/runs.ts';
import { type Effect, combined, maskDiff, newTarget, refusal, sparingOthers } from './mask-edit.ts';
import { type Workbench, activeTarget } from './workbench.ts';

/**
 * What a drawn shape goes into, as it stood when it was drawn: making it into pixels takes a moment, and by then the person may be on another image, with
 * another class or target.
 */
export type ShapeGoal =
  | {
      readonly kind: 'existing';
      readonly image: ImageRecord;
      readonly record: AnnotationRecord;
      readonly effect: Effect;
    }
  | {
      readonly kind: 'new';
      readonly image: ImageRecord;
      readonly category: CategoryRecord | null;
      /** Its id. */
      readonly tool: string;
      /** As it was shown while it was drawn; left out, it is chosen by what lies under the shape. */
      readonly colour?: string;
    };

/**
 * Decides, before anything is drawn, where the shape will go. Says why when it can go nowhere.
 *
 * @param effect 'new' always makes a new target; the others need an active one, but adding without one makes one
 * @returns null when refused
 */
export function shapeGoal(workbench: Workbench, effect: Effect | 'new'): ShapeGoal | null {
  const image = workbench.image();
  if (image === null) return null;
  const record = activeTarget(workbench);
  if (effect === 'new' || (record === null && effect === 'add'))
    return { kind: 'new', image, category: workbench.drawnClass(), tool: workbench.tool() };
  if (record === null) {
    workbench.hint('Select the target to take pixels from.');
    return null;
  }
  const why = refusal(record);
  if (why !== null) {
    workbench.hint(why);
    return null;
  }
  return { kind: 'existing', image, record, effect };
}

/** The goal of a proposal that is taken now: it becomes what is drawn at this moment. */
export function takenNow(workbench: Workbench, goal: ShapeGoal): ShapeGoal {
  return goal.kind === 'new' ? { ...goal, category: workbench.drawnClass() } : goal;
}

/**
 * Puts a finished shape where it was meant to go, as one undo step named `label`. A shape without pixels, or one
 * that changes nothing, commits nothing.
 *
 * @returns whether anything was changed
 */
export function applyShape(workbench: Workbench, goal: ShapeGoal, shape: Runs, label: string): boolean {
  if (isEmptyMask(shape) || !workbench.hasImage(goal.image.id)) return false;
  if (goal.kind === 'new') return addTarget(workbench, goal, shape, label);
  const record = standingOf(workbench, goal.record);
  if (record === null) return false;
  const others = workbench.annotations(goal.image.id);
  const spares = workbench.options().sparesOthers && goal.effect === 'add';
  const painted = spares ? sparingOthers(shape, others, record.id) : shape;
  if (isEmptyMask(painted)) return allSpared(workbench);
  const change = { runs: combined(record, painted, goal.effect), within: boxOf(shape) };
  return commitChange(workbench, record, change, label);
}

/** Gives a target another mask, unless its mask was changed since `record` was read. */
export function commitMask(
  workbench: Workbench,
  record: AnnotationRecord,
  runs: Runs,
  label: string,
): boolean {
  const standing = standingOf(workbench, record, 'exactly');
  return standing !== null && commitChange(workbench, standing, { runs }, label);
}

function commitChange(
  workbench: Workbench,
  record: AnnotationRecord,
  { runs, within }: { readonly runs: Runs; readonly within?: Box },
  label: string,
): boolean {
  const diff = maskDiff(record, runs, within);
  if (diff === null) return false;
  for (const [, after] of diff.changed) if (after.kind === 'annotation') madeOf.set(record.mask, after.mask);
  commitShown(workbench, `${label} ${record.name}`, diff);
  return true;
}

/** What our own shapes made of a mask: who drew a second one while the first was being made meant both. */
const madeOf = new WeakMap<Rle, Rle>();

/**
 * The target as it stands, for a change that began with `record`. A class, a name or a colour given since is no hindrance.
 *
 * @param fit 'exactly' for what takes the place of its mask: then what this hand drew on it since is a hindrance as well
 * @returns null, and says why, when it is gone, has another mask, or may not be changed any more
 */
export function standingOf(
  workbench: Workbench,
  record: AnnotationRecord,
  fit: 'exactly' | 'with-our-shapes' = 'with-our-shapes',
): AnnotationRecord | null {
  const standing = workbench.annotations(record.imageId).find(({ id }) => id === record.id);
  const why =
    standing === undefined
      ? `"${record.name}" was removed meanwhile, so this change was not made.`
      : (fit === 'exactly' ? isSameRle(standing.mask, record.mask) : hasMaskOf(standing, record))
        ? refusal(standing)
        : `"${record.name}" was changed meanwhile, so this change was not made. It is shown as it stands now.`;
  if (why === null) return standing ?? null;
  workbench.hint(why);
  return null;
}

/** Whether the target's mask is still the one of `before`, but for what this hand drew on it. */
export function hasMaskOf(standing: AnnotationRecord, before: AnnotationRecord): boolean {
  for (let mask: Rle | undefined = before.mask; mask !== undefined; mask = madeOf.get(mask))
    if (isSameRle(mask, standing.mask)) return true;
  return false;
}

function isSameRle(a: Rle, b: Rle): boolean {
  return a === b || a.counts === b.counts;
}

function addTarget(
  workbench: Workbench,
  { image, category, tool, colour }: Extract<ShapeGoal, { kind: 'new' }>,
  shape: Runs,
  label: string,
): boolean {
  const others = workbench.annotations(image.id);
  const painted = workbench.options().sparesOthers ? sparingOthers(shape, others, null) : shape;
  if (isEmptyMask(painted)) return allSpared(workbench);
  const isInSight = workbench.image()?.id === image.id;
  const record = newTarget(image, others, painted, {
    ...(category === null ? {} : ofClass(category)),
    // Of a picture that is not shown nobody knows here what lies under the shape.
    ...(colour === undefined && !isInSight
      ? { autoColour: true }
      : { colour: colour ?? workbench.newColour(painted) }),
  });
  commitShown(workbench, `${label} ${record.name}`, { added: [record], changed: [], removed: [] });
  if (isInSight) workbench.select([record.id]);
  workbench.noteDrawn(record, tool);
  return true;
}

function allSpared(workbench: Workbench): false {
  workbench.hint(
    'All of that lies on other targets, and they are not painted over. Shift+O paints over them.',
  );
  return false;
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
