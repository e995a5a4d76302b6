import { open, type FileHandle } from 'node:fs/promises';
import { seededRandom } from '../../helpers/seeded-random.ts';
import type { CheckpointShape } from './shapes.ts';

// GGUF, version 3: all numbers little-endian; strings and lists begin with their length as u64; tensor data begins at, and every tensor's
// offset is, a multiple of 32.
const magic = 'GGUF';
const version = 3;
const alignment = 32;
const valueTypes = { u32: 4, i32: 5, f32: 6, text: 8, list: 9 } as const;
const tensorTypes = { f32: 0, q4: 2 } as const;
/** Q4_0: 32 weights of 4 bits and their scale as a half. */
const block = { weights: 32, bytes: 18 } as const;
/** What the loader calls each piece of the vocabulary: ordinary, unknown, control, byte. */
const pieceTypes = { ordinary: 1, unknown: 2, control: 3, byte: 6 } as const;

interface GgufTensor {
  readonly name: string;
  /** Fastest axis first, as the format has it. */
  readonly shape: readonly number[];
  readonly type: keyof typeof tensorTypes;
}

/**
 * Writes a llama.cpp model of random Q4_0 weights with a bench shape's language model.
 *
 * @returns how many pieces its vocabulary has: a multiple of 8 at most the shape's, as llama.cpp's fast kernels want it
 */
export async function writeRandomGguf(file: string, shape: CheckpointShape): Promise<number> {
  const vocabulary = Math.floor(shape.language.vocabulary / 8) * 8;
  const tensors = tensorsOf({ ...shape.language, vocabulary });
  const handle = await open(file, 'w');
  try {
    const header = new GgufHeader();
    header.begin(tensors, metadataOf({ ...shape.language, vocabulary }));
    await handle.write(header.bytes());
    await writeTensors(handle, tensors);
  } finally {
    await handle.close();
  }
  return vocabulary;
}

type Language = CheckpointShape['language'];

function tensorsOf({ hidden, layers, intermediate, vocabulary }: Language): GgufTensor[] {
  const norm = (name: string): GgufTensor => ({ name: `${name}.weight`, shape: [hidden], type: 'f32' });
  const matrix = (name: string, inputs: number, outputs: number): GgufTensor => {
    if (inputs % block.weights !== 0)
      throw new Error(
        `Rows of ${inputs} weights are no whole blocks of ${block.weights}: take a larger shape.`,
      );
    return { name: `${name}.weight`, shape: [inputs, outputs], type: 'q4' };
  };
  const layer = (index: number): GgufTensor[] => [
    norm(`blk.${index}.attn_norm`),
    ...['q', 'k', 'v', 'output'].map((name) => matrix(`blk.${index}.attn_${name}`, hidden, hidden)),
    norm(`blk.${index}.ffn_norm`),
    ...['gate', 'up'].map((name) => matrix(`blk.${index}.ffn_${name}`, hidden, intermediate)),
    matrix(`blk.${index}.ffn_down`, intermediate, hidden),
  ];
  return [
    matrix('token_embd', hidden, vocabulary),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    norm('output_norm'),
    matrix('output', hidden, vocabulary),
  ];
}

type MetadataValue =
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'list'; readonly of: 'i32' | 'f32'; readonly values: readonly number[] }
  | { readonly type: 'list'; readonly of: 'text'; readonly values: readonly string[] };

function metadataOf({
  hidden,
  layers,
  heads,
  intermediate,
  vocabulary,
}: Language): [string, MetadataValue][] {
  const whole = (value: number): MetadataValue => ({ type: 'u32', value });
  const text = (value: string): MetadataValue => ({ type: 'text', value });
  const pieces = Array.from({ length: vocabulary }, (_, index) => pieceOf(index));
  return [
    ['general.architecture', text('llama')],
    ['general.name', text('random weights')],
    ['general.alignment', whole(alignment)],
    ['llama.vocab_size', whole(vocabulary)],
    ['llama.context_length', whole(2048)],
    ['llama.embedding_length', whole(hidden)],
    ['llama.block_count', whole(layers)],
    ['llama.feed_forward_length', whole(intermediate)],
    ['llama.attention.head_count', whole(heads)],
    ['llama.attention.head_count_kv', whole(heads)],
    ['llama.rope.dimension_count', whole(hidden / heads)],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'f32', value: 1e-6 }],
    ['tokenizer.ggml.model', text('llama')],
    ['tokenizer.ggml.tokens', { type: 'list', of: 'text', values: pieces.map((piece) => piece.text) }],
    ['tokenizer.ggml.scores', { type: 'list', of: 'f32', values: pieces.map((_, index) => -index) }],
    ['tokenizer.ggml.token_type', { type: 'list', of: 'i32', values: pieces.map((piece) => piece.type) }],
    ['tokenizer.ggml.bos_token_id', whole(1)],
    ['tokenizer.ggml.eos_token_id', whole(2)],
    ['tokenizer.ggml.unknown_token_id', whole(0)],
  ];
}

