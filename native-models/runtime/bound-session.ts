/**
 * A session whose inputs and outputs are bound to memory that stays where it is, over ONNX Runtime's C interface: what the Node binding does for
 * WebGPU only, and there without letting the card repeat a run. A run sends the few numbers that are new and brings back the few that are asked
 * for; the cache never crosses the bus.
 */
import type { Provider } from '../names.ts';
import type { OnnxDtype } from '../onnx/dtype.ts';
import { copyOf } from './ort-api.ts';
import type { OrtApi, Pointer } from './ort-api.ts';
import { dtypeOf } from './ort-tensors.ts';
import type { DeviceTensor, HostTensor, RunTensor, Session } from './ort-tensors.ts';
import { zerosGraph } from './zeros-graph.ts';

const elementTypes: Readonly<Partial<Record<OnnxDtype, number>>> = { f32: 1, i32: 6, i64: 7, f16: 10 };
const deviceAllocator = 0;
const defaultMemory = 0;

/** Where each provider that can be bound keeps its memory. */
const memoryNames: Partial<Record<Provider, string>> = { cuda: 'Cuda', cpu: 'Cpu', webgpu: 'WebGPU_Buf' };
/** Says of a run that it is neither to be recorded nor to repeat a recording. */
const notRecorded = -1;

export interface BoundSessionOptions {
  readonly provider: 'cuda' | 'cpu' | 'webgpu';
  readonly threads: number;
  readonly folder?: string;
  /** Which card, counted from 0. */
  readonly device: number;
  /** WebGPU only: runs with a number are recorded, and repeated by the card from then on. */
  readonly records?: boolean;
  /** Writes all it does to the terminal. Off unless asked for. */
  readonly tellsAll?: boolean;
}

/** @throws an Error with the library's own words when the model or the provider cannot be had */
export function openBoundSession(
  api: OrtApi,
  model: string | Uint8Array,
  options: BoundSessionOptions,
): BoundSession {
  const settings = api.make('CreateSessionOptions');
  try {
    api.call('SetIntraOpNumThreads', settings, options.threads);
    // What fails is thrown; nothing need stand on the terminal as well.
    api.call('SetSessionLogSeverityLevel', settings, options.tellsAll === true ? 0 : 4);
    api.call('DisableMemPattern', settings);
    api.call('AddSessionConfigEntry', settings, 'session.intra_op.allow_spinning', '0');
    if (options.folder !== undefined)
      api.call(
        'AddSessionConfigEntry',
        settings,
        'session.model_external_initializers_file_folder_path',
        options.folder,
      );
    if (options.provider === 'cuda') appendCuda(api, settings, options.device);
    if (options.provider === 'webgpu') appendWebGpu(api, settings, options.records === true);
    const session =
      typeof model === 'string'
        ? api.make('CreateSession', api.environment, model, settings)
        : api.make('CreateSessionFromArray', api.environment, model, model.byteLength, settings);
    return new BoundSession(api, session, options);
  } finally {
    api.release('ReleaseSessionOptions', settings);
  }
}

function appendCuda(api: OrtApi, settings: Pointer, device: number): void {
  const cuda = api.make('CreateCudaOptions');
  try {
    // Memory grows by what is asked for: doubling would take half of a card that the cache needs.
    const entries = { device_id: String(device), arena_extend_strategy: 'kSameAsRequested' };
    api.call(
      'UpdateCudaOptions',
      cuda,
      Object.keys(entries),
      Object.values(entries),
      Object.keys(entries).length,
    );
    api.call('AppendCuda', settings, cuda);
  } finally {
    api.release('ReleaseCudaOptions', cuda);
  }
}

function appendWebGpu(api: OrtApi, settings: Pointer, records: boolean): void {
  const [keys, values] = records ? [['enableGraphCapture'], ['1']] : [[], []];
  api.call('AppendProvider', settings, 'WebGPU', keys, values, keys.length);
}

class BoundMemory implements DeviceTensor {
  readonly location = 'device';
  readonly dims: readonly number[];
  readonly value: Pointer;
  readonly #release: () => void;

  constructor(value: Pointer, dims: readonly number[], release: () => void) {
    this.value = value;
    this.dims = dims;
    this.#release = release;
  }

  release(): void {
    this.#release();
  }
}

export class BoundSession implements Session {
  readonly inputNames: readonly string[] = [];
  readonly outputNames: readonly string[] = [];
  readonly #api: OrtApi;
  readonly #session: Pointer;
  readonly #options: BoundSessionOptions;
  readonly #binding: Pointer;
  readonly #mainMemory: Pointer;
  readonly #cardMemory: Pointer;
  readonly #allocator: Pointer;
  readonly #zeros = new Map<'f32' | 'f16', BoundSession>();

  constructor(api: OrtApi, session: Pointer, options: BoundSessionOptions) {
    this.#api = api;
    this.#session = session;
    this.#options = options;
    this.#binding = api.make('CreateIoBinding', session);
    this.#mainMemory = api.make('CreateMemoryInfo', 'Cpu', deviceAllocator, 0, defaultMemory);
    const name = memoryNames[options.provider] ?? 'Cpu';
    this.#cardMemory = api.make('CreateMemoryInfo', name, deviceAllocator, options.device, defaultMemory);
    this.#allocator = api.make('CreateAllocator', session, this.#cardMemory);
  }

