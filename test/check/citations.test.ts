import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { citationsIn, citedFile, sectionsOf } from './citations.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Of git where there is one (untracked files are not cited by anything that lands), else nothing to check against. */
function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
    .toString()
    .split('\0')
    .filter((file) => file && existsSync(join(root, file)));
}

test.skipIf(!existsSync(join(root, '.git')))(
  'every file that a comment or a page cites is in the repository',
  () => {
    const files = trackedFiles();
    const readable = files.filter((file) => /\.(?:md|tsx?|mjs|css|py|toml|yml)$/u.test(file));
    const astray = readable.flatMap((from) =>
      citationsIn(from, readFileSync(join(root, from), 'utf8')).flatMap((citation) => {
        const where = `${from}:${citation.line} cites ${citation.path}`;
        const file = citedFile(citation, files);
        if (!file) return [where];
        if (citation.section === null) return [];
        return sectionsOf(readFileSync(join(root, file), 'utf8')).has(citation.section)
          ? []
          : [`${where} section ${citation.section}`];
      }),
    );
    expect(astray).toEqual([]);
  },
);

test('a citation is found in a comment and in a page, not in code or in a fence', () => {
  expect(citationsIn('a/b.ts', "import './gone.ts';\n// see ../c/PAGE.md section 4, and d.ts\n")).toEqual([
    { from: 'a/b.ts', line: 2, path: '../c/PAGE.md', section: '4' },
    { from: 'a/b.ts', line: 2, path: 'd.ts', section: null },
  ]);
  expect(citationsIn('a/README.md', '`x.ts` stands here\n```\ny.ts\n```\n')).toEqual([
    { from: 'a/README.md', line: 1, path: 'x.ts', section: null },
  ]);
});

test('a citation leads from the root, from the citing file, or to the end of a path', () => {
  const files = ['a/README.md', 'a/one.ts', 'b/deep/two.ts', 'c/tests/three-calls.ts'];
  const from = 'a/README.md';
  const found = (path: string) => citedFile({ from, line: 1, path, section: null }, files);
  expect(['a/one.ts', 'one.ts', '../b/deep/two.ts', 'deep/two.ts', '*-calls.ts'].map(found)).toEqual([
    'a/one.ts',
    'a/one.ts',
    'b/deep/two.ts',
    'b/deep/two.ts',
    'c/tests/three-calls.ts',
  ]);
  expect(['two/gone.ts', 'wo.ts', 'a/two.ts'].map(found)).toEqual([null, null, null]);
});

test('numbered headings are sections', () => {
  expect([...sectionsOf('# Title\n## 1. One\ntext\n## 12. Twelve\n## Not numbered\n')]).toEqual(['1', '12']);
});
