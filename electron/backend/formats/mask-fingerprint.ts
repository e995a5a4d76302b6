import { createHash } from 'node:crypto';
import { rleOf } from '../../common/rle.ts';
import type { Runs } from '../../common/runs.ts';

/** Equal for equal masks of one size, different for different ones: a long mask remembered in a few bytes. */
export function fingerprintOf(mask: Runs): string {
  return fingerprintOfText(rleOf(mask).counts);
}

/** The same for a mask that is at hand as COCO's text; ours always writes equal masks alike. */
export function fingerprintOfText(counts: string): string {
  return createHash('sha1').update(counts).digest('base64');
}
