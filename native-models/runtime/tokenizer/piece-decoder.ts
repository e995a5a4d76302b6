import { spaceMark } from './byte-pair-encoder.ts';
import type { SentencePieceModel } from './sentence-piece-model.ts';
import { decodeUtf8 } from './utf8.ts';

/** Turns ordinary pieces back into text as SentencePiece's Decode does. */
export class PieceDecoder {
  readonly #pieces: SentencePieceModel['pieces'];
  readonly #stripsFirstSpace: boolean;

  constructor(model: SentencePieceModel) {
    this.#pieces = model.pieces;
    this.#stripsFirstSpace = model.addDummyPrefix;
  }

  /** The byte a byte piece stands for, or null for any other piece. */
  byteOf(id: number): number | null {
    const piece = this.#pieces[id];
    return piece?.type === 'byte' ? Number.parseInt(piece.text.slice(3, 5), 16) : null;
  }

  /** Text of one piece with its spaces, nothing stripped. Control pieces are silent. */
  textOf(id: number): string {
    const piece = this.#pieces[id];
    if (piece === undefined || piece.type === 'control') return '';
    // SentencePiece prints an unknown piece as " \u2047 ".
    if (piece.type === 'unknown') return ' \u2047 ';
    return piece.text.replaceAll(spaceMark, ' ');
  }

  decode(ids: readonly number[]): string {
    let text = '';
    let bytes: number[] = [];
    let atStart = true;
    for (const id of ids) {
      const byte = this.byteOf(id);
      if (byte !== null) {
        bytes.push(byte);
        continue;
      }
      text += decodeUtf8(bytes);
      const piece = this.textOf(id);
      const isFirst = atStart && bytes.length === 0;
      // The dummy prefix goes once: a second leading space was in the text itself.
      text += isFirst && this.#stripsFirstSpace && piece.startsWith(' ') ? piece.slice(1) : piece;
      if (piece !== '' || bytes.length > 0) atStart = false;
      bytes = [];
    }
    return text + decodeUtf8(bytes);
  }
}
