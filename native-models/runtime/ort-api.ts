/**
 * ONNX Runtime's C interface, for what its Node binding cannot do: memory on a CUDA card that stays there between runs. Only bound-session.ts uses it.
 * The library is the very one that onnxruntime-node ships (or one of the same version from a folder with CUDA's provider beside it).
 *
 * The interface is a table of functions that only ever grows at its end: a function keeps its place (onnxruntime_c_api.h, checked with 1.30.0).
 */
import { ModelError } from '../errors.ts';
import { foreignFunctions, prototype } from './foreign-functions.ts';

/** An address. */
export type Pointer = bigint;

/** Version of the table that is asked for; newer libraries have it too. */
const apiVersion = 22;
const tableSize = 220;

/** Place in the table, and what the function takes. `status` functions give null or an error to be read and released. */
const signatures = {
  GetErrorMessage: [2, 'const char* %(void*)'],
  CreateEnv: [3, 'void* %(int, const char*, _Out_ void**)'],
  CreateSession: [7, 'void* %(void*, const char*, void*, _Out_ void**)'],
  CreateSessionFromArray: [8, 'void* %(void*, const void*, size_t, void*, _Out_ void**)'],
  CreateSessionOptions: [10, 'void* %(_Out_ void**)'],
  DisableMemPattern: [17, 'void* %(void*)'],
  SetSessionLogSeverityLevel: [22, 'void* %(void*, int)'],
  SetIntraOpNumThreads: [24, 'void* %(void*, int)'],
  CreateTensorAsOrtValue: [48, 'void* %(void*, const int64_t*, size_t, int, _Out_ void**)'],
  CreateTensorWithDataAsOrtValue: [
    49,
    'void* %(void*, void*, size_t, const int64_t*, size_t, int, _Out_ void**)',
  ],
  GetTensorMutableData: [51, 'void* %(void*, _Out_ void**)'],
  GetTensorElementType: [60, 'void* %(void*, _Out_ int*)'],
  GetDimensionsCount: [61, 'void* %(void*, _Out_ size_t*)'],
  GetDimensions: [62, 'void* %(void*, void*, size_t)'],
  GetTensorTypeAndShape: [65, 'void* %(void*, _Out_ void**)'],
  CreateRunOptions: [39, 'void* %(_Out_ void**)'],
  CreateMemoryInfo: [68, 'void* %(const char*, int, int, int, _Out_ void**)'],
  AllocatorFree: [76, 'void* %(void*, void*)'],
  GetAllocatorWithDefaultOptions: [78, 'void* %(_Out_ void**)'],
  ReleaseStatus: [93, 'void %(void*)'],
  ReleaseMemoryInfo: [94, 'void %(void*)'],
  ReleaseSession: [95, 'void %(void*)'],
  ReleaseValue: [96, 'void %(void*)'],
  ReleaseRunOptions: [97, 'void %(void*)'],
  ReleaseTensorTypeAndShapeInfo: [99, 'void %(void*)'],
  ReleaseSessionOptions: [100, 'void %(void*)'],
  AddSessionConfigEntry: [130, 'void* %(void*, const char*, const char*)'],
  CreateAllocator: [131, 'void* %(void*, void*, _Out_ void**)'],
  ReleaseAllocator: [132, 'void %(void*)'],
  RunWithBinding: [133, 'void* %(void*, void*, void*)'],
  CreateIoBinding: [134, 'void* %(void*, _Out_ void**)'],
  ReleaseIoBinding: [135, 'void %(void*)'],
  BindInput: [136, 'void* %(void*, const char*, void*)'],
  BindOutput: [137, 'void* %(void*, const char*, void*)'],
  BindOutputToDevice: [138, 'void* %(void*, const char*, void*)'],
  GetBoundOutputValues: [140, 'void* %(void*, void*, _Out_ void**, _Out_ size_t*)'],
  ClearBoundInputs: [141, 'void %(void*)'],
  ClearBoundOutputs: [142, 'void %(void*)'],
  AddRunConfigEntry: [165, 'void* %(void*, const char*, const char*)'],
  AppendCuda: [204, 'void* %(void*, void*)'],
  CreateCudaOptions: [205, 'void* %(_Out_ void**)'],
  UpdateCudaOptions: [206, 'void* %(void*, const char**, const char**, size_t)'],
  ReleaseCudaOptions: [208, 'void %(void*)'],
  AppendProvider: [216, 'void* %(void*, const char*, const char**, const char**, size_t)'],
} as const;

