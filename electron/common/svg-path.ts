import { contoursOf } from './contour.ts';
import type { Rle } from './document/records.ts';
import { runsOf } from './rle.ts';

/** The mask's outlines, holes included, as the `d` of an SVG path in image pixels (to be filled evenodd); '' for an empty one. */
export function svgPathOf(mask: Rle): string {
  return contoursOf(runsOf(mask))
    .flatMap(({ outer, holes }) => [outer, ...holes])
    .map((ring) => {
      const points: string[] = [];
      for (let at = 0; at < ring.length; at += 2) points.push(`${ring[at]} ${ring[at + 1]}`);
      return `M${points.join('L')}Z`;
    })
    .join('');
}
