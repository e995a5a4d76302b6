import { describe, expect, test } from 'vitest';
import type { Bitmap } from '../../../electron/common/bitmap.ts';
import { type Box, type CellBox, cellBox } from '../../../electron/common/geometry.ts';
import { boxOf } from '../../../electron/common/runs.ts';
import { targetColours } from '../../../electron/common/palette.ts';
import { contrastOf } from '../../../renderer/ui/clear-line.ts';
import {
  composeFill,
  composeTile,
  haloOf,
  outlineCells,
  packColour,
} from '../../../renderer/picture/compose-tile.ts';
import { coverageOf, hasPixelsIn } from '../../../renderer/picture/coverage.ts';
import { cracksOf } from '../../../renderer/picture/crack-path.ts';
import { cssColour } from '../../../renderer/picture/paint-masks.ts';
import { fillLevel, patternAlpha, patternCount } from '../../../renderer/picture/mask-pattern.ts';
import { inkCells } from '../../../renderer/picture/stroke-picture.ts';
import { cellsOver, levelFor, pixelsUnder } from '../../../renderer/picture/tile-grid.ts';
import { bitmapOf, randomBitmaps, runsOfBitmap, slowPixel } from '../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

/** The slow twin: looks at every pixel of every cell. */
function slowCoverage(bitmap: Bitmap, cells: CellBox, level: number): number[] {
  const side = 2 ** level;
  const counts: number[] = [];
  for (let row = cells[1]; row < cells[1] + cells[3]; row++) {
    for (let column = cells[0]; column < cells[0] + cells[2]; column++) {
      let count = 0;
      for (let y = row * side; y < (row + 1) * side; y++) {
        for (let x = column * side; x < (column + 1) * side; x++) count += slowPixel(bitmap, x, y);
      }
      counts.push(count);
    }
  }
  return counts;
}

function painted(bitmap: Bitmap, colour = 0x0000ff, pattern = 0) {
  const runs = runsOfBitmap(bitmap);
  return { runs, box: boxOf(runs), colour, pattern };
}

test('cells are counted as if every pixel were looked at, at every level and for any rectangle of cells', () => {
  const random = seededRandom(11);
  for (const bitmap of randomBitmaps({ seed: 5, count: 300, side: 40 })) {
    const level = randomInteger(random, 0, 4);
    const cells = cellBox([
      randomInteger(random, -2, 8),
      randomInteger(random, -2, 8),
      randomInteger(random, 1, 12),
      randomInteger(random, 1, 12),
    ]);
    const { counts, isBlank } = coverageOf(runsOfBitmap(bitmap), cells, level);
    expect([...counts]).toEqual(slowCoverage(bitmap, cells, level));
    const isSlowBlank = counts.every((count) => count === 0);
    expect([isBlank, hasPixelsIn(runsOfBitmap(bitmap), pixelsUnder(cells, level))]).toEqual([
      isSlowBlank,
      !isSlowBlank,
    ]);
  }
});

test('below level 0 a pixel has several cells, each set as the pixel is', () => {
  const random = seededRandom(12);
  for (const bitmap of randomBitmaps({ seed: 6, count: 120, side: 12 })) {
    const steps = randomInteger(random, 1, 4);
    const cells = cellBox([randomInteger(random, -3, 30), randomInteger(random, -3, 30), 17, 11]);
    const { counts } = coverageOf(runsOfBitmap(bitmap), cells, -steps);
    const expected = Array.from({ length: 17 * 11 }, (_, at) => {
      const x = Math.floor((cells[0] + (at % 17)) / 2 ** steps);
      const y = Math.floor((cells[1] + Math.floor(at / 17)) / 2 ** steps);
      return slowPixel(bitmap, x, y);
    });
    expect([...counts]).toEqual(expected);
  }
});

test('a pattern keeps about its size on the screen at every zoom, and plain fills need no finer cells', () => {
  const patterned = [{ pattern: 0 }, { pattern: 3 }];
  for (const scale of [1, 1.5, 2, 3, 5, 8, 20, 64]) {
    const cell = 2 ** fillLevel({ level: 0, scale }, patterned) * scale;
    expect(cell).toBeGreaterThanOrEqual(1);
    expect(cell).toBeLessThan(2);
  }
  expect(fillLevel({ level: 0, scale: 64 }, [{ pattern: 0 }])).toBe(0);
  expect(fillLevel({ level: 3, scale: 0.1 }, patterned)).toBe(3);
});

