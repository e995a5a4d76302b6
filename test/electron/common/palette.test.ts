import { expect, test } from 'vitest';
import { labOfHex } from '../../../electron/common/lab.ts';
import {
  nextColour,
  paletteColoursIn,
  standingOut,
  targetColours,
} from '../../../electron/common/palette.ts';

type Triple = readonly [number, number, number];

/** What is left of a colour for an eye without red or green cones, in linear RGB (Viénot, Brettel and Mollon 1999). */
const eyes: Readonly<Record<string, readonly Triple[]>> = {
  ordinary: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  deuteranopia: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};

const times = (rows: readonly Triple[], v: Triple): Triple =>
  rows.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Triple;

function linearOf(colour: string): Triple {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  return channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as unknown as Triple;
}

/** OKLab (Ottosson 2020): distances in it follow what eyes see. */
function labOf(linear: Triple): Triple {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    linear,
  ).map((value) => Math.cbrt(Math.max(0, value))) as unknown as Triple;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
}

const distance = (a: Triple, b: Triple) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Below 0.02 two colours look the same. Okabe and Ito's own least is 0.079; the five added ones bring nothing nearer. */
test.each(Object.keys(eyes))('colours stay apart for %s eyes', (eye) => {
  const seen = targetColours.map((colour) => labOf(times(eyes[eye]!, linearOf(colour))));
  const distances = seen.flatMap((a, i) => seen.slice(0, i).map((b) => distance(a, b)));
  expect(Math.min(...distances)).toBeGreaterThan(0.075);
});

test('every colour is used once before one is used twice', () => {
  const used: string[] = [];
  for (let count = 0; count < 2 * targetColours.length; count++) used.push(nextColour(used));
  expect(used).toEqual([...targetColours, ...targetColours]);
});

test('a colour that was given back is used next, and strange ones do not count', () => {
  expect(nextColour(targetColours.filter((colour) => colour !== '#009e73'))).toBe('#009e73');
  expect(nextColour(['#123456'])).toBe(targetColours[0]);
});

test('colours that a picture has itself are taken once the others are used', () => {
  const banana = Array.from({ length: 5 }, () => labOfHex('#ffd23f'));
  const wall = Array.from({ length: 95 }, () => labOfHex('#cfcfd8'));
  const avoided = paletteColoursIn([...banana, ...wall]);
  expect(avoided).toEqual(['#e69f00', '#f0e442']);
  expect(nextColour([], avoided)).toBe('#0072b2');
  const others = targetColours.filter((colour) => !avoided.includes(colour));
  expect(nextColour(others, avoided)).toBe('#e69f00');
  // A speck of it is no thing that a target would be drawn on.
  expect(paletteColoursIn([...banana.slice(0, 1), ...wall, ...wall])).toEqual([]);
});

test('on a picture a colour that it has gives way to one that it has not, and no two of the first ones meet', () => {
  const inPicture = ['#e69f00', '#d55e00', '#f0e442'];
  const shown = targetColours.map((colour) => standingOut(colour, inPicture));
  expect(shown.filter((colour) => inPicture.includes(colour))).toEqual([]);
  expect(targetColours.filter((colour, at) => !inPicture.includes(colour) && shown[at] !== colour)).toEqual(
    [],
  );
  expect(new Set(shown.slice(0, 8)).size).toBe(8);
  expect(standingOut('#123456', inPicture)).toBe('#123456');
});

test('where a picture has nearly all colours, targets are not all shown in the one that is left', () => {
  for (let count = 0; count <= targetColours.length; count++) {
    const shown = targetColours.map((colour) => standingOut(colour, targetColours.slice(0, count)));
    expect(Math.max(...shown.map((one) => shown.filter((other) => other === one).length))).toBeLessThan(4);
  }
});
