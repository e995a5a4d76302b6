import { ModelError } from '../../errors.ts';

/** One field of a protobuf message, read as what the schema says it is. */
export interface ProtobufField {
  readonly number: number;
  integer(): number;
  float32(): number;
  bytes(): Uint8Array;
  text(): string;
}

const wireVarint = 0;
const wire64 = 1;
const wireBytes = 2;
const wire32 = 5;

/**
 * Yields the fields of one message in file order. Only what sentencepiece_model.proto uses; groups do not occur there.
 *
 * @throws ModelError 'tokenizer-invalid' when a field runs past the end or has an impossible type
 */
export function* readFields(message: Uint8Array): Generator<ProtobufField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let offset = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      if (offset >= message.length) throw damaged();
      const byte = message[offset++] ?? 0;
      // Negative int32 values take ten bytes; nothing we read is negative, and 2^53 keeps the rest exact.
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw damaged();
  };
  const take = (length: number): number => {
    const start = offset;
    if (length > message.length - start) throw damaged();
    offset += length;
    return start;
  };

  while (offset < message.length) {
    const key = readVarint();
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === wireVarint) {
      const value = readVarint();
      yield field(number, { integer: () => value });
    } else if (wire === wireBytes) {
      const length = readVarint();
      const start = take(length);
      const bytes = message.subarray(start, start + length);
      yield field(number, { bytes: () => bytes, text: () => new TextDecoder().decode(bytes) });
    } else if (wire === wire32) {
      const start = take(4);
      yield field(number, { float32: () => view.getFloat32(start, true) });
    } else if (wire === wire64) {
      take(8);
    } else {
      throw damaged();
    }
  }
}

function field(number: number, readers: Partial<Omit<ProtobufField, 'number'>>): ProtobufField {
  const wrongType = (): never => {
    throw damaged();
  };
  return { number, integer: wrongType, float32: wrongType, bytes: wrongType, text: wrongType, ...readers };
}

function damaged(): ModelError {
  return new ModelError('tokenizer-invalid', 'The tokenizer.model is damaged: a field runs past its end.');
}
