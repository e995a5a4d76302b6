import type { Network } from '../pixellm/network.ts';
import type { RunTensor } from './ort-tensors.ts';
import type { Cell } from './sequence.ts';

/** What a cache has to know of the language model. */
export type CachedLanguage = Pick<Network['language'], 'layers' | 'heads' | 'headDim'>;

/** Keys and values of the cells the decoder has read, and what a run has to be told about them. */
export interface KeyValueCache {
  /** Rows before the first cell's: an operator of the split graph crashes on an empty cache, so there it has a dummy row. */
  readonly dummyRows: 0 | 1;
  /** Whether the graph chooses tokens itself and its logits stay where they are. */
  readonly choosesInside: boolean;
  /** Cells that one run should read at most. */
  readonly cellsPerRun: number;
  /** Graph outputs that hold what a run adds. */
  readonly outputNames: readonly string[];
  /** Outputs that are written into memory of the cache. */
  readonly bound: Readonly<Record<string, RunTensor>>;
  /** All a run over `next` reads beside its embeddings: where the cells stand, what they may look at, and the cache. */
  inputs(past: readonly Cell[], next: readonly Cell[]): Record<string, RunTensor>;
  /** Takes the first `count` of the new rows of a run; the others (a wrong draft) are forgotten. */
  append(outputs: Readonly<Record<string, RunTensor>>, count: number): void;
  /** Told how long a run took, so that `cellsPerRun` can follow the machine. */
  noteRun(cells: number, milliseconds: number): void;
  /** Forgets all rows from `rows` on. */
  truncate(rows: number): void;
  release(): void;
}

/** Names of the keys and values of all layers, [layer][key or value]. */
export function cacheNames({ layers }: CachedLanguage, prefix: 'past' | 'new' | 'present'): string[] {
  return Array.from({ length: layers }, (_, layer) =>
    (['key', 'value'] as const).map((part) => `${prefix}_${part}.${layer}`),
  ).flat();
}
