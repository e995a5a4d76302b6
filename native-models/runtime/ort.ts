// The only file that uses onnxruntime-node (quiet-runtime.ts loads it). Pinned at 1.30.0: a later version is expected to copy CPU inputs, which would undo the
// zero-copy cache (see README).
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ModelError } from '../errors.ts';
import { providerNames, providers, type Provider } from '../names.ts';
import { openBoundSession } from './bound-session.ts';
import {
  cudaProvider,
  cudaRuntime,
  packagedRuntime,
  runtimeFolder,
  sharedProvider,
} from './device/cuda-library.ts';
import { driverTooOld } from './device/cuda-driver.ts';
import { nvidiaDriver, vulkanDrivers } from './device/graphics-drivers.ts';
import { librariesOfSystem, neededLibraries } from './device/shared-libraries.ts';
import { ortApi } from './ort-api.ts';
import {
  InferenceSession,
  listSupportedBackends,
  Tensor,
  type NativeSessionOptions,
} from './quiet-runtime.ts';
import type { DeviceTensor, HostTensor, RunTensor, Session } from './ort-tensors.ts';
import { RecordedSession } from './recorded-session.ts';
import { zerosGraph } from './zeros-graph.ts';

export interface SessionOptions {
  readonly provider: Provider;
  readonly threads: number;
  /** Where the side file of a graph given as bytes lies. */
  readonly folder?: string;
  /** Which of several cards, counted from 0; CUDA only. */
  readonly card?: number;
  /** Writes all it does to the terminal, each dispatch to a GPU included: for counting them. Off unless asked for. */
  readonly tellsAll?: boolean;
}

/** Providers this build of ONNX Runtime knows; whether they work here is another question. CUDA's libraries are a separate download. */
export function knownProviders(): Provider[] {
  const names = new Set(listSupportedBackends().map((backend) => backend.name));
  return providers.filter((provider) => provider === 'cpu' || names.has(provider));
}

/**
 * Why a known provider cannot even be tried, or null. ONNX Runtime itself would print a page of errors first.
 */
export function missingLibrary(provider: Provider): string | null {
  if (provider === 'webgpu' && process.platform === 'linux') {
    if (!librariesOfSystem()('libvulkan.so.1'))
      return 'There is no Vulkan loader (libvulkan.so.1), which WebGPU needs on Linux. It comes with the graphics driver.';
    // Asked all the same, it would write two warnings to the terminal of every start.
    if (vulkanDrivers().length === 0)
      return 'There is a Vulkan loader but no graphics driver for it, which WebGPU needs on Linux.';
  }
  if (provider !== 'cuda') return null;
  return missingForCuda(path.dirname(cudaRuntime()));
}

function missingForCuda(folder: string): string | null {
  const lacking = [cudaProvider, sharedProvider, path.basename(cudaRuntime())].filter(
    (name) => !existsSync(path.join(folder, name)),
  );
  if (lacking.length > 0) {
    return folder !== runtimeFolder()
      ? `PIXELLM_GPU_LIBRARIES names ${folder}, which lacks ${lacking.join(' and ')}. \`pixellm gpu install --to ${folder}\` puts ${lacking.length > 1 ? 'them' : 'it'} there.`
      : 'CUDA’s libraries are not installed. On Linux, `npm run gpu:install` fetches them.';
  }
  if (process.platform !== 'linux') return null;
  let needed: readonly string[];
  try {
    needed = neededLibraries(path.join(folder, cudaProvider));
  } catch {
    return `CUDA’s library ${cudaProvider} in ${folder} is damaged. \`npm run gpu:install\` fetches it anew.`;
  }
  const driver = nvidiaDriver();
  if (driver === null) return 'CUDA’s libraries are installed, but no NVIDIA driver is loaded.';
  return driverTooOld(driver, needed);
}

/**
 * @param model  path of a .onnx file (its side file beside it), or the bytes of a graph without one
 * @throws ModelError 'provider-missing' when this machine cannot use the provider, 'out-of-memory', 'model-damaged'
 */
export async function openSession(model: string | Uint8Array, options: SessionOptions): Promise<Session> {
  const { provider } = options;
  try {
    if (provider === 'cuda') return openOnCard(model, options);
    const settings = sessionSettings(options);
    const session =
      typeof model === 'string'
        ? await InferenceSession.create(model, settings)
        : await InferenceSession.create(model, settings);
    return wrapSession(session, provider);
  } catch (cause) {
    throw creationError(cause, provider, typeof model === 'string' ? model : 'a graph in memory');
  }
}

/** An input or output as a file declares it. */
export interface TensorFacts {
  readonly name: string;
  /** As ONNX Runtime names it: 'float32', 'int64', ... */
  readonly type: string;
  /** Null where the size is only known when it runs. */
  readonly dims: readonly (number | null)[];
}

