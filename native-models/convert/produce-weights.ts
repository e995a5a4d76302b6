import { setImmediate } from 'node:timers/promises';
import { assert, assertNever, ModelError, throwIfCancelled } from '../errors.ts';
import type { WeightLoss, WeightScheme } from '../pixellm/manifest.ts';
import { transposed } from '../pixellm/matrix.ts';
import type { TensorRef, WeightSource } from '../pixellm/weights.ts';
import {
  allFinite,
  quantiseBlocks,
  quantiseHalf,
  quantiseRows,
  relativeRms,
  type BlockForm,
  type LossSums,
} from '../quantise.ts';
import type { SourceTensors } from './source-tensors.ts';

/** Source numbers handled at a time: enough to keep disks busy, little enough that memory does not depend on the checkpoint. */
const chunkElements = 4 * 2 ** 20;

type Loss = LossSums & {
  readonly tensor: string;
  readonly scheme: WeightScheme;
  readonly parameters: number;
};

/** Makes the bytes of weights from tensors of the checkpoint, a chunk at a time, and keeps count of what rounding loses. */
export class WeightProducer {
  readonly #source: Pick<SourceTensors, 'readFloat32'>;
  readonly #signal: AbortSignal;
  readonly #scales = new Map<string, Float32Array[]>();
  readonly #losses: Loss[] = [];

  constructor(source: Pick<SourceTensors, 'readFloat32'>, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** @throws ModelError 'checkpoint-not-finite' or 'cancelled' */
  async *produce(weight: WeightSource): AsyncGenerator<Uint8Array> {
    switch (weight.kind) {
      case 'stored':
        return yield* this.#stored(weight.from, weight.dtype);
      case 'blocks':
        return yield* weight.part === 'values'
          ? this.#blocks(weight.from, weight.form)
          : this.#takeScales(weight.from);
      case 'rows8':
        return yield* weight.part === 'values' ? this.#rows8(weight.from) : this.#takeScales(weight.from);
      case 'computed':
        return yield* this.#computed(weight);
      default:
        return assertNever(weight);
    }
  }

  /** What was lost since the last call, per way of storing. */
  takeLosses(part: WeightLoss['part']): WeightLoss[] {
    const losses = this.#losses.splice(0);
    const schemes = [...new Set(losses.map(({ scheme }) => scheme))];
    return schemes.map((scheme) => {
      const tensors = mergeByTensor(losses.filter((loss) => loss.scheme === scheme));
      const worst = tensors.reduce((left, right) => (relativeRms(left) >= relativeRms(right) ? left : right));
      return {
        part,
        scheme,
        tensors: tensors.length,
        parameters: tensors.reduce((sum, { parameters }) => sum + parameters, 0),
        relativeRms: relativeRms(addSums(tensors)),
        worst: { tensor: worst.tensor, relativeRms: relativeRms(worst) },
      };
    });
  }

  async *#stored(from: TensorRef, dtype: 'f32' | 'f16'): AsyncGenerator<Uint8Array> {
    for await (const { numbers } of this.#chunks(from)) {
      if (dtype === 'f32') {
        checkFinite(from.name, allFinite(numbers));
        yield bytesOf(numbers);
        continue;
      }
      const { halves, ...loss } = quantiseHalf(numbers);
      this.#note(from.name, 'f16', numbers.length, loss);
      yield bytesOf(halves);
    }
  }

