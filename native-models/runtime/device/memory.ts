import os from 'node:os';
import { ModelError } from '../../errors.ts';
import { sizeText } from '../../size-text.ts';
import type { ModelManifest } from '../../pixellm/manifest.ts';

/** Main memory that could be had without swapping, in bytes. */
export function availableMemory(): number {
  // process.availableMemory knows container limits and counts reclaimable caches; it is missing before Node 20.13.
  const available = typeof process.availableMemory === 'function' ? process.availableMemory() : os.freemem();
  // macOS reports only never-used pages as free and compresses the rest; most of the memory can be had.
  return process.platform === 'darwin' ? Math.max(available, os.totalmem() * 0.7) : available;
}

/**
 * Refuses a model that cannot fit, before any of it is loaded.
 *
 * @throws ModelError 'out-of-memory' with what is needed and what is there
 */
export function requireMemory(
  manifest: Pick<ModelManifest, 'name' | 'precision' | 'memory'>,
  available: number,
): void {
  const { peakBytes } = manifest.memory;
  if (peakBytes <= available) return;
  throw new ModelError(
    'out-of-memory',
    `The model ${manifest.name} (${manifest.precision}) needs ${sizeText(peakBytes)} of memory; ${sizeText(available)} are free. Close other programs, or convert it at a lower precision.`,
    { needed: peakBytes, available },
  );
}

/** Threads to use when no one says: beyond the physical cores they only get in each other's way. */
export function defaultThreads(): number {
  const logical = os.availableParallelism();
  // Node does not tell physical cores; from four logical ones on, two usually share one core.
  return logical < 4 ? logical : Math.ceil(logical / 2);
}
