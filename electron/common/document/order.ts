interface Ordered {
  readonly order: number;
}

/** The highest place taken, 0 where there is none. Not Math.max(...list): a hundred thousand arguments end the stack. */
export function highestOrder(records: Iterable<Ordered>): number {
  let highest = 0;
  for (const { order } of records) highest = Math.max(highest, order);
  return highest;
}

/** The place behind all others. */
export function nextOrder(records: Iterable<Ordered>): number {
  return highestOrder(records) + 1;
}

/** For sorting: images as listed, categories as labelled, masks from the bottom up, turns from the oldest on. */
export function byOrder(a: Ordered, b: Ordered): number {
  return a.order - b.order;
}
