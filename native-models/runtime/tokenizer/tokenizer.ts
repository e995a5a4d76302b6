import path from 'node:path';
import { z } from 'zod';
import { ModelError } from '../../errors.ts';
import { readSmallFile } from '../../regular-file.ts';
import { BytePairEncoder } from './byte-pair-encoder.ts';
import { PieceDecoder } from './piece-decoder.ts';
import { parseSentencePieceModel } from './sentence-piece-model.ts';
import type { SentencePieceModel } from './sentence-piece-model.ts';
import { stripEnd, stripStart } from './white-space.ts';

const addedTokensSchema = z.record(z.string().min(1), z.int().min(0));

type Segment = { readonly text: string } | { readonly id: number; readonly eatsSpaces: boolean };

/**
 * The slow LLaMA tokenizer of transformers 4.31 (legacy), which the reference uses: added tokens are cut out first and eat the white space
 * around them; each remaining stretch of text is encoded on its own, with its own dummy prefix.
 *
 * Source: native-models/pixellm/REFERENCE.md section 4
 */
export class Tokenizer {
  readonly pieces: SentencePieceModel['pieces'];
  readonly decoder: PieceDecoder;
  readonly #encoder: BytePairEncoder;
  readonly #addedIds: ReadonlyMap<string, number>;
  readonly #addedTexts: ReadonlyMap<number, string>;
  readonly #specialIds: ReadonlyMap<string, number>;
  readonly #splitPattern: RegExp;

  constructor(model: SentencePieceModel, added: Readonly<Record<string, number>>) {
    this.pieces = model.pieces;
    this.#encoder = new BytePairEncoder(model);
    this.decoder = new PieceDecoder(model);
    this.#addedIds = new Map(Object.entries(added));
    this.#addedTexts = new Map(Object.entries(added).map(([text, id]) => [id, text]));
    this.#specialIds = new Map(
      model.pieces.flatMap((piece, id) =>
        piece.type === 'control' || piece.type === 'unknown' ? [[piece.text, id] as const] : [],
      ),
    );
    // Longest first: an alternation takes the first branch that fits, and the reference's trie takes the longest.
    const texts = [...this.#specialIds.keys(), ...this.#addedIds.keys()].sort((a, b) => b.length - a.length);
    this.#splitPattern = new RegExp(`(${texts.map(escapePattern).join('|')})`, 'u');
  }

  /** Ids of `text`, without a beginning-of-sequence token. */
  encode(text: string): number[] {
    const segments = this.#split(text);
    return segments.flatMap((segment, index) => {
      if ('id' in segment) return [segment.id];
      const before = segments[index - 1];
      const after = segments[index + 1];
      let kept = segment.text;
      if (before && 'id' in before && before.eatsSpaces) kept = stripStart(kept);
      if (after && 'id' in after && after.eatsSpaces) kept = stripEnd(kept);
      return this.#encoder.encode(kept);
    });
  }

  /**
   * The text of `ids` as the reference prints it: stretches of ordinary tokens and added tokens joined by one space each.
   * Special tokens (<s>, </s>, <unk>) stand inside their stretch.
   */
  decode(ids: readonly number[]): string {
    const parts: string[] = [];
    let stretch: number[] = [];
    const flush = (): void => {
      if (stretch.length > 0) parts.push(this.#decodeStretch(stretch));
      stretch = [];
    };
    for (const id of ids) {
      const added = this.#addedTexts.get(id);
      if (added === undefined) {
        stretch.push(id);
      } else {
        flush();
        parts.push(added);
      }
    }
    flush();
    return parts.join(' ');
  }

  /** The literal text of an added token, or null for any other id. */
  addedText(id: number): string | null {
    return this.#addedTexts.get(id) ?? null;
  }

  isSpecial(id: number): boolean {
    const type = this.pieces[id]?.type;
    return type === 'control' || type === 'unknown';
  }

  #split(text: string): Segment[] {
    // With one capturing group, split() alternates text and separators.
    return text.split(this.#splitPattern).flatMap((part): Segment[] => {
      const special = this.#specialIds.get(part);
      if (special !== undefined) return [{ id: special, eatsSpaces: false }];
      const added = this.#addedIds.get(part);
      if (added !== undefined) return [{ id: added, eatsSpaces: true }];
      return part === '' ? [] : [{ text: part }];
    });
  }

  #decodeStretch(ids: readonly number[]): string {
    let text = '';
    let ordinary: number[] = [];
    let previousIsSpecial = false;
    for (const [index, id] of ids.entries()) {
      if (!this.isSpecial(id)) {
        ordinary.push(id);
        previousIsSpecial = false;
        continue;
      }
      // Quirk of 4.31: the space goes before the ordinary text that leads up to the special token.
      if (!previousIsSpecial && index > 0) text += ' ';
      text += this.decoder.decode(ordinary) + (this.pieces[id]?.text ?? '');
      ordinary = [];
      previousIsSpecial = true;
    }
    return text + this.decoder.decode(ordinary);
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/**
 * @param folder  a model folder
 * @param files   names inside it: the SentencePiece file and added_tokens.json
 * @throws ModelError 'tokenizer-invalid' when either is missing or damaged
 */
export async function loadTokenizer(
  folder: string,
  files: { readonly model: string; readonly addedTokens: string },
): Promise<Tokenizer> {
  const [bytes, added] = await Promise.all([
    readPart(folder, files.model),
    readPart(folder, files.addedTokens),
  ]);
  return new Tokenizer(parseSentencePieceModel(bytes), parseAddedTokens(added, files.addedTokens));
}

/** LLaMA's has half a megabyte. */
const largestPart = 32 * 2 ** 20;

function readPart(folder: string, file: string): Promise<Uint8Array> {
  return readSmallFile(path.join(folder, file), { mostBytes: largestPart, code: 'tokenizer-invalid' });
}

function parseAddedTokens(bytes: Uint8Array, file: string): Record<string, number> {
  try {
    return addedTokensSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new ModelError(
      'tokenizer-invalid',
      `${file} is not a list of tokens and their numbers.`,
      { file },
      cause,
    );
  }
}
