/**
 * The message with every Uint8Array that is a window on a larger buffer copied out of it. Structured
 * clone copies the whole buffer behind a view: a 10-byte Buffer of Node drags its 8 KiB pool along, and
 * a crop of a decoded image the whole image.
 */
export function compactBytes(message: unknown): unknown {
  if (message instanceof Uint8Array) {
    return message.byteLength === message.buffer.byteLength ? message : new Uint8Array(message);
  }
  if (Array.isArray(message)) return replaceChanged(message, message.map(compactBytes));
  if (typeof message !== 'object' || message === null) return message;
  const values = Object.values(message);
  const compacted = values.map(compactBytes);
  if (compacted.every((value, index) => value === values[index])) return message;
  return Object.fromEntries(Object.keys(message).map((key, index) => [key, compacted[index]]));
}

/** Keeps the original where nothing changed, so that plain messages are not rebuilt. */
function replaceChanged(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((value, index) => value === before[index]) ? before : after;
}
