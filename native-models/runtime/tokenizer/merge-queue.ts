/** A pair of neighbouring symbols that may be joined. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly joined: string;
  readonly score: number;
}

/** Gives the best merge first: highest score, then leftmost. A binary heap, as texts may be pages long. */
export class MergeQueue {
  readonly #heap: Merge[] = [];

  push(merge: Merge): void {
    const heap = this.#heap;
    let child = heap.push(merge) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isBefore(merge, at(heap, parent))) break;
      heap[child] = at(heap, parent);
      child = parent;
    }
    heap[child] = merge;
  }

  pop(): Merge | null {
    const heap = this.#heap;
    const best = heap[0];
    const last = heap.pop();
    if (best === undefined || last === undefined) return null;
    if (heap.length === 0) return best;
    let parent = 0;
    for (let child = 1; child < heap.length; child = 2 * parent + 1) {
      if (child + 1 < heap.length && isBefore(at(heap, child + 1), at(heap, child))) child++;
      if (!isBefore(at(heap, child), last)) break;
      heap[parent] = at(heap, child);
      parent = child;
    }
    heap[parent] = last;
    return best;
  }
}

function isBefore(a: Merge, b: Merge): boolean {
  return a.score > b.score || (a.score === b.score && a.left < b.left);
}

function at(heap: readonly Merge[], index: number): Merge {
  // The callers stay inside the heap; the cast spares a check in the innermost loop.
  return heap[index] as Merge;
}
