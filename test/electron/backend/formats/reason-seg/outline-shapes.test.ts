import { expect, test } from 'vitest';
import { drawAsOpencv } from '../../../../../electron/backend/formats/reason-seg/draw-as-opencv.ts';
import { outlineShapes } from '../../../../../electron/backend/formats/reason-seg/outline-shapes.ts';
import { differenceOf, unionOf, unionOfAll } from '../../../../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../../electron/common/rle.ts';
import { emptyRuns } from '../../../../../electron/common/runs.ts';
import { randomInteger, seededRandom } from '../../../../helpers/seeded-random.ts';

const size = { width: 40, height: 30 };

test('outlines of any mask are painted by OpenCV’s rule to exactly its pixels', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 120; round++) {
    let mask = emptyRuns(size);
    for (let box = 0; box < 1 + (round % 6); box++) {
      const [x, y] = [randomInteger(random, 0, size.width - 2), randomInteger(random, 0, size.height - 2)];
      const piece = boxRuns(
        [x, y, randomInteger(random, 1, size.width - x), randomInteger(random, 1, size.height - y)],
        size,
      );
      mask = box % 3 === 2 ? differenceOf(mask, piece) : unionOf(mask, piece);
    }
    const painted = unionOfAll(
      outlineShapes(mask).map((points) => drawAsOpencv(points, size)),
      emptyRuns(size),
    );
    expect(rleOf(painted)).toEqual(rleOf(mask));
  }
});

test('a solid rectangle is one outline of its corners, not a line for each row', () => {
  expect(outlineShapes(boxRuns([2, 3, 12, 10], size))).toHaveLength(1);
});
