import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { diffSchema, entity } from '../../../electron/common/document/records.ts';
import { quickCheck } from '../../../electron/common/quick-check.ts';
import { aCategory, aTarget, aTurn, anAnnotation, anImage, everyKind } from '../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const rich: readonly unknown[] = [
  ...everyKind,
  anImage({ state: 'review', split: 'val', licence: { name: 'CC', url: '' }, folders: 'a/b' }),
  aCategory({
    attributes: [{ name: 'colour', type: 'choice', choices: ['red', 'green'], initial: 'red' }],
  }),
  anAnnotation({
    score: 0.5,
    attributes: { colour: 'red', worn: true, age: 3 },
    comments: [{ text: 'Look', at: '2026-11-22T12:00:00.000Z' }],
  }),
  aTurn({ kinds: ['what'], notes: ['a'], answer: [{ type: 'text', text: 'Nothing.' }] }),
  aTarget({ description: 'the left one', annotationId: null }),
];

/** What may stand anywhere in a file that somebody changed. */
const strangers: readonly unknown[] = [
  null,
  '',
  'text',
  'x'.repeat(5_000),
  0,
  -1,
  0.5,
  2 ** 53,
  1e300,
  true,
  [],
  [1],
  {},
  { text: 1 },
];

/** The value with one place of it changed, left out or added to, as JSON could hold it. */
function mutated(value: unknown, random: () => number): unknown {
  const stranger = strangers[randomInteger(random, 0, strangers.length)];
  if (typeof value !== 'object' || value === null || random() < 0.1) return stranger;
  const copy = structuredClone(value) as Record<string, unknown>; // or a list, whose keys are its places
  const keys = Object.keys(copy);
  const key = keys[randomInteger(random, 0, Math.max(1, keys.length))] ?? 'more';
  const kind = random();
  if (kind < 0.15) copy['more'] = stranger;
  else if (kind < 0.3 && !Array.isArray(copy)) delete copy[key];
  else copy[key] = mutated(copy[key], random);
  return JSON.parse(JSON.stringify(copy)) as unknown;
}

test('what it takes the schema takes, and gives back equal; records of the app are taken', () => {
  const random = seededRandom(11);
  const isCertain = quickCheck(entity);
  expect(rich.filter((record) => !isCertain(record))).toEqual([]);
  let [taken, refused] = [0, 0];
  for (let round = 0; round < 6_000; round++) {
    const value = mutated(rich[round % rich.length], random);
    const parsed = entity.safeParse(value);
    if (isCertain(value)) {
      taken += 1;
      expect([value, parsed.data]).toEqual([value, value]);
    } else if (!parsed.success) refused += 1;
  }
  // Both happen often, or the comparison above says nothing.
  expect(taken).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(2_000);
});

test('a whole change is looked at in one go', () => {
  const isCertain = quickCheck(diffSchema);
  const diff = { added: [anImage()], changed: [[aCategory(), aCategory({ name: 'mug' })]], removed: [] };
  expect([isCertain(diff), isCertain({ ...diff, removed: [{ kind: 'image' }] })]).toEqual([true, false]);
});

describe('the schema is asked', () => {
  const cases: readonly (readonly [string, z.ZodType, unknown])[] = [
    ['about fields nobody defined', z.object({ a: z.string() }), { a: '', b: 1 }],
    ['about a field that is there with undefined', z.object({ a: z.string().optional() }), { a: undefined }],
    ['about what would be changed', z.object({ a: z.string().default('x') }), { a: 'y' }],
    ['about what would be trimmed', z.string().trim(), ' a '],
    ['about what would be converted', z.coerce.number(), 5],
    ['about what it does not know', z.date(), new Date()],
    ['about a pattern with a memory', z.string().regex(/a/gu), 'a'],
    ['about names of which one is missing', z.record(z.enum(['a', 'b']), z.number()), { a: 1 }],
    ['about a name that is no plain key', z.record(z.string(), z.number()), JSON.parse('{"__proto__":1}')],
    ['about numbers JSON cannot hold', z.number(), Number.NaN],
    ['about numbers that are not whole enough', z.int(), 2 ** 53],
  ];
  test.each(cases)('%s', (_, schema, value) => {
    expect(quickCheck(schema)(value)).toBe(false);
  });
});
