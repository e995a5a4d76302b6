import { ModelError } from '../../errors.ts';
import { MergeQueue } from './merge-queue.ts';
import type { SentencePieceModel } from './sentence-piece-model.ts';

/** How SentencePiece writes a space inside pieces (U+2581). */
export const spaceMark = '\u2581';

/**
 * Encodes text as SentencePiece's byte-pair model does: characters first, then again and again the adjacent pair whose
 * joined piece has the best score, the leftmost of equals. Characters without a piece become their UTF-8 bytes.
 */
export class BytePairEncoder {
  readonly #scores = new Map<string, number>();
  readonly #ids = new Map<string, number>();
  readonly #byteIds: readonly number[];
  readonly #unknownId: number;
  readonly #addDummyPrefix: boolean;

  constructor(model: SentencePieceModel) {
    for (const [id, piece] of model.pieces.entries()) {
      // Only normal pieces take part: "<0x41>" typed by a person must not turn into the byte piece of that name.
      if (piece.type !== 'normal') continue;
      this.#ids.set(piece.text, id);
      this.#scores.set(piece.text, piece.score);
    }
    this.#unknownId = model.pieces.findIndex((piece) => piece.type === 'unknown');
    this.#byteIds = model.byteFallback ? byteIds(model) : [];
    this.#addDummyPrefix = model.addDummyPrefix;
  }

  encode(text: string): number[] {
    if (text === '') return [];
    const marked = (this.#addDummyPrefix ? ' ' : '') + text;
    return this.#toIds(this.#merge([...marked.replaceAll(' ', spaceMark)]));
  }

  /** @param symbols  one character each; gives the merged pieces */
  #merge(symbols: string[]): string[] {
    // A doubly linked list over the symbols; a merged-away symbol becomes ''.
    const previous = symbols.map((_, index) => index - 1);
    const next = symbols.map((_, index) => (index + 1 < symbols.length ? index + 1 : -1));
    const queue = new MergeQueue();
    const offer = (left: number, right: number): void => {
      if (left < 0 || right < 0) return;
      const joined = `${symbols[left]}${symbols[right]}`;
      const score = this.#scores.get(joined);
      if (score !== undefined) queue.push({ left, right, joined, score });
    };

    for (let index = 1; index < symbols.length; index++) offer(index - 1, index);
    for (let best = queue.pop(); best !== null; best = queue.pop()) {
      const { left, right, joined } = best;
      // Stale when either half has been merged into something else since it was queued.
      if (symbols[left] === '' || symbols[right] === '' || `${symbols[left]}${symbols[right]}` !== joined)
        continue;
      symbols[left] = joined;
      symbols[right] = '';
      const after = next[right] ?? -1;
      next[left] = after;
      if (after >= 0) previous[after] = left;
      offer(previous[left] ?? -1, left);
      offer(left, after);
    }
    return symbols.filter((symbol) => symbol !== '');
  }

  #toIds(pieces: readonly string[]): number[] {
    const ids: number[] = [];
    for (const piece of pieces) {
      const id = this.#ids.get(piece);
      if (id !== undefined) ids.push(id);
      else if (this.#byteIds.length > 0)
        for (const byte of new TextEncoder().encode(piece)) ids.push(this.#byteIds[byte] ?? this.#unknownId);
      // Neighbouring unknown characters are one <unk> in SentencePiece.
      else if (ids.at(-1) !== this.#unknownId) ids.push(this.#unknownId);
    }
    return ids;
  }
}

function byteIds(model: SentencePieceModel): number[] {
  const ids = new Map(
    model.pieces.flatMap((piece, id) => (piece.type === 'byte' ? [[piece.text, id] as const] : [])),
  );
  return Array.from({ length: 256 }, (_, byte) => {
    const name = bytePieceName(byte);
    const id = ids.get(name);
    if (id === undefined)
      throw new ModelError(
        'tokenizer-invalid',
        `The tokenizer.model promises byte fallback but has no piece ${name}.`,
      );
    return id;
  });
}

/** "<0x0A>" for 10. */
function bytePieceName(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}