export interface GraphFacts {
  readonly inputs: readonly TensorFacts[];
  readonly outputs: readonly TensorFacts[];
}

/** A graph of somebody else's making: what it declares has to be looked at before it is run. */
export interface OpenGraph extends GraphFacts {
  readonly session: Session;
}

/** @throws ModelError as `openSession` */
export async function openGraphFile(
  file: string,
  options: { readonly provider: 'cpu'; readonly threads: number },
): Promise<OpenGraph> {
  try {
    const session = await InferenceSession.create(file, sessionSettings(options));
    const { inputMetadata, outputMetadata } = session;
    return {
      session: wrapSession(session, options.provider),
      inputs: inputMetadata.map(factsOf),
      outputs: outputMetadata.map(factsOf),
    };
  } catch (cause) {
    throw creationError(cause, options.provider, file);
  }
}

function factsOf(value: InferenceSession['inputMetadata'][number]): TensorFacts {
  if (!value.isTensor) return { name: value.name, type: 'no tensor', dims: [] };
  // A size that is not known yet is a name, or below 1.
  const dims = value.shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : null));
  return { name: value.name, type: value.type, dims };
}

/**
 * CUDA goes over the C interface: the Node binding would bring every output of it, the cache as well, to main memory and send it back for the
 * next step.
 */
function openOnCard(model: string | Uint8Array, { threads, folder, card }: SessionOptions): Session {
  const session = openBoundSession(ortApi(cudaRuntime()), model, {
    provider: 'cuda',
    threads,
    device: card ?? 0,
    ...(folder === undefined ? {} : { folder }),
  });
  return inOurWords(session);
}

/**
 * A WebGPU session over the C interface that records runs for which `comesAgain` says so and has the card repeat them (recorded-session.ts).
 *
 * @throws ModelError 'provider-missing' where that cannot be had; the binding's own session, `openSession`, may still
 */
export function openRecordedSession(
  model: Uint8Array,
  options: Omit<SessionOptions, 'provider'> & {
    readonly comesAgain: (feeds: Readonly<Record<string, RunTensor>>) => boolean;
  },
): Session {
  const { threads, folder, comesAgain, tellsAll = false } = options;
  try {
    const api = ortApi(packagedRuntime());
    const settings = { provider: 'webgpu', threads, device: 0 } as const;
    const openBeside = (graph: Uint8Array) => openBoundSession(api, graph, { ...settings, tellsAll });
    const session = openBoundSession(api, model, {
      ...settings,
      ...{ tellsAll, records: true },
      ...(folder === undefined ? {} : { folder }),
    });
    return inOurWords(new RecordedSession(session, { openBeside, comesAgain }));
  } catch (cause) {
    throw creationError(cause, 'webgpu', 'a graph in memory');
  }
}

/** Errors of runs over the C interface as all others are. */
function inOurWords(session: Session): Session {
  const told = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (cause) {
      throw runError(cause);
    }
  };
  return {
    inputNames: [],
    outputNames: [],
    run: (feeds, outputs, bound) => told(session.run(feeds, outputs, bound)),
    allocate: (dtype, dims) => told(session.allocate(dtype, dims)),
    release: () => session.release(),
  };
}

function sessionSettings({
  provider,
  threads,
  folder,
  tellsAll = false,
}: SessionOptions): NativeSessionOptions {
  return {
    // No 'cpu' after it: a provider that is missing would throw all the same, and the CPU is always there for single operators.
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // DirectML demands both; they cost the others nothing here, as no two runs have the same shapes.
    enableMemPattern: false,
    executionMode: 'sequential',
    logSeverityLevel: tellsAll ? 0 : 3,
    // Spinning worker threads burn the other cores and are slower on a busy machine (native-models/runtime/RUNTIME.md section 5).
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder }),
      },
      // The CPU's fused form of a sum and its LayerNorm takes ten times as long as the two apart (6.2 against 0.6 ms for 4096 x 256).
      ...(provider === 'cpu'
        ? { optimization: { disable_specified_optimizers: 'SkipLayerNormFusion' } }
        : {}),
    },
  };
}

function wrapSession(session: InferenceSession, provider: Provider): Session {
  const maker = new ZeroMaker(provider);
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds, outputs, bound = {}) => {
      const native = Object.fromEntries(
        Object.entries(feeds).map(([name, tensor]) => [name, toNative(tensor)]),
      );
      const fetches = {
        ...Object.fromEntries(outputs.map((name) => [name, null])),
        ...Object.fromEntries(Object.entries(bound).map(([name, tensor]) => [name, toNative(tensor)])),
      };
      try {
        const results = await session.run(native, fetches);
        return Object.fromEntries(outputs.map((name) => [name, fromNative(results[name], name)]));
      } catch (cause) {
        throw runError(cause);
      }
    },
    allocate: (dtype, dims) => maker.make(dtype, dims),
    release: async () => {
      await maker.release();
      await session.release();
    },
  };
}