  /** @param recording  number of the recording that this run makes or repeats; only in a session that records */
  run(
    feeds: Readonly<Record<string, RunTensor>>,
    outputs: readonly string[],
    bound: Readonly<Record<string, RunTensor>> = {},
    recording = notRecorded,
  ): Promise<Record<string, RunTensor>> {
    // After what waits already, as the binding's own runs do: a cancel that has come in is heard before.
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          resolve(this.#runNow(feeds, outputs, { bound, recording }));
        } catch (cause) {
          reject(cause instanceof Error ? cause : new Error(String(cause)));
        }
      });
    });
  }

  #runNow(
    feeds: Readonly<Record<string, RunTensor>>,
    outputs: readonly string[],
    { bound, recording }: { bound: Readonly<Record<string, RunTensor>>; recording: number },
  ): Record<string, RunTensor> {
    const api = this.#api;
    const borrowed: Pointer[] = [];
    const valueOf = (tensor: RunTensor): Pointer => {
      if (tensor instanceof BoundMemory) return tensor.value;
      if (tensor.location !== 'host')
        throw new Error('A device tensor was used that this session did not make.');
      const value = this.#borrow(tensor);
      borrowed.push(value);
      return value;
    };
    try {
      for (const [name, tensor] of Object.entries(feeds))
        api.call('BindInput', this.#binding, name, valueOf(tensor));
      for (const name of outputs) api.call('BindOutputToDevice', this.#binding, name, this.#mainMemory);
      for (const [name, tensor] of Object.entries(bound))
        api.call('BindOutput', this.#binding, name, valueOf(tensor));
      this.#compute(recording);
      const values = api.pointers('GetBoundOutputValues', this.#binding);
      try {
        return Object.fromEntries(outputs.map((name, index) => [name, this.#read(values[index] ?? 0n)]));
      } finally {
        for (const value of values) api.release('ReleaseValue', value);
      }
    } finally {
      api.release('ClearBoundInputs', this.#binding);
      api.release('ClearBoundOutputs', this.#binding);
      for (const value of borrowed) api.release('ReleaseValue', value);
    }
  }

  async allocate(dtype: 'f32' | 'f16', dims: readonly number[]): Promise<RunTensor> {
    const memory = this.reserve(dtype, dims);
    const shape = { location: 'host', dims: [dims.length], data: BigInt64Array.from(dims, BigInt) } as const;
    await this.#zeroMaker(dtype).run({ shape }, [], { zeros: memory });
    return memory;
  }

  /** Memory where this session computes, with anything in it. */
  reserve(dtype: OnnxDtype, dims: readonly number[]): DeviceTensor {
    const api = this.#api;
    const shape = BigInt64Array.from(dims, BigInt);
    const type = codeOf(dtype);
    const value = api.make('CreateTensorAsOrtValue', this.#allocator, shape, dims.length, type);
    return new BoundMemory(value, dims, () => api.release('ReleaseValue', value));
  }

  async release(): Promise<void> {
    for (const zeros of this.#zeros.values()) await zeros.release();
    this.#zeros.clear();
    const api = this.#api;
    api.release('ReleaseIoBinding', this.#binding);
    api.release('ReleaseAllocator', this.#allocator);
    api.release('ReleaseMemoryInfo', this.#cardMemory);
    api.release('ReleaseMemoryInfo', this.#mainMemory);
    api.release('ReleaseSession', this.#session);
  }

  #zeroMaker(dtype: 'f32' | 'f16'): BoundSession {
    const known = this.#zeros.get(dtype);
    if (known) return known;
    const made = openBoundSession(this.#api, zerosGraph(dtype), {
      ...this.#options,
      ...{ threads: 1, records: false },
    });
    this.#zeros.set(dtype, made);
    return made;
  }

  #compute(recording: number): void {
    const api = this.#api;
    if (this.#options.records !== true) {
      api.call('RunWithBinding', this.#session, null, this.#binding);
      return;
    }
    const options = api.make('CreateRunOptions');
    try {
      api.call('AddRunConfigEntry', options, 'gpu_graph_id', String(recording));
      api.call('RunWithBinding', this.#session, options, this.#binding);
    } finally {
      api.release('ReleaseRunOptions', options);
    }
  }

  /** A value over an array's own memory, which the caller keeps alive for as long as it is used. */
  #borrow({ data, dims }: HostTensor): Pointer {
    const shape = BigInt64Array.from(dims, BigInt);
    const type = codeOf(dtypeOf(data));
    return this.#api.make(
      ...(['CreateTensorWithDataAsOrtValue', this.#mainMemory, data, data.byteLength] as const),
      ...([shape, dims.length, type] as const),
    );
  }

  #read(value: Pointer): HostTensor {
    const api = this.#api;
    const info = api.make('GetTensorTypeAndShape', value);
    try {
      const type = api.count('GetTensorElementType', info);
      const shape = new BigInt64Array(api.count('GetDimensionsCount', info));
      api.call('GetDimensions', info, shape, shape.length);
      const dims = Array.from(shape, Number);
      const count = dims.reduce((product, dim) => product * dim, 1);
      const address = api.make('GetTensorMutableData', value);
      if (type === elementTypes.f32)
        return { location: 'host', dims, data: new Float32Array(copyOf(address, count * 4)) };
      if (type === elementTypes.i64)
        return { location: 'host', dims, data: new BigInt64Array(copyOf(address, count * 8)) };
      throw new Error(`An output holds numbers of kind ${type}, neither float32 nor int64.`);
    } finally {
      api.release('ReleaseTensorTypeAndShapeInfo', info);
    }
  }
}

function codeOf(dtype: OnnxDtype): number {
  const code = elementTypes[dtype];
  if (code === undefined) throw new Error(`No run is given numbers of kind ${dtype}.`);
  return code;
}
