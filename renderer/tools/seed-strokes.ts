import { emptyCrop } from '../../electron/common/bitmap.ts';
import { type ImagePoint, type Size, intersectBoxes, isEmptyBox } from '../../electron/common/geometry.ts';
import { type Brush, paintSegment, segmentBox } from '../../electron/common/brush.ts';
import { encodeCrop } from '../../electron/common/mask-region.ts';
import { type Runs, emptyRuns } from '../../electron/common/runs.ts';
import { unionOfAll } from '../../electron/common/mask-algebra.ts';

/** A line drawn to say "this is the object" or "this is not". */
export interface SeedStroke {
  readonly isInside: boolean;
  readonly points: readonly ImagePoint[];
}

/** The pixels under all strokes of one kind. */
export function seedRuns(strokes: readonly SeedStroke[], brush: Brush, image: Size): Runs {
  return unionOfAll(
    strokes.map((stroke) => strokeRuns(stroke.points, brush, image)),
    image,
  );
}

function strokeRuns(points: readonly ImagePoint[], brush: Brush, image: Size): Runs {
  const segments = points.map((to, index) => ({ from: points[index - 1] ?? to, to }));
  const parts = segments.map((segment) => {
    const box = intersectBoxes(segmentBox(brush, segment), [0, 0, image.width, image.height]);
    if (isEmptyBox(box)) return emptyRuns(image);
    const crop = emptyCrop(box);
    paintSegment(crop, brush, segment, 1);
    return encodeCrop(crop, image);
  });
  return unionOfAll(parts, image);
}
