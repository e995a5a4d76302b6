/** The highest place taken, 0 where there is none. Not Math.max(...list): a hundred thousand arguments end the process's stack. */
export function highestOrder(records: Iterable<{ readonly order: number }>): number {
  let highest = 0;
  for (const { order } of records) highest = Math.max(highest, order);
  return highest;
}
