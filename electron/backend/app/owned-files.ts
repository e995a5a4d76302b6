/** Files that another part of the app has open and locked, by what the system calls them. */
const owned = new Set<string>();

export interface FileKey {
  readonly dev: number | bigint;
  readonly ino: number | bigint;
}

/**
 * Says that a file is nobody else's to open in this process: on POSIX whoever closes it gives up the locks of all. @returns what lets it go
 */
export function ownFile(file: FileKey): () => void {
  owned.add(keyOf(file));
  return () => void owned.delete(keyOf(file));
}

export function isOwnedFile(file: FileKey): boolean {
  return owned.has(keyOf(file));
}

const keyOf = ({ dev, ino }: FileKey): string => `${dev}:${ino}`;
