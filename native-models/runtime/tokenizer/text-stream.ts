import type { Tokenizer } from './tokenizer.ts';
import { decodeUtf8, expectedLength } from './utf8.ts';

// What may stand right behind a target's phrase without a space: "the knife, and", not "the knife , and".
const closing = /^[,.;:!?)\]}%'’”»…。，、！？；：]/u;

/**
 * Turns an answer's tokens into text to append, as they come. A character spread over several byte tokens appears once it is complete.
 * Tokens of the codebook are not given to it; `interrupt` tells it where they stood.
 */
export class TextStream {
  readonly #tokenizer: Tokenizer;
  #bytes: number[] = [];
  #isStart = true;
  /** After a target: the next piece's space is the tokenizer's dummy prefix, which may or may not have been a space. */
  #isAfterTarget = false;
  #owedSpace = false;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** Text that this token completes, often ''. */
  push(id: number): string {
    const byte = this.#tokenizer.decoder.byteOf(id);
    if (byte !== null) {
      this.#bytes.push(byte);
      return this.#place(this.#takeCompleteBytes());
    }
    const pending = this.#place(this.#takeBytes());
    return pending + this.#place(this.#tokenizer.addedText(id) ?? this.#tokenizer.decoder.textOf(id));
  }

  /** Says that codebook tokens stand here. Returns text that was waiting for more. */
  interrupt(): string {
    const pending = this.#place(this.#takeBytes());
    this.#isAfterTarget = true;
    this.#owedSpace = false;
    this.#isStart = false;
    return pending;
  }

  /** The answer is over. Returns what was still waiting. */
  end(): string {
    return this.#place(this.#takeBytes());
  }

  #place(text: string): string {
    if (text === '') return '';
    let placed = text;
    if (this.#isStart || this.#isAfterTarget) {
      this.#owedSpace = this.#isAfterTarget && placed.startsWith(' ');
      if (placed.startsWith(' ')) placed = placed.slice(1);
      this.#isStart = false;
      this.#isAfterTarget = false;
    }
    if (placed === '' || !this.#owedSpace) return placed;
    this.#owedSpace = false;
    return closing.test(placed) ? placed : ` ${placed}`;
  }

  #takeCompleteBytes(): string {
    const length = expectedLength(this.#bytes[0] ?? 0);
    return this.#bytes.length >= length ? this.#takeBytes() : '';
  }

  #takeBytes(): string {
    const bytes = this.#bytes;
    this.#bytes = [];
    return decodeUtf8(bytes);
  }
}
