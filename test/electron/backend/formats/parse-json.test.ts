import { expect, test } from 'vitest';
import { asWritten, parseJson } from '../../../../electron/backend/formats/parse-json.ts';
import { ById, idOf } from '../../../../electron/backend/formats/written-ids.ts';

test('whole numbers that no double holds keep every digit; others are numbers as ever', () => {
  expect(
    parseJson(
      '[1616047265003116043, -9223372036854775808, 12, 1.2345678901234567, 1e20, "1616047265003116043"]',
    ),
  ).toEqual([
    ...[1616047265003116043n, -9223372036854775808n, 12, 1.2345678901234567, 1e20, '1616047265003116043'],
  ]);
});

test("Python's NaN and Infinity are what they say, in values and not in texts", () => {
  expect(parseJson('{"a": NaN, "b": [Infinity, -Infinity], "c": "NaN of Infinity \\" NaN"}')).toEqual({
    ...{ a: Number.NaN, b: [Infinity, -Infinity], c: 'NaN of Infinity " NaN' },
  });
});

test.each(['[NaN', '[nan]', '{"a": Infinite}', '[1616047265003116043,]', '["1616047265003116043]'])(
  'what is no JSON stays none: %s',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

test('a number longer than any program writes is refused instead of computed: as a big integer it would take minutes', () => {
  const longest = '9'.repeat(1_000);
  expect(parseJson(`[${longest}]`)).toEqual([BigInt(longest)]);
  const digits = '1'.repeat(5_000_000);
  for (const text of [digits, `{"id": -${digits}}`])
    expect(() => parseJson(text)).toThrow(/a number of 500000\d characters/u);
});

test('a value is shown as the file has it', () => {
  const values = [1616047265003116043n, Number.NaN, 'wide', null, undefined, { a: [1n, Infinity] }];
  expect(values.map(asWritten)).toEqual([
    ...['1616047265003116043', 'NaN', '"wide"', 'null', 'nothing', '{"a":["1","Infinity"]}'],
  ]);
});

test('ids are told apart as they are written; a number and its digits in quotes meet where nothing fits better', () => {
  const ids = new ById<string>();
  const add = (id: unknown, value: string) => ids.add(idOf(id) ?? '', value);
  expect([
    add(1, 'one'),
    add('1', 'text one'),
    add(1, 'again'),
    add(1616047265003116043n, 'big'),
    add('x', 'x'),
  ]).toEqual([...[true, true, false, true, true]]);
  const found = (id: unknown) => ids.get(idOf(id));
  expect([
    found(1),
    found('1'),
    found('1616047265003116043'),
    found(1616047265003116044n),
    found(null),
    found(1.5),
  ]).toEqual([
    { value: 'one', isLoose: false },
    { value: 'text one', isLoose: false },
    { value: 'big', isLoose: true },
    ...[null, null, null],
  ]);
});
