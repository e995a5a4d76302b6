import { type Box, intersectBoxes } from '../../electron/common/geometry.ts';
import { exclusiveOf } from '../../electron/common/mask-algebra.ts';
import { type Runs, boxOf } from '../../electron/common/runs.ts';

/**
 * Which picture of a mask a tile shows, as a number. A mask made from another by an edit keeps the other's number
 * wherever the two are equal, so that a stroke draws again only the tiles it touched.
 */
interface Version {
  readonly number: number;
  /** The mask this one was made from, and the box outside which both are the same. */
  readonly origin: { readonly version: Version; readonly changed: Box } | null;
}

const versions = new WeakMap<Runs, Version>();
let newest = 0;
/** After this many edits without one that touches it, a tile is drawn again once. */
const longestMemory = 1_000;

/** Equal numbers mean equal pixels inside `pixels`. */
export function versionIn(runs: Runs, pixels: Box): number {
  let version = versionOf(runs);
  for (let step = 0; step < longestMemory && version.origin !== null; step++) {
    if (intersectBoxes(version.origin.changed, pixels)[2] > 0) break;
    version = version.origin.version;
  }
  return version.number;
}

/**
 * Remembers that `next` was made from `origin`, two masks of one size.
 *
 * @param within the edit's own box when it is known: outside it both are the same. Found out otherwise, O(runs of both)
 */
export function noteOrigin(next: Runs, origin: Runs, within?: Box): void {
  if (next === origin || versions.has(next)) return;
  newest++;
  const changed = within ?? boxOf(exclusiveOf(origin, next));
  versions.set(next, { number: newest, origin: { version: versionOf(origin), changed } });
}

function versionOf(runs: Runs): Version {
  const known = versions.get(runs);
  if (known !== undefined) return known;
  newest++;
  const version = { number: newest, origin: null };
  versions.set(runs, version);
  return version;
}
