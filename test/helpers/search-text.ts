import type { Pattern, Query, Range, Term } from '../../electron/common/search/query.ts';

/** The search as a person could have typed it: parsed again it is the same query. */
export function searchText(query: Query): string {
  return query.map((term) => (term.negated ? '-' : '') + termText(term)).join(' ');
}

function termText(term: Term): string {
  switch (term.kind) {
    case 'anywhere':
      return patternText(term.pattern);
    case 'words':
      return `${term.field}:${term.patterns.map(patternText).join(',')}`;
    case 'number':
      return `${term.field}:${term.ranges.map(rangeText).join(',')}`;
    case 'choice':
      return `${term.field}:${term.values.join(',')}`;
    case 'attribute':
      return `${patternText({ text: term.name, quoted: !/^[\w-]+$/u.test(term.name) })}=${term.patterns.map(patternText).join(',')}`;
  }
}

function patternText({ text, quoted }: Pattern): string {
  return quoted ? `"${text.replaceAll(/["\\]/gu, '\\$&')}"` : text;
}

function rangeText(range: Range): string {
  if (range === 'none') return range;
  const { from, to, isFromOpen, isToOpen } = range;
  if (to === Infinity) return `${isFromOpen ? '>' : '>='}${from}`;
  if (from === -Infinity) return `${isToOpen ? '<' : '<='}${to}`;
  return from === to ? `${from}` : `${from}..${to}`;
}
