import type { AnnotationRecord, Diff, ImageRecord } from '../../electron/common/document/records.ts';
import { hasNameOf } from '../../electron/common/document/class-names.ts';
import { differenceOf, intersectionOf, unionOfAll } from '../../electron/common/mask-algebra.ts';
import type { Runs } from '../../electron/common/runs.ts';
import { nextColour } from '../../electron/common/palette.ts';
import { maskRuns } from '../picture/mask-runs.ts';
import { commitMask, commitShown, standingOf } from './apply-shape.ts';
import { finishing } from './finishing.ts';
import { newTarget, refusal, withMask } from './mask-edit.ts';
import { type Workbench, activeTarget } from './workbench.ts';

export type Algebra = 'union' | 'intersect' | 'subtract';

const words: Record<Algebra, string> = {
  union: 'Add the other selected masks to',
  intersect: 'Keep what the selected masks share in',
  subtract: 'Take the other selected masks from',
};

/** The active mask combined with all other selected ones; those stay as they are. One undo step. */
export function combineSelected(workbench: Workbench, algebra: Algebra): void {
  const active = activeTarget(workbench);
  const others = workbench.selected().slice(0, -1);
  if (active === null || others.length === 0) {
    workbench.hint('Select two targets or more; the last one selected is changed.');
    return;
  }
  const why = refusal(active);
  if (why !== null) {
    workbench.hint(why);
    return;
  }
  commitMask(workbench, active, algebraOf(active, others, algebra), words[algebra]);
}

function algebraOf(active: AnnotationRecord, others: readonly AnnotationRecord[], algebra: Algebra): Runs {
  const own = maskRuns(active.mask);
  const masks = others.map((other) => maskRuns(other.mask));
  if (algebra === 'union') return unionOfAll([own, ...masks], own);
  if (algebra === 'subtract') return differenceOf(own, unionOfAll(masks, own));
  return masks.reduce(intersectionOf, own);
}

/** Each connected part of the active mask as a target of its own; the largest stays with the old one. */
export async function splitActive(workbench: Workbench): Promise<void> {
  const active = activeTarget(workbench);
  const image = workbench.image();
  if (active === null || image === null) return;
  const why = refusal(active);
  if (why !== null) {
    workbench.hint(why);
    return;
  }
  const work = workbench.assisted(
    { label: 'Splitting the mask', failure: 'The mask could not be split' },
    (signal) => workbench.masks.run('split', { runs: maskRuns(active.mask) }, signal),
  );
  finishing(work);
  const parts = await work;
  if (parts === null) return;
  const standing = standingOf(workbench, active, 'exactly');
  if (standing === null) return;
  if (parts.length < 2) {
    workbench.hint(`"${active.name}" is one connected part already.`);
    return;
  }
  if (parts.length > mostParts) {
    workbench.hint(
      `"${active.name}" has ${parts.length} parts; remove islands first (at most ${mostParts} can become targets).`,
    );
    return;
  }
  const diff = splitDiff(image, standing, {
    parts,
    others: workbench.annotations(image.id),
    classes: workbench.classes(),
  });
  commitShown(workbench, `Split ${active.name}`, diff);
  if (workbench.image()?.id === image.id) workbench.select([...diff.added.map(({ id }) => id), active.id]);
}

const mostParts = 200;

interface SplitDiff extends Omit<Diff, 'added'> {
  readonly added: readonly AnnotationRecord[];
}

function splitDiff(
  image: ImageRecord,
  active: AnnotationRecord,
  {
    parts,
    others,
    classes,
  }: {
    readonly parts: readonly Runs[];
    readonly others: readonly AnnotationRecord[];
    readonly classes: ReturnType<Workbench['classes']>;
  },
): SplitDiff {
  const [largest, ...rest] = parts;
  const used = others.map(({ colour }) => colour);
  const { categoryId, attributes } = active;
  // What has only its class's name is several of that class now.
  const isOneOfClass = categoryId !== null && hasNameOf(classes.get(categoryId), active);
  const added = rest.map((part, index) => {
    const colour = nextColour(used);
    used.push(colour);
    const name = isOneOfClass ? active.name : `${active.name} ${index + 2}`;
    const given = { name, categoryId, attributes, colour, autoColour: true };
    // Directly above the old one, below whatever lies over it.
    return {
      ...newTarget(image, others, part, given),
      order: orderAbove(active, others, (index + 1) / parts.length),
    };
  });
  return { added, changed: largest === undefined ? [] : [[active, withMask(active, largest)]], removed: [] };
}

/** `share` 0..1 of the way from a target to the next higher one. */
function orderAbove(active: AnnotationRecord, others: readonly AnnotationRecord[], share: number): number {
  const next = others.find(({ order }) => order > active.order)?.order ?? active.order + 1;
  return active.order + (next - active.order) * share;
}
