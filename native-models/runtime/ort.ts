// The only file that uses onnxruntime-node (quiet-runtime.ts loads it). Pinned at 1.30.0: a later version is expected to copy CPU inputs, which would undo the
// zero-copy cache (see README).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ModelError } from '../errors.ts';
import { providerNames, providers, type Provider } from '../names.ts';
import {
  InferenceSession,
  listSupportedBackends,
  Tensor,
  type NativeSessionOptions,
} from './quiet-runtime.ts';

/** Numbers in main memory. A run reads them where they lie. */
export interface HostTensor {
  readonly location: 'host';
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** Numbers in the memory of a GPU; held until released. */
export interface DeviceTensor {
  readonly location: 'device';
  readonly dims: readonly number[];
  /** The same memory seen with other dims, at most as many numbers: the first rows of a cache. Released with the original. */
  withDims(dims: readonly number[]): DeviceTensor;
  release(): void;
}

export type RunTensor = HostTensor | DeviceTensor;

export interface SessionOptions {
  readonly provider: Provider;
  readonly threads: number;
  /** Outputs that stay in the GPU's memory; only WebGPU can. */
  readonly deviceOutputs?: readonly string[];
}

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once and gives the named outputs. Blocks the process while it computes, and cannot be interrupted.
   *
   * @throws ModelError 'out-of-memory', 'run-failed'
   */
  run(
    feeds: Readonly<Record<string, RunTensor>>,
    outputs: readonly string[],
  ): Promise<Record<string, RunTensor>>;
  release(): Promise<void>;
}

export function floats(data: Float32Array, dims: readonly number[]): HostTensor {
  return { location: 'host', dims, data };
}

export function integers(values: readonly number[], dims: readonly number[]): HostTensor {
  return { location: 'host', dims, data: BigInt64Array.from(values, BigInt) };
}

/** The floats of an output that is known to lie in main memory. */
export function hostFloats(outputs: Readonly<Record<string, RunTensor>>, name: string): Float32Array {
  const tensor = outputs[name];
  if (tensor?.location !== 'host' || !(tensor.data instanceof Float32Array))
    throw new Error(`The graph gave no float output ${name} in main memory.`);
  return tensor.data;
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
  if (provider === 'webgpu' && process.platform === 'linux' && !hasVulkanLoader())
    return 'There is no Vulkan loader (libvulkan.so.1), which WebGPU needs on Linux. It comes with the graphics driver.';
  if (provider !== 'cuda') return null;
  const packageFolder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const library = path.join(
    packageFolder,
    'bin',
    'napi-v6',
    process.platform,
    process.arch,
    'libonnxruntime_providers_cuda.so',
  );
  return existsSync(library)
    ? null
    : 'CUDA’s libraries are not installed. On Linux, `npm run gpu:install` fetches them.';
}

/** Asks the system's own list of libraries; where there is no such list (NixOS, musl), the provider finds out for itself. */
function hasVulkanLoader(): boolean {
  const name = 'libvulkan.so.1';
  const named = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  if (named.some((folder) => existsSync(path.join(folder, name)))) return true;
  const known = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8', timeout: 5_000 });
  return known.status !== 0 || known.stdout.includes(name);
}

/**
 * @param model  path of a .onnx file (its side file beside it), or the bytes of a graph without one
 * @throws ModelError 'provider-missing' when this machine cannot use the provider, 'out-of-memory', 'model-damaged'
 */
export async function openSession(model: string | Uint8Array, options: SessionOptions): Promise<Session> {
  const { provider, threads, deviceOutputs = [] } = options;
  const settings: NativeSessionOptions = {
    // No 'cpu' after it: a provider that is missing would throw all the same, and the CPU is always there for single operators.
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // DirectML demands both; they cost the others nothing here, as no two runs have the same shapes.
    enableMemPattern: false,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // Spinning worker threads burn the other cores and are slower on a busy machine (native-models/runtime/RUNTIME.md section 5).
    extra: {
      session: { intra_op: { allow_spinning: '0' } },
      // The CPU's fused form of a sum and its LayerNorm takes ten times as long as the two apart (6.2 against 0.6 ms for 4096 x 256).
      ...(provider === 'cpu'
        ? { optimization: { disable_specified_optimizers: 'SkipLayerNormFusion' } }
        : {}),
    },
    ...(deviceOutputs.length > 0
      ? {
          preferredOutputLocation: Object.fromEntries(
            deviceOutputs.map((name) => [name, 'gpu-buffer' as const]),
          ),
        }
      : {}),
  };
  try {
    const session =
      typeof model === 'string'
        ? await InferenceSession.create(model, settings)
        : await InferenceSession.create(model, settings);
    return wrapSession(session);
  } catch (cause) {
    throw creationError(cause, provider, typeof model === 'string' ? model : 'a graph in memory');
  }
}

function wrapSession(session: InferenceSession): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds, outputs) => {
      const native = Object.fromEntries(
        Object.entries(feeds).map(([name, tensor]) => [name, toNative(tensor)]),
      );
      try {
        const results = await session.run(native, outputs);
        return Object.fromEntries(outputs.map((name) => [name, fromNative(results[name], name)]));
      } catch (cause) {
        throw runError(cause);
      }
    },
    release: () => session.release(),
  };
}

const nativeTensors = new WeakMap<DeviceTensor, Tensor>();

function toNative(tensor: RunTensor): Tensor {
  if (tensor.location === 'host')
    return new Tensor(tensor.data instanceof Float32Array ? 'float32' : 'int64', tensor.data, tensor.dims);
  const native = nativeTensors.get(tensor);
  if (native === undefined) throw new Error('A device tensor was used that this file did not make.');
  return native;
}

function fromNative(tensor: Tensor | undefined, name: string): RunTensor {
  if (tensor === undefined) throw new Error(`The graph gave no output ${name}.`);
  if (tensor.location === 'gpu-buffer') return deviceTensor(tensor, () => tensor.dispose());
  const { data } = tensor;
  if (!(data instanceof Float32Array) && !(data instanceof BigInt64Array))
    throw new Error(`Output ${name} is neither float32 nor int64.`);
  return { location: 'host', dims: tensor.dims, data };
}

function deviceTensor(native: Tensor, release: () => void): DeviceTensor {
  const wrapped: DeviceTensor = {
    location: 'device',
    dims: native.dims,
    withDims: (dims) =>
      deviceTensor(Tensor.fromGpuBuffer(native.gpuBuffer, { dataType: 'float32', dims }), () => undefined),
    release,
  };
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
