import { expect, test } from 'vitest';
import { parseJsonInTurns } from '../../../../electron/backend/formats/parse-json-in-turns.ts';
import { parseJson } from '../../../../electron/backend/formats/parse-json.ts';

const { signal } = new AbortController();
const inTurns = (text: string): Promise<unknown> => parseJsonInTurns(new TextEncoder().encode(text), signal);

/** Longer than one piece. */
const long = 'long, [{"\\"é'.repeat(40_000);
const numbers = Array.from({ length: 120_000 }, (_, index) => index / 7);
const text = JSON.stringify(long);

test('what comes out is what one go gives, wherever the pieces are cut', async () => {
  const values = [
    numbers,
    { points: numbers, name: long, 'a"b': [], more: { '': { numbers } } },
    [[numbers], { numbers, rest: [long, 1, null, true] }, 'x', [], {}],
    Object.fromEntries(numbers.map((value, index) => [`key ${index % 50_000} , [`, value])),
    long,
  ];
  for (const value of values)
    for (const space of [undefined, 1]) {
      const written = JSON.stringify(value, null, space);
      expect(await inTurns(written)).toEqual(JSON.parse(written));
    }
});

test('a key said twice, __proto__, ids of 64 bits and NaN are read as in one go', async () => {
  const written = `{"a": 1, "__proto__": {"b": ${text}}, "a": [${text}, 9007199254740993], "c": NaN, "a": 3, "d": ${text}}`;
  const value = await inTurns(written);
  expect(value).toEqual(parseJson(written));
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test.each([
  ['a comma too many', `[${text},]`],
  ['two commas', `[1,,${text}]`],
  ['two commas after', `[${text},,1]`],
  ['a comma first', `[,${text}]`],
  ['only a comma', `[${' '.repeat(300_000)},]`],
  ['brackets that do not match', `{"a": [${text}}, "b": 1]`],
  ['the wrong end', `[${text}}`],
  ['more than one value', `[${text}][${text}]`],
  ['no end', `[[${text}]`],
  ['no name', `{"a": 1, ${text}}`],
  ['no colon', `{"a": 1, "b" [${text}]}`],
  ['no value', `{"a": 1, "b":, "c": [${text}]}`],
  ['a member of a list with a name', `["a": [${text}]]`],
  ['no name in a member', `{[${text}]}`],
  ['too deep', `${'['.repeat(100)}${text}${']'.repeat(100)}`],
])('%s is refused', async (_, written) => {
  await expect(inTurns(written)).rejects.toBeInstanceOf(SyntaxError);
});

test('an empty list or object in much space is one', async () => {
  const space = ' '.repeat(300_000);
  expect([await inTurns(`[${space}]`), await inTurns(`{${space}}`)]).toEqual([[], {}]);
  expect(await inTurns(`{"a"${space}:${space}1${space}, "b": 2}`)).toEqual({ a: 1, b: 2 });
});

test('others get their turn while it is read, and it can be cancelled', async () => {
  const stop = new AbortController();
  const bytes = new TextEncoder().encode(
    JSON.stringify({ shapes: [{ points: Array(2_000_000).fill(1.5) }] }),
  );
  let turns = 0;
  const count = (): void => {
    turns += 1;
    if (turns === 3) stop.abort();
    others = setImmediate(count);
  };
  let others = setImmediate(count);
  await expect(parseJsonInTurns(bytes, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  clearImmediate(others);
  expect(turns).toBeGreaterThanOrEqual(3);
});