/**
 * Makes memory on WebGPU. The binding has no call for it, but a session whose outputs are asked to stay on the GPU gives tensors that any other
 * session may read and be told to write into; they live as long as the session that made them. In main memory an array will do.
 */
class ZeroMaker {
  readonly #provider: Provider;
  readonly #sessions = new Map<'f32' | 'f16', Promise<InferenceSession>>();

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  async make(dtype: 'f32' | 'f16', dims: readonly number[]): Promise<RunTensor> {
    if (this.#provider === 'cpu') {
      const length = dims.reduce((product, dim) => product * dim, 1);
      return {
        location: 'host',
        dims,
        data: dtype === 'f16' ? new Uint16Array(length) : new Float32Array(length),
      };
    }
    if (this.#provider !== 'webgpu')
      throw new ModelError('provider-failed', `${providerNames[this.#provider]} has no memory to give.`, {});
    try {
      const session = await this.#session(dtype);
      const shape = new Tensor('int64', BigInt64Array.from(dims, BigInt), [dims.length]);
      return fromNative((await session.run({ shape }, ['zeros']))['zeros'], 'zeros');
    } catch (cause) {
      throw runError(cause);
    }
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  #session(dtype: 'f32' | 'f16'): Promise<InferenceSession> {
    const known = this.#sessions.get(dtype);
    if (known) return known;
    const settings = sessionSettings({ provider: this.#provider, threads: 1 });
    const made = InferenceSession.create(zerosGraph(dtype), {
      ...settings,
      preferredOutputLocation: { zeros: 'gpu-buffer' },
    });
    this.#sessions.set(dtype, made);
    return made;
  }
}

const nativeTensors = new WeakMap<DeviceTensor, Tensor>();

function toNative(tensor: RunTensor): Tensor {
  if (tensor.location === 'host') return hostTensor(tensor);
  const native = nativeTensors.get(tensor);
  if (native === undefined) throw new Error('A device tensor was used that this file did not make.');
  return native;
}

function hostTensor({ data, dims }: HostTensor): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, dims);
  if (data instanceof BigInt64Array) return new Tensor('int64', data, dims);
  if (data instanceof Int32Array) return new Tensor('int32', data, dims);
  return new Tensor('float16', data, dims);
}

function fromNative(tensor: Tensor | undefined, name: string): RunTensor {
  if (tensor === undefined) throw new Error(`The graph gave no output ${name}.`);
  if (tensor.location === 'gpu-buffer') return deviceTensor(tensor, () => tensor.dispose());
  const { data, type } = tensor;
  // Where Node has half floats of its own, they are seen as the bits they are here.
  if (type === 'float16' && ArrayBuffer.isView(data))
    return {
      location: 'host',
      dims: tensor.dims,
      data: new Uint16Array(data.buffer, data.byteOffset, tensor.size),
    };
  if (!(data instanceof Float32Array) && !(data instanceof BigInt64Array))
    throw new Error(`Output ${name} is neither float32, float16 nor int64.`);
  return { location: 'host', dims: tensor.dims, data };
}

function deviceTensor(native: Tensor, release: () => void): DeviceTensor {
  const wrapped: DeviceTensor = { location: 'device', dims: native.dims, release };
  nativeTensors.set(wrapped, native);
  return wrapped;
}

function creationError(cause: unknown, provider: Provider, model: string): ModelError {
  const message = messageOf(cause);
  if (isOutOfMemory(message))
    return new ModelError(
      'out-of-memory',
      `There is not enough memory to load ${model}.`,
      { provider, model },
      cause,
    );
  if (provider !== 'cpu')
    return new ModelError(
      'provider-missing',
      `${providerNames[provider]} cannot be used here: ${firstLine(message)}`,
      { provider, model },
      cause,
    );
  return new ModelError(
    'model-damaged',
    `The model file ${model} cannot be loaded: ${firstLine(message)}`,
    { model },
    cause,
  );
}

function runError(cause: unknown): ModelError {
  const message = messageOf(cause);
  if (isOutOfMemory(message))
    return new ModelError('out-of-memory', 'The model ran out of memory.', {}, cause);
  return new ModelError('run-failed', `The model failed while computing: ${firstLine(message)}`, {}, cause);
}

function isOutOfMemory(message: string): boolean {
  return /bad_alloc|bad allocation|out of memory|failed to allocate memory|OUTOFMEMORY|CUDA_ERROR_OUT_OF_MEMORY/i.test(
    message,
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Without ONNX Runtime's source locations, which mean nothing to a person. */
function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? message;
  return line.replace(/^.*was false\. /, '').replace(/^\S+\.cc:\d+ .*?\[ONNXRuntimeError\]\s*/, '');
}
