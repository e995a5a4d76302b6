import { areHandsBusy } from '../../ui/busy-hands.ts';

/** A frame may be used so long for drawing thumbnails: while one scrolls or types, most of it belongs to that. */
const budgetMs = { busy: 5, still: 12 };

const waiting = new Set<() => void>();
let frame = 0;

/**
 * Draws when a frame has time for it, first come first served: scrolling through thousands of cards waits for none of them.
 *
 * @returns a function that takes the order back; what is out of sight again is not drawn
 */
export function drawSoon(draw: () => void): () => void {
  waiting.add(draw);
  if (frame === 0) frame = requestAnimationFrame(drawSome);
  return () => waiting.delete(draw);
}

function drawSome(): void {
  const start = performance.now();
  const end = start + budgetMs[areHandsBusy() ? 'busy' : 'still'];
  for (const draw of waiting) {
    waiting.delete(draw);
    draw();
    if (performance.now() >= end) break;
  }
  frame = waiting.size === 0 ? 0 : requestAnimationFrame(drawSome);
}
