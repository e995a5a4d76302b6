import type { ImagePoint, Size } from './geometry.ts';
import { invert, unionOf } from './mask-algebra.ts';
import { startRuns, type Runs } from './runs.ts';
import { stretchesOf } from './stretches.ts';

/**
 * Connected parts of a mask, found on its runs: no pixel is looked at. With 4-connectivity pixels hang together
 * by their sides, with 8 by their corners too. Foreground counts with 8 by default and background then with
 * 4, as usual, so that a diagonal line is one part and does not let the outside leak into what it encloses.
 */
export type Connectivity = 4 | 8;

/** Stretches and the part each belongs to. */
interface LabelledStretches {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly parts: Uint32Array;
  readonly partCount: number;
}

export interface Component {
  readonly mask: Runs;
  readonly area: number;
}

/** The parts of a mask, largest first; parts of equal size in pixel order (leftmost, then topmost). */
export function componentsOf(runs: Runs, connectivity: Connectivity = 8): Component[] {
  const stretches = labelled(runs, connectivity);
  const areas = areasOf(stretches);
  const members = membersOf(stretches);
  const parts = Array.from(areas, (area, part) => ({ area, part }));
  parts.sort((a, b) => b.area - a.area || a.part - b.part);
  return parts.map(({ area, part }) => {
    const indices = members.order.subarray(members.starts[part], members.starts[part + 1]);
    return { mask: collect(runs, stretches, indices), area };
  });
}

/** The part that holds the pixel, set or unset; of unset pixels the part of the background. */
export function componentAt(runs: Runs, point: ImagePoint, connectivity: Connectivity = 8): Runs {
  const position = point.x * runs.height + point.y;
  const inMask = partHolding(runs, position, connectivity);
  if (inMask) return inMask;
  return partHolding(invert(runs), position, connectivity === 8 ? 4 : 8) ?? runs;
}

/** Without the parts of fewer than `minimumArea` pixels. */
export function removeIslands(runs: Runs, minimumArea: number, connectivity: Connectivity = 8): Runs {
  const stretches = labelled(runs, connectivity);
  const areas = areasOf(stretches);
  return keep(runs, stretches, (part) => (areas[part] as number) >= minimumArea);
}

/**
 * With enclosed background of at most `maximumArea` pixels filled. A gap that touches the image's border is no
 * hole. `connectivity` is the foreground's.
 */
export function fillHoles(
  runs: Runs,
  maximumArea: number = Number.POSITIVE_INFINITY,
  connectivity: Connectivity = 8,
): Runs {
  const background = invert(runs);
  const stretches = labelled(background, connectivity === 8 ? 4 : 8);
  const areas = areasOf(stretches);
  const isOpen = new Uint8Array(stretches.partCount);
  for (let index = 0; index < stretches.starts.length; index++) {
    if (touchesBorder(stretches, index, runs)) isOpen[stretches.parts[index] as number] = 1;
  }
  const holes = keep(
    background,
    stretches,
    (part) => !isOpen[part] && (areas[part] as number) <= maximumArea,
  );
  return unionOf(runs, holes);
}

/** For each pixel position that is set: which part it belongs to (numbers without meaning but equality). */
export function partFinder(runs: Runs, connectivity: Connectivity): (x: number, y: number) => number {
  const { starts, parts } = labelled(runs, connectivity);
  return (x, y) => parts[lastAtMost(starts, x * runs.height + y)] as number;
}

function lastAtMost(sorted: Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function partHolding(runs: Runs, position: number, connectivity: Connectivity): Runs | null {
  const stretches = labelled(runs, connectivity);
  const index = lastAtMost(stretches.starts, position);
  if (index < 0 || (stretches.ends[index] as number) <= position) return null;
  const wanted = stretches.parts[index];
  return keep(runs, stretches, (part) => part === wanted);
}

function touchesBorder({ starts, ends }: LabelledStretches, index: number, size: Size): boolean {
  const start = starts[index] as number;
  const end = ends[index] as number;
  const column = Math.floor(start / size.height);
  const isAtSide = column === 0 || column === size.width - 1;
  return isAtSide || start % size.height === 0 || end % size.height === 0;
}

function areasOf({ starts, ends, parts, partCount }: LabelledStretches): Float64Array {
  const areas = new Float64Array(partCount);
  for (let index = 0; index < starts.length; index++) {
    const part = parts[index] as number;
    areas[part] = (areas[part] as number) + (ends[index] as number) - (starts[index] as number);
  }
  return areas;
}

/** Stretch indices grouped by part, each group in pixel order. */
function membersOf({ parts, partCount }: LabelledStretches): { starts: Uint32Array; order: Uint32Array } {
  const starts = new Uint32Array(partCount + 1);
  for (const part of parts) starts[part + 1] = (starts[part + 1] as number) + 1;
  for (let part = 0; part < partCount; part++) {
    starts[part + 1] = (starts[part + 1] as number) + (starts[part] as number);
  }
  const next = starts.slice(0, partCount);
  const order = new Uint32Array(parts.length);
  parts.forEach((part, index) => {
    const slot = next[part] as number;
    order[slot] = index;
    next[part] = slot + 1;
  });
  return { starts, order };
}

function collect(size: Size, { starts, ends }: LabelledStretches, indices: Uint32Array): Runs {
  const writer = startRuns(size, 2 * indices.length);
  for (const index of indices) {
    writer.runTo(starts[index] as number, 0);
    writer.runTo(ends[index] as number, 1);
  }
  return writer.finish();
}

function keep(size: Size, stretches: LabelledStretches, isKept: (part: number) => boolean): Runs {
  const { starts, ends, parts } = stretches;
  const writer = startRuns(size, 2 * starts.length);
  for (let index = 0; index < starts.length; index++) {
    if (!isKept(parts[index] as number)) continue;
    writer.runTo(starts[index] as number, 0);
    writer.runTo(ends[index] as number, 1);
  }
  return writer.finish();
}

function labelled(runs: Runs, connectivity: Connectivity): LabelledStretches {
  const { starts, ends, columns } = stretchesOf(runs);
  const parents = Uint32Array.from(starts, (_, index) => index);
  const reach = connectivity === 8 ? 1 : 0;
  let neighbour = 0; // first stretch of the column before that can still touch
  for (let index = 0; index < starts.length; index++) {
    const column = columns[index] as number;
    // The same stretch seen from the column before: its position less one column.
    const start = (starts[index] as number) - runs.height - reach;
    const end = (ends[index] as number) - runs.height + reach;
    while ((columns[neighbour] as number) < column - 1) neighbour++;
    while ((columns[neighbour] as number) === column - 1 && (ends[neighbour] as number) <= start) neighbour++;
    for (let other = neighbour; columns[other] === column - 1 && (starts[other] as number) < end; other++) {
      unite(parents, index, other);
    }
  }
  return { starts, ends, ...numbered(parents) };
}

function unite(parents: Uint32Array, a: number, b: number): void {
  const rootA = rootOf(parents, a);
  const rootB = rootOf(parents, b);
  // The smaller index leads, so that a part is numbered by its first pixel.
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}

function rootOf(parents: Uint32Array, index: number): number {
  let root = index;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root] as number] as number;
    root = parents[root] as number;
  }
  return root;
}

function numbered(parents: Uint32Array): { parts: Uint32Array; partCount: number } {
  const parts = new Uint32Array(parents.length);
  let partCount = 0;
  for (let index = 0; index < parents.length; index++) {
    const root = rootOf(parents, index);
    parts[index] = root === index ? partCount++ : (parts[root] as number);
  }
  return { parts, partCount };
}
