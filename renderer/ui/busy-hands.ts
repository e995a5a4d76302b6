/** How long after the last step of a scroll, or the last letter, the next one is expected. */
const busyMs = 150;
let busyAt = -Infinity;
for (const kind of ['scroll', 'input', 'wheel', 'keydown', 'pointerdown'])
  globalThis.addEventListener?.(kind, () => (busyAt = performance.now()), { capture: true, passive: true });

/** Whether a person scrolls, types or presses at this moment: most of each frame belongs to that. */
export function areHandsBusy(): boolean {
  return performance.now() - busyAt < busyMs;
}

/** Resolves once a person has done nothing for a while: for work that would take the processor from them. */
export async function whenHandsRest(): Promise<void> {
  while (areHandsBusy()) await new Promise((resolve) => setTimeout(resolve, busyMs));
}