/** Steps along rows and columns to the nearest pixel that is not set, beyond the border too; more than `most` are not looked for. */
function slowWayOut(bitmap: Parameters<typeof slowPixel>[0], x: number, y: number, most: number): number {
  let way = most + 1;
  for (let dy = -most; dy <= most; dy++)
    for (let dx = -most; dx <= most; dx++)
      if (slowPixel(bitmap, x + dx, y + dy) === 0) way = Math.min(way, Math.abs(dx) + Math.abs(dy));
  return way;
}

test('an outline is about two pixels of the screen wide at every zoom', () => {
  const image = { width: 8_000, height: 6_000 };
  for (const pixelRatio of [1, 2])
    for (let scale = 0.035; scale < 1.5 * pixelRatio; scale *= 1.07) {
      const cell = scale * 2 ** levelFor(scale, image);
      const width = (outlineCells(cell, pixelRatio) * cell) / pixelRatio;
      expect(width, `${scale}`).toBeGreaterThan(1.6);
      expect(width, `${scale}`).toBeLessThanOrEqual(3);
    }
});

describe('composing a tile', () => {
  test('at level 0 exactly the set pixels are filled, the higher mask over the lower', () => {
    const low = painted(bitmapOf('##..', '##..', '....'), 0x111111);
    const high = painted(bitmapOf('....', '.##.', '.##.'), 0x222222);
    const fill = composeFill({ masks: [low, high], cells: cellBox([0, 0, 4, 3]), level: 0 });
    const [a, b] = [0xff111111, 0xff222222];
    expect([...fill]).toEqual([a, a, 0, 0, a, b, b, 0, 0, b, b, 0]);
  });

  test('any tile shows what the whole picture shows there, fill and outline', () => {
    const random = seededRandom(2);
    for (const bitmap of randomBitmaps({ seed: 8, count: 60, side: 30 })) {
      const masks = [painted(bitmap)];
      const size = { width: bitmap.width, height: bitmap.height };
      const outline = randomInteger(random, 2, 6);
      const whole = composeTile({
        masks,
        cells: cellBox([0, 0, size.width, size.height]),
        level: 0,
        outline,
      });
      // The slow twin: a covered cell is the outline's where a cell beside the mask is at most so many steps away.
      whole.outline.forEach((pixel, at) => {
        const [x, y] = [at % size.width, Math.floor(at / size.width)];
        const isOutline = slowPixel(bitmap, x, y) === 1 && slowWayOut(bitmap, x, y, outline) <= outline;
        expect(pixel >>> 24 === 255).toBe(isOutline);
      });
      const left = randomInteger(random, 0, size.width);
      const top = randomInteger(random, 0, size.height);
      const cells = cellBox([left, top, size.width - left, size.height - top]);
      const part = composeTile({ masks, cells, level: 0, outline });
      for (const kind of ['fill', 'outline'] as const) {
        const expected = Array.from(part[kind], (_, at) => {
          const x = left + (at % cells[2]);
          return whole[kind][(top + Math.floor(at / cells[2])) * size.width + x];
        });
        expect([...part[kind]]).toEqual(expected);
      }
    }
  });

  test('the outline is two cells deep in the full colour, with a halo of one cell around it; the image border counts as the mask’s end', () => {
    const masks = [painted(bitmapOf(...Array.from({ length: 8 }, () => '#######...')), 0x0000ff)];
    const cells = cellBox([0, 0, 10, 8]);
    const { outline } = composeTile({ masks, cells, level: 0 });
    const sign = (pixel: number): string => (pixel === 0 ? '.' : pixel === 0xff0000ff ? '#' : 'o');
    const drawn = Array.from({ length: 8 }, (_, row) =>
      Array.from({ length: 10 }, (__, column) => sign(outline[row * 10 + column] as number)).join(''),
    );
    expect(drawn.slice(0, 4)).toEqual(['#######o..', '#######o..', '##...##o..', '##...##o..']);
  });

  test('a halo reaches into the tile beside the mask', () => {
    const masks = [painted(bitmapOf('####....', '####....', '####....'), 0x0000ff)];
    const { outline, fill } = composeTile({ masks, cells: cellBox([4, 0, 4, 3]), level: 0 });
    expect(Array.from(outline, (pixel) => (pixel === 0 ? '.' : 'o')).join('')).toBe('o...'.repeat(3));
    expect(fill.every((pixel) => pixel === 0)).toBe(true);
  });

  test('light colours lie in a dark halo and dark ones in a light halo', () => {
    const shade = (colour: string): number => haloOf(packColour(colour)).colour;
    expect(['#f0e442', '#77ffff', '#e69f00'].map(shade)).toEqual([0, 0, 0]);
    expect(['#0072b2', '#1111ff', '#aa0011'].map(shade)).toEqual([0xffffff, 0xffffff, 0xffffff]);
  });

  test('whatever the picture is like, colour, halo and picture make an edge of 3 : 1 with one another', () => {
    const steps = Array.from({ length: 9 }, (_, step) => Math.round((255 * step) / 8));
    const grounds = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => [red, green, blue])));
    const hex = (channels: readonly number[]): string =>
      `#${channels.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
    for (const colour of targetColours) {
      const halo = haloOf(packColour(colour));
      const worst = grounds.map((channels) => {
        const ground = hex(channels);
        const haze = hex(channels.map((value) => value + (((halo.colour & 255) - value) * halo.alpha) / 255));
        return Math.max(contrastOf(colour, ground), contrastOf(haze, ground), contrastOf(colour, haze));
      });
      expect(Math.min(...worst), colour).toBeGreaterThanOrEqual(3);
    }
  });

  test('a cell that is covered in part is filled in part', () => {
    const masks = [painted(bitmapOf('#.##', '..##'))];
    const fill = composeFill({ masks, cells: cellBox([0, 0, 2, 1]), level: 1 });
    expect(Array.from(fill, (pixel) => pixel >>> 24)).toEqual([64, 255]);
  });

  test('a pattern never makes a hole', () => {
    for (let pattern = 1; pattern <= patternCount; pattern++) {
      const alphas = new Set(
        Array.from({ length: 64 }, (_, at) => patternAlpha(pattern, at % 8, Math.floor(at / 8))),
      );
      expect(Math.min(...alphas)).toBeGreaterThan(60);
      expect(alphas.size).toBe(2);
    }
  });

  test('colours survive packing', () => {
    for (const colour of ['#000000', '#ffffff', '#e69f00', '#0072b2'])
      expect(cssColour(packColour(colour))).toBe(colour);
  });
});

test('the lines around a mask separate set from unset pixels, each edge once', () => {
  for (const bitmap of randomBitmaps({ seed: 4, count: 120, side: 16 })) {
    const edges = new Set<string>();
    const cracks = cracksOf(painted(bitmap), cellBox([0, 0, bitmap.width, bitmap.height]), 0);
    for (const { fromX, fromY, toX, toY } of cracks) {
      for (let x = fromX; x < toX; x++) edges.add(`h${x},${fromY}`);
      for (let y = fromY; y < toY; y++) edges.add(`v${fromX},${y}`);
    }
    const expected = new Set<string>();
    for (let y = 0; y <= bitmap.height; y++) {
      for (let x = 0; x <= bitmap.width; x++) {
        const here = slowPixel(bitmap, x, y);
        if (here !== slowPixel(bitmap, x, y - 1)) expected.add(`h${x},${y}`);
        if (here !== slowPixel(bitmap, x - 1, y)) expected.add(`v${x},${y}`);
      }
    }
    expect([...edges].sort()).toEqual([...expected].sort());
  }
});

test('the picture of a stroke has the stroke in each cell, and nothing outside what was asked for', () => {
  const random = seededRandom(21);
  for (const bitmap of randomBitmaps({ seed: 13, count: 80, side: 20 })) {
    const level = randomInteger(random, 0, 3);
    const crop = { box: [3, 5, bitmap.width, bitmap.height] as Box, data: bitmap.data };
    const cells = cellsOver(crop.box, level);
    const pixels = new Uint32Array(cells[2] * cells[3]);
    inkCells({ pixels, cells }, cells, { crop, level, ink: 0x0a0b0c });
    const shifted = { width: 40, height: 40, data: new Uint8Array(1600) };
    for (let y = 0; y < bitmap.height; y++) {
      for (let x = 0; x < bitmap.width; x++) shifted.data[(y + 5) * 40 + x + 3] = slowPixel(bitmap, x, y);
    }
    const expected = slowCoverage(shifted, cells, level).map((count) =>
      Math.round((255 * count) / 4 ** level),
    );
    expect(Array.from(pixels, (pixel) => pixel >>> 24)).toEqual(expected);
  }
});
