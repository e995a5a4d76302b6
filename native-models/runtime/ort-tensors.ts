import { decodeHalfFloats, encodeHalfFloats } from '../half-floats.ts';

/** What goes into a run and comes out, wherever it lies, and a session as everything else sees it. */

/** Numbers in main memory. A run reads them where they lie. */
export interface HostTensor {
  readonly location: 'host';
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array | Uint16Array;
}

/** Numbers in the memory of a GPU; held until released. */
export interface DeviceTensor {
  readonly location: 'device';
  readonly dims: readonly number[];
  release(): void;
}

export type RunTensor = HostTensor | DeviceTensor;

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once and gives the named outputs. Blocks the process while it computes, and cannot be interrupted.
   *
   * @param bound  further outputs and the memory they are written into, which may be an input's
   * @throws ModelError 'out-of-memory', 'run-failed'
   */
  run(
    feeds: Readonly<Record<string, RunTensor>>,
    outputs: readonly string[],
    bound?: Readonly<Record<string, RunTensor>>,
  ): Promise<Record<string, RunTensor>>;
  /**
   * Memory where this session computes, all zeros; valid until it is released or the session is.
   *
   * @throws ModelError 'out-of-memory', 'provider-failed' where the provider's memory cannot be had from Node
   */
  allocate(dtype: 'f32' | 'f16', dims: readonly number[]): Promise<RunTensor>;
  release(): Promise<void>;
}

/** What kind of numbers an array of main memory holds; unsigned 16-bit ones stand for half floats. */
export function dtypeOf(data: HostTensor['data']): 'f32' | 'i64' | 'i32' | 'f16' {
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof BigInt64Array) return 'i64';
  return data instanceof Int32Array ? 'i32' : 'f16';
}

export function floats(data: Float32Array, dims: readonly number[]): HostTensor {
  return { location: 'host', dims, data };
}

export function halfFloats(values: Float32Array, dims: readonly number[]): HostTensor {
  return { location: 'host', dims, data: encodeHalfFloats(values) };
}

export function integers(values: readonly number[], dims: readonly number[]): HostTensor {
  return { location: 'host', dims, data: BigInt64Array.from(values, BigInt) };
}

/** 32-bit integers. */
export function wholeNumbers(values: readonly number[], dims: readonly number[]): HostTensor {
  return { location: 'host', dims, data: Int32Array.from(values) };
}

/** The 64-bit integers of an output that is known to lie in main memory. */
export function hostIntegers(outputs: Readonly<Record<string, RunTensor>>, name: string): number[] {
  const tensor = outputs[name];
  if (tensor?.location !== 'host' || !(tensor.data instanceof BigInt64Array))
    throw new Error(`The graph gave no integer output ${name} in main memory.`);
  return Array.from(tensor.data, Number);
}

/** The floats of an output that is known to lie in main memory, half ones made whole. */
export function hostFloats(outputs: Readonly<Record<string, RunTensor>>, name: string): Float32Array {
  const tensor = outputs[name];
  if (tensor?.location === 'host' && tensor.data instanceof Float32Array) return tensor.data;
  if (tensor?.location === 'host' && tensor.data instanceof Uint16Array) return decodeHalfFloats(tensor.data);
  throw new Error(`The graph gave no float output ${name} in main memory.`);
}
