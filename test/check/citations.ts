import { posix } from 'node:path';

/** A place in this repository that a comment or a README sends its reader to. */
export interface Citation {
  readonly from: string;
  readonly line: number;
  /** As written: from the repository's root, from the citing file, or the end of one file's path. */
  readonly path: string;
  /** Heading `## N` that is meant; null for the whole file. */
  readonly section: string | null;
}

// Endings of our own sources and pages. Others (`config.json`, `matcher.py`) are mostly files of checkpoints and of other projects.
const ownFile =
  /(?<![\w/@.:*{}>-])((?:\.{1,2}\/)*[\w@*-][\w@.*/-]*\.(?:md|tsx?|mts|mjs|css|toml|spec|sql))(?![\w/*-])(?:`?,? section (\d+))?/gu;
const slashComment = /(?:^|\s)(?:\/\/|\/\*)|^\s*\*/u;
const hashComment = /(?:^|\s)#\s|^\s*"""/u;

/** What `text`, the content of `from`, cites; of sources only their comments are read, of Markdown everything outside code fences. */
export function citationsIn(from: string, text: string): Citation[] {
  const isPage = from.endsWith('.md');
  const comment = /\.(?:py|toml|ya?ml)$/u.test(from) ? hashComment : slashComment;
  let inFence = false;
  return text.split('\n').flatMap((line, index) => {
    if (isPage && line.startsWith('```')) inFence = !inFence;
    if (isPage ? inFence : !comment.test(line)) return [];
    const words = isPage ? line : line.slice(line.search(comment));
    return [...words.matchAll(ownFile)].map((match) => ({
      from,
      line: index + 1,
      path: match[1] ?? '',
      section: match[2] ?? null,
    }));
  });
}

/** The file of `files` (paths from the root) that a citation means; null if none. `*` stands for any part of a name. */
export function citedFile({ from, path }: Citation, files: readonly string[]): string | null {
  const places = [posix.normalize(path), posix.normalize(posix.join(posix.dirname(from), path))];
  const exact = files.find((file) => places.includes(file));
  if (exact) return exact;
  const pattern = path
    .replace(/^(?:\.{1,2}\/)+/u, '')
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/gu, String.raw`\$&`))
    .join('[^/]*');
  const end = new RegExp(`(?:^|/)${pattern}$`, 'u');
  return files.find((file) => end.test(file)) ?? null;
}

/** Headings of a page that carry a number: `## 4. The cache` is section 4. */
export function sectionsOf(page: string): ReadonlySet<string> {
  return new Set([...page.matchAll(/^#+ (\d+)\. /gmu)].map((match) => match[1] ?? ''));
}
