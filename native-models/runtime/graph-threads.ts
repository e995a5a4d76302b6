import type { ManifestGraph } from '../pixellm/manifest.ts';

/** Weights that one thread has read before a second one is awake. */
const smallGraphBytes = 8 * 2 ** 20;

/**
 * Threads for a graph that reads its weights once for few rows, as the decoder and the mask graph do. Waking the others costs more than they
 * do where little is to be read. Measured 2026-11-22, one thread against two: step of 0.5 MB 0.14 / 0.20 ms, of 3 MB 0.76 / 1.15 ms, masks of
 * 2 MB 1.5 / 1.9 ms; at 40 MB the two are level.
 */
export function graphThreads({ loadedBytes }: Pick<ManifestGraph, 'loadedBytes'>, threads: number): number {
  return loadedBytes < smallGraphBytes ? 1 : threads;
}
