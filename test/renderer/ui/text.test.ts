import { expect, test } from 'vitest';
import {
  baseName,
  counted,
  formatArea,
  formatBytes,
  formatDuration,
  formatWhen,
} from '../../../renderer/ui/format.ts';
import { blocksOf, inlinesOf } from '../../../renderer/ui/markdown-blocks.ts';

test('numbers are written for a person', () => {
  expect([formatBytes(0), formatBytes(1_536), formatBytes(38_000_000), formatBytes(4.9e9)]).toEqual([
    '0 B',
    '1.5 KB',
    '36 MB',
    '4.6 GB',
  ]);
  expect([formatArea(812), formatArea(15_300), formatArea(2_410_000)]).toEqual([
    '812 px',
    '15.3k px',
    '2.41M px',
  ]);
  expect([0, 0.2, 38, 940, 75_000].map(formatDuration)).toEqual(['0.0 s', '1 ms', '38 ms', '0.9 s', '1:15']);
  expect([counted(0, 'target'), counted(1, 'target'), counted(1_200, 'category', 'categories')]).toEqual([
    '0 targets',
    '1 target',
    '1,200 categories',
  ]);
  const now = Date.parse('2026-11-22T12:00:00Z');
  expect([
    formatWhen('2026-11-22T11:59:30Z', now),
    formatWhen('2026-11-22T11:00:00Z', now),
    formatWhen('2026-11-21T11:00:00Z', now),
    formatWhen('not a time', now),
  ]).toEqual(['just now', '1 hour ago', 'yesterday', '']);
});

test('the last part of a path, with either kind of slash', () => {
  expect([baseName('/a/b/c.png'), baseName('C:\\a\\c.png'), baseName('/a/b/'), baseName('c.png')]).toEqual([
    'c.png',
    'c.png',
    'b',
    'c.png',
  ]);
});

test('a model card becomes headings, paragraphs, lists, code and tables', () => {
  const card =
    '## Size\nIt is\nsmall.\n\n- one\n  more of one\n- two\n\n```\n# no heading\n```\n| a | b |\n|---|---|\n| 1 | 2 |';
  expect(blocksOf(card)).toEqual([
    { kind: 'heading', text: 'Size' },
    { kind: 'paragraph', text: 'It is small.' },
    { kind: 'list', items: ['one more of one', 'two'] },
    { kind: 'code', text: '# no heading' },
    {
      kind: 'table',
      rows: [
        ['a', 'b'],
        ['1', '2'],
      ],
    },
  ]);
});

test.each(['```\nnever closed', '|', '- ', '# ', '**', '`', 'a\r\nb'])(
  'the card %j is read to its end',
  (card) => {
    expect(Array.isArray(blocksOf(card))).toBe(true);
  },
);

test('nothing of a line is lost between its marks', () => {
  expect(inlinesOf('a **b** `c` * d')).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'strong', text: 'b' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'c' },
    { kind: 'text', text: ' ' },
    { kind: 'text', text: '*' },
    { kind: 'text', text: ' d' },
  ]);
});
