/** The part of Markdown that model cards use, as data. Everything else stays as it is written. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] };

export type Inline = { readonly kind: 'text' | 'strong' | 'code'; readonly text: string };

export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.replace(/\r\n?/gu, '\n').split('\n');
  let at = 0;
  while (at < lines.length) {
    const [block, next] = blockAt(lines, at);
    if (block !== null) blocks.push(block);
    at = next;
  }
  return blocks;
}

function blockAt(lines: readonly string[], at: number): readonly [Block | null, number] {
  const line = lines[at] ?? '';
  if (line.trim() === '') return [null, at + 1];
  if (line.startsWith('```')) {
    const closing = lines.findIndex((other, index) => index > at && other.startsWith('```'));
    const end = closing < 0 ? lines.length : closing;
    return [{ kind: 'code', text: lines.slice(at + 1, end).join('\n') }, end + 1];
  }
  const heading = /^#{1,6}\s+(.*)$/u.exec(line)?.[1];
  if (heading !== undefined) return [{ kind: 'heading', text: heading }, at + 1];
  if (isItem(line)) {
    const end = endOf(lines, at, (other) => isItem(other) || /^\s{2,}\S/u.test(other));
    return [{ kind: 'list', items: itemsOf(lines.slice(at, end)) }, end];
  }
  if (line.trim().startsWith('|')) {
    const end = endOf(lines, at, (other) => other.trim().startsWith('|'));
    return [{ kind: 'table', rows: rowsOf(lines.slice(at, end)) }, end];
  }
  const end = endOf(
    lines,
    at,
    (other) => other.trim() !== '' && !isItem(other) && !/^(#|```|\|)/u.test(other),
  );
  return [
    {
      kind: 'paragraph',
      text: lines
        .slice(at, end)
        .map((other) => other.trim())
        .join(' '),
    },
    end,
  ];
}

export function inlinesOf(text: string): readonly Inline[] {
  return [...text.matchAll(/\*\*(?<strong>[^*]+)\*\*|`(?<code>[^`]+)`|(?<text>[^*`]+|[*`])/gu)].map(
    ({ groups }) => {
      if (groups?.['strong'] !== undefined) return { kind: 'strong', text: groups['strong'] };
      if (groups?.['code'] !== undefined) return { kind: 'code', text: groups['code'] };
      return { kind: 'text', text: groups?.['text'] ?? '' };
    },
  );
}

function isItem(line: string): boolean {
  return /^\s*([-*]|\d+\.)\s+/u.test(line);
}

function itemsOf(lines: readonly string[]): readonly string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (isItem(line)) items.push(line.replace(/^\s*([-*]|\d+\.)\s+/u, ''));
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return items;
}

function rowsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const rows = lines.map((line) =>
    line
      .trim()
      .replace(/^\||\|$/gu, '')
      .split('|')
      .map((cell) => cell.trim()),
  );
  return rows.filter((cells) => !cells.every((cell) => /^:?-+:?$/u.test(cell)));
}

function endOf(lines: readonly string[], at: number, belongs: (line: string) => boolean): number {
  let end = at + 1;
  while (end < lines.length && belongs(lines[end] ?? '')) end += 1;
  return end;
}
