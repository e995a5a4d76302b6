import { expect, test } from 'vitest';
import { isPlain, plainTones, toneCurve } from '../../../renderer/picture/tones.ts';

const shown = (value: number, tones: Partial<typeof plainTones>): number => {
  const { slope, intercept, exponent } = toneCurve({ ...plainTones, ...tones });
  return Math.min(1, Math.max(0, value * slope + intercept)) ** exponent;
};

test('plain tones change nothing; brightness shifts, contrast turns about the middle, gamma lifts the dark and keeps the ends', () => {
  expect([0, 0.3, 1].map((value) => shown(value, {}))).toEqual([0, 0.3, 1]);
  expect(shown(0.3, { brightness: 40 })).toBeCloseTo(0.5, 9);
  expect([0.5, 0.1].map((value) => shown(value, { contrast: 100 }))).toEqual([0.5, 0]);
  expect([0.5, 0.9].map((value) => shown(value, { contrast: -100 }))).toEqual([0.5, 0.5]);
  expect(shown(0.25, { gamma: 2 })).toBeCloseTo(0.5, 9);
  expect([0, 1].map((value) => shown(value, { gamma: 2 }))).toEqual([0, 1]);
  expect([isPlain(plainTones), isPlain({ ...plainTones, gamma: 1.1 })]).toEqual([true, false]);
});
