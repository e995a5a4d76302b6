import { expect, test } from 'vitest';
import { parseSearch } from '../../../../electron/common/search/parse-search.ts';
import { type Pattern, type Query, type Range, type Term } from '../../../../electron/common/search/query.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { searchText } from '../../../helpers/search-text.ts';

const range = (from: number, to: number, open: { from?: boolean; to?: boolean } = {}): Range => ({
  from,
  to,
  isFromOpen: open.from ?? false,
  isToOpen: open.to ?? false,
});

test('the issue’s own example is understood term by term', () => {
  expect(parseSearch('class:cup score:<0.5 state:review turns:>0 name:cam2*')).toEqual({
    problems: [],
    query: [
      { negated: false, kind: 'words', field: 'class', patterns: [{ text: 'cup', quoted: false }] },
      { negated: false, kind: 'number', field: 'score', ranges: [range(-Infinity, 0.5, { to: true })] },
      { negated: false, kind: 'choice', field: 'state', values: ['review'] },
      { negated: false, kind: 'number', field: 'turns', ranges: [range(0, Infinity, { from: true })] },
      { negated: false, kind: 'words', field: 'name', patterns: [{ text: 'cam2*', quoted: false }] },
    ],
  });
});

test.each<[string, Query]>([
  ['', []],
  ['  ', []],
  ['red cup', [anywhere('red'), anywhere('cup')]],
  ['"red cup"', [anywhere('red cup', true)]],
  ['-cup', [{ ...anywhere('cup'), negated: true }]],
  ['-', [anywhere('-')]],
  ['12:30', [anywhere('12:30')]],
  ['http://a', [anywhere('http://a')]],
  ['"class:cup"', [anywhere('class:cup', true)]],
  ['say\\"', []],
  ['#12', [{ negated: false, kind: 'number', field: 'number', ranges: [range(12, 12)] }]],
  [
    'Label:CUP',
    [{ negated: false, kind: 'words', field: 'class', patterns: [{ text: 'CUP', quoted: false }] }],
  ],
  [
    'score:none,.2..0.4',
    [{ negated: false, kind: 'number', field: 'score', ranges: ['none', range(0.2, 0.4)] }],
  ],
  [
    'colour=red',
    [{ negated: false, kind: 'attribute', name: 'colour', patterns: [{ text: 'red', quoted: false }] }],
  ],
  [
    '"my size"=-3',
    [{ negated: false, kind: 'attribute', name: 'my size', patterns: [{ text: '-3', quoted: false }] }],
  ],
  ['state:done,SKIPPED', [{ negated: false, kind: 'choice', field: 'state', values: ['done', 'skipped'] }]],
])('%j is read as meant', (text, query) => {
  expect(parseSearch(text).query).toEqual(query);
});

test.each<[string, string, readonly [number, number]]>([
  ['cup foo:bar', 'There is nothing called “foo” to search by', [4, 11]],
  ['score:low', '“low” is no number for score', [0, 9]],
  ['score:<', '“<” is no number for score', [0, 7]],
  ['score:1e999', 'is no number', [0, 11]],
  ['state:todo x', 'state is one of new, labelled, review, done, skipped, not “todo”', [0, 10]],
  ['name:', 'Say what name should be', [0, 5]],
  ['score:,', 'Say which score', [0, 7]],
  ['colour=', 'Say what colour should be', [0, 7]],
  ['"open', 'The quotation mark is not closed.', [0, 5]],
  ['class:cup OR class:book', 'class:cup,book', [10, 12]],
])('what is wrong with %j is told and marked', (text, message, [start, end]) => {
  const { problems } = parseSearch(text);
  expect(problems).toMatchObject([{ start, end, message: expect.stringContaining(message) }]);
});

test('what cannot be read is left out, the rest holds', () => {
  expect(parseSearch('cup score:low plate').query).toEqual([anywhere('cup'), anywhere('plate')]);
});

test('any query written out and read again is the same query', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 3_000; round += 1) {
    const query = Array.from({ length: randomInteger(random, 0, 5) }, () => randomTerm(random));
    expect(parseSearch(searchText(query))).toEqual({ query, problems: [] });
  }
});

test('no text whatever throws, and every problem lies in it', () => {
  const random = seededRandom(4);
  const pieces = [
    '"',
    '\\',
    ':',
    '=',
    '-',
    ',',
    '#',
    '*',
    '..',
    '<',
    ' ',
    'class',
    'score',
    'é',
    '🍵',
    '0.5',
    '\n',
  ];
  for (let round = 0; round < 5_000; round += 1) {
    const text = Array.from(
      { length: randomInteger(random, 0, 12) },
      () => pieces[randomInteger(random, 0, pieces.length)],
    ).join('');
    const { query, problems } = parseSearch(text);
    for (const { start, end } of problems) expect(0 <= start && start < end && end <= text.length).toBe(true);
    expect(parseSearch(searchText(query)).query).toEqual(query);
  }
});

function anywhere(text: string, quoted = false): Term {
  return { negated: false, kind: 'anywhere', pattern: { text, quoted } };
}

function randomTerm(random: () => number): Term {
  const pick = <T>(...list: readonly T[]): T => list[randomInteger(random, 0, list.length)] as T;
  const several = <T>(make: () => T): readonly T[] =>
    Array.from({ length: randomInteger(random, 1, 4) }, make);
  const pattern = (): Pattern =>
    random() < 0.5
      ? { text: pick('cup', 'c*p', 'a?', '*', '7', 'ø'), quoted: false }
      : { text: pick('red cup', 'a"b', 'a\\', 'x:y', 'one,two', '-no', '#1', 'k=v', ' '), quoted: true };
  const number = (): number => pick(0, 0.5, -3, 12, 1e6, 0.25);
  const makeRange = (): Range =>
    pick<() => Range>(
      () => 'none',
      () => range(-Infinity, number(), { to: random() < 0.5 }),
      () => range(number(), Infinity, { from: random() < 0.5 }),
      () => range(0.25, 4),
      () => range(3, 3),
    )();
  const negated = random() < 0.3;
  return pick<() => Term>(
    () => ({ negated, kind: 'anywhere', pattern: pattern() }),
    () => ({
      negated,
      kind: 'words',
      field: pick('class', 'name', 'question', 'comment'),
      patterns: several(pattern),
    }),
    () => ({ negated, kind: 'number', field: pick('score', 'turns', 'number'), ranges: several(makeRange) }),
    () => ({ negated, kind: 'choice', field: 'state', values: several(() => pick('new', 'done')) }),
    () => ({
      negated,
      kind: 'attribute',
      name: pick('colour', 'my size', 'a:b'),
      patterns: several(pattern),
    }),
  )();
}
