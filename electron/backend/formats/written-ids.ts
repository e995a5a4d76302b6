/**
 * Ids of an imported file, compared as they are written: 64-bit numbers to the last digit, texts as texts. A number and the same digits
 * in quotes mean one thing where nothing else fits (VIA writes `"1"` for 1).
 */
export type WrittenId = string;

/** The id as written, its kind in front; null for what is none (nothing, a list, a fraction). */
export function idOf(value: unknown): WrittenId | null {
  if (typeof value === 'bigint') return `#${value}`;
  if (typeof value === 'number') return Number.isInteger(value) ? `#${value}` : null;
  return typeof value === 'string' && value.trim() !== '' ? `"${value.trim()}` : null;
}

/** As a person reads it. */
export function shownId(id: WrittenId): string {
  return id.slice(1);
}

/** Which ids were seen: a million of them, most of which are small numbers, which a set holds without a text. */
export class SeenIds {
  readonly #numbers = new Set<number>();
  readonly #texts = new Set<WrittenId>();

  has(id: WrittenId): boolean {
    const number = smallNumberOf(id);
    return number === null ? this.#texts.has(id) : this.#numbers.has(number);
  }

  add(id: WrittenId): void {
    const number = smallNumberOf(id);
    if (number === null) this.#texts.add(id);
    else this.#numbers.add(number);
  }
}

/** Null for a text, and for a number that is not as small or not written as it would be. */
function smallNumberOf(id: WrittenId): number | null {
  if (!id.startsWith('#') || id.length > 10) return null;
  const number = Number(id.slice(1));
  return `#${number}` === id ? number : null;
}

/** Values by id. */
export class ById<Value> {
  readonly #exact = new Map<WrittenId, Value>();
  /** By the characters alone. */
  readonly #loose = new Map<string, WrittenId>();

  /** @returns false when the id is taken; then nothing is changed */
  add(id: WrittenId, value: Value): boolean {
    if (this.#exact.has(id)) return false;
    this.#exact.set(id, value);
    if (!this.#loose.has(id.slice(1))) this.#loose.set(id.slice(1), id);
    return true;
  }

  has(id: WrittenId): boolean {
    return this.#exact.has(id);
  }

  /** `isLoose`: found although one is a number and the other a text. */
  get(id: WrittenId | null): { readonly value: Value; readonly isLoose: boolean } | null {
    if (id === null) return null;
    const same = this.#exact.has(id) ? id : this.#loose.get(id.slice(1));
    if (same === undefined) return null;
    // Holds because the loose map names keys of the exact one only.
    return { value: this.#exact.get(same) as Value, isLoose: same !== id };
  }

  get size(): number {
    return this.#exact.size;
  }

  entries(): IterableIterator<[WrittenId, Value]> {
    return this.#exact.entries();
  }

  values(): IterableIterator<Value> {
    return this.#exact.values();
  }
}