type Name = keyof typeof signatures;
type Argument = Pointer | number | string | null | ArrayBufferView | readonly string[];

/** The functions of one loaded library. */
export class OrtApi {
  readonly environment: Pointer;
  readonly #functions = new Map<Name, (...args: readonly unknown[]) => unknown>();
  readonly #table: readonly Pointer[];

  /** @throws ModelError 'provider-missing' when the library is not there or too old */
  constructor(library: string) {
    const koffi = foreignFunctions();
    try {
      const getBase = koffi.load(library).func('void* OrtGetApiBase()') as () => Pointer;
      const [getApi] = koffi.decode(getBase(), koffi.array('void*', 2)) as Pointer[];
      const api = koffi.call(getApi, prototype('GetApi', 'void* %(uint32_t)'), apiVersion) as Pointer | null;
      if (api === null) throw new Error('the library is older than this program');
      this.#table = koffi.decode(api, koffi.array('void*', tableSize)) as Pointer[];
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ModelError(
        'provider-missing',
        `ONNX Runtime’s library ${library} cannot be used: ${why}.`,
        { library },
        cause,
      );
    }
    this.environment = this.make('CreateEnv', 3, 'pixellm');
  }

  /** Calls a function that may fail. @throws an Error with the library's own words */
  call(name: Name, ...args: readonly (Argument | [unknown])[]): void {
    const status = this.#function(name)(...args) as Pointer | null;
    if (status === null) return;
    const message = this.#function('GetErrorMessage')(status) as string;
    this.#function('ReleaseStatus')(status);
    throw new Error(message);
  }

  /** Calls a function whose last argument is where it puts what it made. */
  make(name: Name, ...args: readonly Argument[]): Pointer {
    const out: [Pointer | null] = [null];
    this.call(name, ...args, out);
    const [made] = out;
    if (made === null) throw new Error(`${name} made nothing.`);
    return made;
  }

  /** Calls a function whose last argument is where it puts a number. */
  count(name: Name, ...args: readonly Argument[]): number {
    const out: [unknown] = [0];
    this.call(name, ...args, out);
    return Number(out[0]);
  }

  /** The addresses that a function puts into an array of its own, which is given back. */
  pointers(name: Name, ...args: readonly Argument[]): Pointer[] {
    const allocator = this.make('GetAllocatorWithDefaultOptions');
    const [array, length]: [[Pointer | null], [unknown]] = [[null], [0]];
    this.call(name, ...args, allocator, array, length);
    const [start] = array;
    if (start === null || Number(length[0]) === 0) return [];
    const koffi = foreignFunctions();
    const found = koffi.decode(start, koffi.array('void*', Number(length[0]))) as Pointer[];
    this.call('AllocatorFree', allocator, start);
    return found;
  }

  /** Calls a function that gives nothing. */
  release(name: Name, pointer: Pointer): void {
    this.#function(name)(pointer);
  }

  #function(name: Name): (...args: readonly unknown[]) => unknown {
    const known = this.#functions.get(name);
    if (known) return known;
    const [place, signature] = signatures[name];
    const address = this.#table[place];
    if (address === undefined) throw new Error(`The library has no ${name}.`);
    const made = foreignFunctions().decode(address, prototype(name, signature)) as (
      ...args: readonly unknown[]
    ) => unknown;
    this.#functions.set(name, made);
    return made;
  }
}

/** A copy of `bytes` bytes at an address of main memory. */
export function copyOf(address: Pointer, bytes: number): ArrayBuffer {
  return foreignFunctions().view(address, bytes).slice(0);
}

const loaded = new Map<string, OrtApi>();

/** The library's functions; loaded once. */
export function ortApi(library: string): OrtApi {
  const known = loaded.get(library);
  if (known) return known;
  const api = new OrtApi(library);
  loaded.set(library, api);
  return api;
}
