import { createHash } from 'node:crypto';
import { rleOf } from '../../common/rle.ts';
import type { Runs } from '../../common/runs.ts';

/** Equal for equal masks of one size, different for different ones: a long mask remembered in a few bytes. */
export function fingerprintOf(mask: Runs): string {
  return createHash('sha1').update(rleOf(mask).counts).digest('base64');
}
