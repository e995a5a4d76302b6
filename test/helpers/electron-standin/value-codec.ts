/** Turns what structured clone can carry into text and back. */
export interface ValueCodec {
  encode(value: unknown): string;
  decode(text: string): unknown;
}

type Tagged =
  | { readonly $type: 'undefined' }
  | { readonly $type: 'number' | 'bytes'; readonly text: string }
  | { readonly $type: 'date'; readonly time: number }
  | { readonly $type: 'error'; readonly message: string }
  | { readonly $type: 'map' | 'set'; readonly items: readonly unknown[] }
  | { readonly $type: 'object'; readonly entries: readonly (readonly [string, unknown])[] };

/**
 * Both sides of the stand-in's one text line, page and main process, run this same function: it is sent to
 * the page as its own source, so it may use nothing from outside itself.
 *
 * @throws DataCloneError-like Error for functions and symbols, as structured clone does
 */
export function createValueCodec(): ValueCodec {
  const toBase64 = (bytes: Uint8Array): string => {
    let text = '';
    for (let start = 0; start < bytes.length; start += 32_768) {
      text += String.fromCharCode(...bytes.subarray(start, start + 32_768));
    }
    return btoa(text);
  };
  const fromBase64 = (text: string): Uint8Array =>
    Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  const pack = (value: unknown): unknown => {
    if (value === undefined) return { $type: 'undefined' };
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new Error('An object could not be cloned.');
    if (typeof value === 'number' && !Number.isFinite(value)) return { $type: 'number', text: String(value) };
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(pack);
    if (value instanceof Date) return { $type: 'date', time: value.getTime() };
    if (value instanceof Error) return { $type: 'error', message: value.message };
    if (value instanceof Map) return { $type: 'map', items: [...value].map(pack) };
    if (value instanceof Set) return { $type: 'set', items: [...value].map(pack) };
    // Node's Buffer arrives as a plain Uint8Array, in Electron too.
    if (value instanceof Uint8Array) return { $type: 'bytes', text: toBase64(value) };
    return { $type: 'object', entries: Object.entries(value).map(([key, item]) => [key, pack(item)]) };
  };
  const unpack = (packed: unknown): unknown => {
    if (typeof packed !== 'object' || packed === null) return packed;
    if (Array.isArray(packed)) return packed.map(unpack);
    const tagged = packed as Tagged; // pack() makes objects of this shape only
    switch (tagged.$type) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(tagged.text);
      case 'date':
        return new Date(tagged.time);
      case 'error':
        return new Error(tagged.message);
      case 'map':
        return new Map(tagged.items.map(unpack) as [unknown, unknown][]);
      case 'set':
        return new Set(tagged.items.map(unpack));
      case 'bytes':
        return fromBase64(tagged.text);
      case 'object':
        return Object.fromEntries(tagged.entries.map(([key, item]) => [key, unpack(item)]));
    }
  };
  return {
    encode: (value) => JSON.stringify(pack(value)),
    decode: (text) => unpack(JSON.parse(text)),
  };
}
