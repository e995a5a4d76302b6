import { ModelError } from '../../errors.ts';
import { readFields } from './protobuf.ts';

/** What a piece of the vocabulary is, in SentencePiece's own numbering. */
const pieceTypes = {
  1: 'normal',
  2: 'unknown',
  3: 'control',
  4: 'user-defined',
  5: 'unused',
  6: 'byte',
} as const;
export type PieceType = (typeof pieceTypes)[keyof typeof pieceTypes];

export interface Piece {
  readonly text: string;
  readonly score: number;
  readonly type: PieceType;
}

/** The part of a tokenizer.model that byte-pair encoding needs. The id of a piece is its index. */
export interface SentencePieceModel {
  readonly pieces: readonly Piece[];
  readonly addDummyPrefix: boolean;
  readonly byteFallback: boolean;
}

interface Trainer {
  readonly isBpe: boolean;
  readonly byteFallback: boolean;
  readonly whiteSpaceAsSuffix: boolean;
}

interface Normalizer {
  readonly hasCharacterMap: boolean;
  readonly addDummyPrefix: boolean;
  readonly removeExtraSpaces: boolean;
  readonly escapeSpaces: boolean;
}

/**
 * Reads a SentencePiece file of the kind LLaMA uses: byte-pair encoding without a normalisation table.
 *
 * @param bytes  the whole tokenizer.model
 * @throws ModelError 'tokenizer-invalid' when it is damaged, or of a kind this tokenizer would encode differently from SentencePiece
 * Source: sentencepiece_model.proto (ModelProto, TrainerSpec, NormalizerSpec)
 */
export function parseSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  const pieces: Piece[] = [];
  let trainer: Trainer | null = null;
  let normalizer: Normalizer | null = null;
  for (const field of readFields(bytes)) {
    if (field.number === 1) pieces.push(parsePiece(field.bytes()));
    else if (field.number === 2) trainer = parseTrainer(field.bytes());
    else if (field.number === 3) normalizer = parseNormalizer(field.bytes());
  }
  if (pieces.length === 0 || trainer === null || normalizer === null)
    throw invalid('it has no vocabulary or no settings');
  refuseUnsupported(pieces, trainer, normalizer);
  return { pieces, addDummyPrefix: normalizer.addDummyPrefix, byteFallback: trainer.byteFallback };
}

function parsePiece(bytes: Uint8Array): Piece {
  let text = '';
  let score = 0;
  let type: PieceType = 'normal';
  for (const field of readFields(bytes)) {
    if (field.number === 1) text = field.text();
    else if (field.number === 2) score = field.float32();
    else if (field.number === 3) type = pieceType(field.integer());
  }
  return { text, score, type };
}

function pieceType(value: number): PieceType {
  const type = (pieceTypes as Readonly<Record<number, PieceType>>)[value];
  if (type === undefined) throw invalid(`it holds a piece of unknown type ${value}`);
  return type;
}

function parseTrainer(bytes: Uint8Array): Trainer {
  const modelTypeBpe = 2;
  let isBpe = false;
  let byteFallback = false;
  let whiteSpaceAsSuffix = false;
  for (const field of readFields(bytes)) {
    if (field.number === 3) isBpe = field.integer() === modelTypeBpe;
    else if (field.number === 24) whiteSpaceAsSuffix = field.integer() !== 0;
    else if (field.number === 35) byteFallback = field.integer() !== 0;
  }
  return { isBpe, byteFallback, whiteSpaceAsSuffix };
}

function parseNormalizer(bytes: Uint8Array): Normalizer {
  // The proto's defaults: all three are on when the field is absent.
  let hasCharacterMap = false;
  let addDummyPrefix = true;
  let removeExtraSpaces = true;
  let escapeSpaces = true;
  for (const field of readFields(bytes)) {
    if (field.number === 2) hasCharacterMap = field.bytes().length > 0;
    else if (field.number === 3) addDummyPrefix = field.integer() !== 0;
    else if (field.number === 4) removeExtraSpaces = field.integer() !== 0;
    else if (field.number === 5) escapeSpaces = field.integer() !== 0;
  }
  return { hasCharacterMap, addDummyPrefix, removeExtraSpaces, escapeSpaces };
}

/** Encoding such a model anyway would give other ids than SentencePiece, silently: refuse instead. */
function refuseUnsupported(pieces: readonly Piece[], trainer: Trainer, normalizer: Normalizer): void {
  if (!trainer.isBpe) throw invalid('it is not a byte-pair model (LLaMA tokenizers are)');
  if (trainer.whiteSpaceAsSuffix) throw invalid('it marks spaces at the end of words');
  if (normalizer.hasCharacterMap)
    throw invalid('it rewrites characters before encoding, which is not supported');
  if (normalizer.removeExtraSpaces || !normalizer.escapeSpaces)
    throw invalid('its white-space rules differ from LLaMA’s');
  const odd = pieces.find((piece) => piece.type === 'user-defined' || piece.type === 'unused');
  if (odd) throw invalid(`it has a ${odd.type} piece (${JSON.stringify(odd.text)}), which is not supported`);
}

function invalid(why: string): ModelError {
  return new ModelError('tokenizer-invalid', `The tokenizer.model cannot be used: ${why}.`, { why });
}