  async *#blocks(from: TensorRef, form: BlockForm): AsyncGenerator<Uint8Array> {
    const scheme = schemeOfBlocks(form);
    for await (const { numbers, size } of this.#chunks(from)) {
      const { values, scales, ...loss } = quantiseBlocks(numbers, size, form);
      this.#note(from.name, scheme, numbers.length, loss);
      this.#keepScales(from.name, scales);
      yield values;
    }
  }

  /** Given out whole, because the runtime wants one column per output and checkpoints have one row. Only the vision side is stored so. */
  async *#rows8(from: TensorRef): AsyncGenerator<Uint8Array> {
    const [rows = 1, columns = 1] = from.shape;
    const values = new Int8Array(rows * columns);
    let done = 0;
    for await (const { numbers, size } of this.#chunks(from)) {
      const { values: part, scales, ...loss } = quantiseRows(numbers, size);
      this.#note(from.name, 'int8-column', numbers.length, loss);
      this.#keepScales(from.name, scales);
      values.set(part, done);
      done += part.length;
    }
    yield bytesOf(transposed(values, rows, columns));
  }

  async *#computed({
    from,
    compute,
  }: Extract<WeightSource, { kind: 'computed' }>): AsyncGenerator<Uint8Array> {
    const tensors: Float32Array[] = [];
    for (const tensor of from) tensors.push(await this.#whole(tensor));
    const computed = compute(...tensors);
    if (computed instanceof Float32Array) return yield bytesOf(computed);
    for (const piece of computed) {
      yield bytesOf(piece);
      await setImmediate(); // lets a request to cancel arrive
      throwIfCancelled(this.#signal);
    }
  }

  /** All of a tensor, read in pieces all the same: the largest would keep others waiting for a good part of a second. */
  async #whole(tensor: TensorRef): Promise<Float32Array> {
    const numbers = new Float32Array(tensor.shape.reduce((product, size) => product * size, 1));
    let done = 0;
    for await (const piece of this.#chunks(tensor)) {
      checkFinite(tensor.name, allFinite(piece.numbers));
      numbers.set(piece.numbers, done);
      done += piece.numbers.length;
    }
    return numbers;
  }

  /** The tensor in pieces of whole rows. */
  async *#chunks({
    name,
    shape,
  }: TensorRef): AsyncGenerator<{ numbers: Float32Array; size: { rows: number; columns: number } }> {
    const [rows = 1, ...rest] = shape;
    const columns = rest.reduce((product, dimension) => product * dimension, 1);
    const step = Math.max(1, Math.floor(chunkElements / columns));
    for (let from = 0; from < rows; from += step) {
      throwIfCancelled(this.#signal);
      const to = Math.min(rows, from + step);
      yield {
        numbers: await this.#source.readFloat32(name, { from, to }),
        size: { rows: to - from, columns },
      };
    }
  }

  #keepScales(tensor: string, scales: Float32Array): void {
    this.#scales.set(tensor, [...(this.#scales.get(tensor) ?? []), scales]);
  }

  *#takeScales({ name }: TensorRef): Generator<Uint8Array> {
    const scales = this.#scales.get(name);
    assert(scales, `the values of ${name} are written before its scales`);
    this.#scales.delete(name);
    for (const part of scales) yield bytesOf(part);
  }

  #note(tensor: string, scheme: WeightScheme, parameters: number, sums: LossSums): void {
    checkFinite(tensor, Number.isFinite(sums.energy));
    this.#losses.push({ tensor, scheme, parameters, ...sums });
  }
}

function schemeOfBlocks({ bits, block }: BlockForm): WeightScheme {
  if (bits === 8) return 'int8-block32';
  return block === 64 ? 'int4-block64' : 'int4-block32';
}

function mergeByTensor(losses: readonly Loss[]): Loss[] {
  const merged = new Map<string, Loss>();
  for (const loss of losses) {
    const before = merged.get(loss.tensor);
    merged.set(
      loss.tensor,
      before
        ? { ...loss, parameters: before.parameters + loss.parameters, ...addSums([before, loss]) }
        : loss,
    );
  }
  return [...merged.values()];
}

function addSums(sums: readonly LossSums[]): LossSums {
  return {
    error: sums.reduce((sum, { error }) => sum + error, 0),
    energy: sums.reduce((sum, { energy }) => sum + energy, 0),
  };
}

function checkFinite(tensor: string, isFinite: boolean): void {
  if (isFinite) return;
  throw new ModelError(
    'checkpoint-not-finite',
    `Tensor ${tensor} holds numbers that are infinite or not numbers (NaN); the checkpoint is broken.`,
    { tensor },
  );
}

function bytesOf(numbers: Float32Array | Uint16Array | Int8Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
