import { assert } from '../errors.ts';
import { onnxDtypes, type OnnxDtype } from './dtype.ts';
import type { StoredWeight } from './side-file.ts';

/** Field numbers of onnx.proto3 that lead to the weights of a model. */
const fields = {
  model: { graph: 7 },
  graph: { initializer: 5 },
  tensor: { dim: 1, dtype: 2, name: 8, external: 13 },
  entry: { key: 1, value: 2 },
} as const;

/**
 * The weights that a .onnx file names in its side file, by name: what `encodeModel` wrote, so that another graph can be given the same ones.
 *
 * @throws an Error when the bytes are no such file
 */
export function readStoredWeights(model: Uint8Array): Map<string, StoredWeight> {
  const weights = new Map<string, StoredWeight>();
  for (const graph of messages(model, fields.model.graph)) {
    for (const tensor of messages(graph, fields.graph.initializer)) {
      const weight = readTensor(tensor);
      if (weight) weights.set(weight.value.name, weight);
    }
  }
  return weights;
}

/** null for a constant, whose bytes are in the .onnx file itself. */
function readTensor(tensor: Uint8Array): StoredWeight | null {
  const place = new Map<string, string>();
  const shape: number[] = [];
  let [name, code] = ['', 0];
  for (const { field, value } of readFields(tensor)) {
    if (field === fields.tensor.dim) shape.push(Number(value));
    else if (field === fields.tensor.dtype) code = Number(value);
    else if (field === fields.tensor.name) name = text(value);
    else if (field === fields.tensor.external) {
      const entry = new Map([...readFields(bytesOf(value))].map((part) => [part.field, text(part.value)]));
      place.set(entry.get(fields.entry.key) ?? '', entry.get(fields.entry.value) ?? '');
    }
  }
  if (place.size === 0) return null;
  const [offset, bytes] = [Number(place.get('offset')), Number(place.get('length'))];
  assert(Number.isSafeInteger(offset) && Number.isSafeInteger(bytes), `weight ${name} has a place`);
  return { value: { name, dtype: dtypeOf(code), shape }, offset, bytes };
}

function dtypeOf(code: number): OnnxDtype {
  const found = Object.entries(onnxDtypes).find(([, dtype]) => dtype.code === code)?.[0];
  assert(found, `number type ${code} is known`);
  return found as OnnxDtype; // a key of that very record
}

type Field = { readonly field: number; readonly value: number | Uint8Array };

function* messages(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  for (const { field, value } of readFields(message)) if (field === wanted) yield bytesOf(value);
}

/** A message's fields in order. Numbers fit: everything here is a size, a code or a short text. */
function* readFields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = message[at++];
      assert(byte !== undefined && factor <= 2 ** 63, 'a number ends inside its message');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  };
  const take = (length: number): Uint8Array => {
    assert(at + length <= message.length, 'a field ends inside its message');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const [field, wireType] = [Math.floor(tag / 8), tag % 8];
    if (wireType === 0) yield { field, value: varint() };
    else if (wireType === 2) yield { field, value: take(varint()) };
    else yield { field, value: take(wireType === 5 ? 4 : 8) };
  }
}

function bytesOf(value: Field['value']): Uint8Array {
  assert(typeof value !== 'number', 'the field holds bytes');
  return value;
}

function text(value: Field['value']): string {
  return new TextDecoder().decode(bytesOf(value));
}
