import { expect, test } from 'vitest';
import type { z } from 'zod';
import { contract } from '../../../electron/common/contract.ts';
import { AppError, toWireError } from '../../../electron/common/errors.ts';
import { isSmall } from '../../../electron/common/limits.ts';

/** What a schema of zod says of itself, as far as this walk needs it. */
interface Seen {
  readonly type: string;
  readonly shape?: Record<string, z.ZodType>;
  readonly options?: readonly z.ZodType[];
  readonly items?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly checks?: readonly { readonly _zod: { readonly def: { readonly check: string } } }[];
}

/** Places of an input where a client could put as much as it likes. */
function* unbounded(schema: z.ZodType, place: string): Generator<string> {
  // Holds for every schema of zod 4: its definition is the value named here.
  const def = schema._zod.def as unknown as Seen;
  const has = (check: string): boolean => def.checks?.some(({ _zod }) => _zod.def.check === check) ?? false;
  if (def.type === 'string' && !has('max_length')) yield place;
  if (def.type === 'array' && !has('max_length')) yield `${place}[]`;
  if (def.type === 'record' && !has('custom')) yield `${place}{}`;
  for (const [key, inner] of Object.entries(def.shape ?? {})) yield* unbounded(inner, `${place}.${key}`);
  for (const inner of [...(def.options ?? []), ...(def.items ?? [])]) yield* unbounded(inner, place);
  for (const inner of [def.element, def.innerType, def.in]) if (inner) yield* unbounded(inner, place);
  if (def.valueType && !has('custom')) yield* unbounded(def.valueType, `${place}{}`);
}

test('every text, list and table that a client may send has a limit', () => {
  const found = Object.entries(contract).flatMap(([name, message]) =>
    'input' in message ? [...unbounded(message.input, name)] : [],
  );
  expect([...new Set(found)]).toEqual([]);
});

test('an error that repeats its input travels shortened, its code and first words whole', () => {
  const path = '"'.repeat(50_000_000);
  const error = toWireError(new AppError('bad-input', `A whole path is needed, not ${path}`, { path, n: 1 }));
  expect(error.message).toMatch(/^A whole path is needed, not "+\.\.\. \(\d+ more characters\)$/u);
  expect(JSON.stringify(error).length).toBeLessThan(20_000);
  expect(error.details).toMatchObject({ n: 1 });
});

test('whatever is thrown can be told: facts that are no plain data stay behind', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  expect(toWireError(new AppError('bad-file', 'Odd.', loop))).toEqual({
    code: 'bad-file',
    message: 'Odd.',
    details: {},
  });
  expect(toWireError(Object.create(null))).toMatchObject({ code: 'internal' });
});

test('a state that is too large or too deep to be written is refused rather than kept', () => {
  let deep: unknown = {};
  for (let level = 0; level < 200_000; level++) deep = { deep };
  expect([isSmall({ zoom: 2 }), isSmall({ a: 'x'.repeat(2_000_000) }), isSmall({ deep })]).toEqual([
    true,
    false,
    false,
  ]);
});
