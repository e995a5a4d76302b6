/**
 * Runs work that takes memory, so much of it at once as fits: the others wait in the order in which they came. What is larger than the whole
 * budget runs alone.
 *
 * @param most    of all that runs at once, in any unit
 * @returns runs a piece of work that takes `cost` of it
 */
export function createBudget(most: number): <T>(cost: number, work: () => Promise<T>) => Promise<T> {
  let used = 0;
  const waiting: { readonly cost: number; readonly begin: () => void }[] = [];
  const admit = (): void => {
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      if (used > 0 && used + next.cost > most) return;
      waiting.shift();
      used += next.cost;
      next.begin();
    }
  };
  return async (cost, work) => {
    await new Promise<void>((begin) => {
      waiting.push({ cost, begin });
      admit();
    });
    try {
      return await work();
    } finally {
      used -= cost;
      admit();
    }
  };
}
