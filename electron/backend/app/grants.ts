import type { Grants } from '../host.ts';

/** A page that drops a thousand files a day for a year is still served; then the oldest are asked for again. */
const mostGrants = 200_000;

export function createGrants(): Grants {
  // A Set keeps the order of insertion: its first is the oldest.
  const paths = new Set<string>();
  return {
    add(path) {
      paths.delete(path);
      paths.add(path);
      const [oldest] = paths;
      if (paths.size > mostGrants && oldest !== undefined) paths.delete(oldest);
    },
    all: () => paths,
  };
}