/** Three control pieces, the 256 bytes, then words. */
function pieceOf(index: number): { text: string; type: number } {
  if (index === 0) return { text: '<unk>', type: pieceTypes.unknown };
  if (index < 3) return { text: index === 1 ? '<s>' : '</s>', type: pieceTypes.control };
  const byte = index - 3;
  if (byte < 256)
    return { text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, type: pieceTypes.byte };
  return { text: `▁word${index}`, type: pieceTypes.ordinary };
}

/** The part before the tensors' data. */
class GgufHeader {
  readonly #parts: Uint8Array[] = [];

  begin(tensors: readonly GgufTensor[], metadata: readonly [string, MetadataValue][]): void {
    this.#parts.push(new TextEncoder().encode(magic));
    this.#u32(version);
    this.#u64(tensors.length);
    this.#u64(metadata.length);
    for (const [key, value] of metadata) {
      this.#text(key);
      this.#u32(valueTypes[value.type]);
      this.#value(value);
    }
    let offset = 0;
    for (const tensor of tensors) {
      this.#text(tensor.name);
      this.#u32(tensor.shape.length);
      for (const size of tensor.shape) this.#u64(size);
      this.#u32(tensorTypes[tensor.type]);
      this.#u64(offset);
      offset += paddedBytes(tensor);
    }
  }

  /** Filled up to the place where data begins. */
  bytes(): Uint8Array {
    const joined = Buffer.concat(this.#parts);
    return Buffer.concat([joined, Buffer.alloc(toAlignment(joined.length) - joined.length)]);
  }

  #value(value: MetadataValue): void {
    if (value.type === 'list') {
      this.#u32(valueTypes[value.of]);
      this.#u64(value.values.length);
      for (const one of value.values) this.#single(value.of, one);
    } else this.#single(value.type, value.value);
  }

  #single(type: 'u32' | 'i32' | 'f32' | 'text', value: number | string): void {
    if (type === 'text') this.#text(String(value));
    else if (type === 'f32') this.#f32(Number(value));
    else this.#u32(Number(value)); // none of ours is negative
  }

  #u32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.#parts.push(bytes);
  }

  #u64(value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    this.#parts.push(bytes);
  }

  #f32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    this.#parts.push(bytes);
  }

  #text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#u64(bytes.length);
    this.#parts.push(bytes);
  }
}

function paddedBytes({ shape, type }: GgufTensor): number {
  const elements = shape.reduce((product, size) => product * size, 1);
  return toAlignment(type === 'f32' ? elements * 4 : (elements / block.weights) * block.bytes);
}

function toAlignment(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** Blocks are drawn once and handed out again and again from changing places: only their number matters to the speed. */
async function writeTensors(handle: FileHandle, tensors: readonly GgufTensor[]): Promise<void> {
  const pool = randomBlocks(2 ** 16);
  let turn = 0;
  for (const tensor of tensors) {
    if (tensor.type === 'f32') {
      const ones = new Float32Array(paddedBytes(tensor) / 4).fill(1);
      await handle.write(new Uint8Array(ones.buffer));
      continue;
    }
    for (let left = paddedBytes(tensor); left > 0; ) {
      const from = ((turn++ * 7919) % 4096) * block.bytes;
      const piece = pool.subarray(from, from + Math.min(left, pool.length - from));
      await handle.write(piece);
      left -= piece.length;
    }
  }
}

/** Q4_0 blocks with the scale 1/64, which keeps activations of a few thousand inputs small after the norms. */
function randomBlocks(count: number): Uint8Array {
  const random = seededRandom(20261122);
  const bytes = Uint8Array.from({ length: count * block.bytes }, () => Math.floor(random() * 256));
  const scale = 0x2400; // 2^-6 as a half
  for (let at = 0; at < bytes.length; at += block.bytes) {
    bytes[at] = scale & 0xff;
    bytes[at + 1] = scale >> 8;
  }
  return bytes;
}
