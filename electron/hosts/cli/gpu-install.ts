import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runtimeFolder, runtimeVersion } from '../../../native-models/runtime/device/cuda-library.ts';
import { AppError } from '../../common/errors.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { zipMembers } from './zip-members.ts';

/** Where CUDA's provider for the pinned runtime is published, and how to know that what came is what was meant. */
interface CudaBuild {
  readonly url: string;
  readonly folderInside: string;
  /** How a person gets the file on a machine that reaches its host. */
  readonly byHand: string;
  readonly hash: (signal: AbortSignal) => Promise<{ algorithm: 'sha256' | 'sha512'; value: string }>;
}

const version = '1.30.0';
const nuget = 'https://api.nuget.org';
const nugetPackage = 'microsoft.ml.onnxruntime.gpu.linux';
const wheel =
  'https://files.pythonhosted.org/packages/ea/71/b225bd559a718f6cefb058d4f4c4c95e556543f47d4be0e81819681ac347/onnxruntime_gpu-1.30.0-cp311-cp311-manylinux_2_28_x86_64.whl';

const cudaBuilds: Readonly<Record<'cuda12' | 'cuda13', CudaBuild>> = {
  cuda13: {
    url: wheel,
    folderInside: 'onnxruntime/capi/',
    byHand: 'pip download onnxruntime-gpu==1.30.0 --no-deps --only-binary :all: --python-version 3.11',
    hash: () =>
      Promise.resolve({
        algorithm: 'sha256',
        value: '4fbf0c5d7b5fb99266c2e8a802e3e64af68bdc383e0f3c7349b985f1087eedaa',
      }),
  },
  cuda12: {
    url: `${nuget}/v3-flatcontainer/${nugetPackage}/${version}/${nugetPackage}.${version}.nupkg`,
    folderInside: 'runtimes/linux-x64/native/',
    byHand: `download the package Microsoft.ML.OnnxRuntime.Gpu.Linux ${version} from nuget.org`,
    // The registry itself says what the package must be; the entry lies apart from the file.
    hash: async (signal) => {
      const leaf = await json(`${nuget}/v3/registration5-semver1/${nugetPackage}/${version}.json`, signal);
      const entry = await json(String(leaf['catalogEntry']), signal);
      return {
        algorithm: 'sha512',
        value: Buffer.from(String(entry['packageHash']), 'base64').toString('hex'),
      };
    },
  },
};

/** The provider and what it is loaded through. TensorRT's is left where it is. */
const wanted = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];

export const gpuInstallCommand: Command = {
  name: 'gpu install',
  summary: 'Fetch ONNX Runtime’s libraries for CUDA (Linux, x64)',
  usage: '[cuda12|cuda13] [--from FILE] [--to FOLDER]',
  details:
    'cuda13 by default. Without --to they go beside the runtime; a packaged app keeps them in FOLDER and is started with PIXELLM_GPU_LIBRARIES=FOLDER.',
  options: {
    from: { type: 'string', value: 'FILE', help: 'a package that was downloaded elsewhere' },
    to: { type: 'string', value: 'FOLDER', help: 'where the libraries go' },
  },
  positionals: { min: 0, max: 1 },

  async run(context) {
    const { input, terminal } = context;
    const name = input.positionals[0] ?? 'cuda13';
    if (name !== 'cuda12' && name !== 'cuda13')
      throw new AppError('bad-input', `There are builds for cuda12 and cuda13, none for ${name}.`);
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new AppError('provider-unavailable', 'CUDA’s libraries are published for Linux on x64 only.');
    if (runtimeVersion() !== version)
      throw new AppError(
        'provider-unavailable',
        `These libraries are for ${version}; the runtime here is ${runtimeVersion()}.`,
      );
    const to = input.path('to') ?? runtimeFolder();
    const packed = await fetchBuild(name, context);
    const installed = await installLibraries(packed, { folderInside: cudaBuilds[name].folderInside, to });
    for (const file of installed) terminal.line(`Installed ${file}`);
    if (to !== runtimeFolder()) terminal.line(`Start with PIXELLM_GPU_LIBRARIES=${to}`);
    terminal.result({ installed });
    return exitCodes.done;
  },
};

async function fetchBuild(
  name: keyof typeof cudaBuilds,
  { input, signal, terminal }: CommandContext,
): Promise<Uint8Array> {
  const build = cudaBuilds[name];
  const from = input.path('from');
  try {
    const expected = await build.hash(signal);
    if (from === null) terminal.line(`Fetching ${build.url}`);
    const packed = from === null ? await bytesFrom(build.url, signal) : new Uint8Array(await readFile(from));
    const found = createHash(expected.algorithm).update(packed).digest('hex');
    if (found === expected.value) return packed;
    throw new AppError(
      'bad-file',
      `${from ?? build.url} is not what was published: its ${expected.algorithm} is ${found}, not ${expected.value}. Nothing was installed.`,
    );
  } catch (cause) {
    if (cause instanceof AppError || signal.aborted) throw cause;
    if (from !== null && !(cause instanceof TypeError)) throw cause;
    const { host } = new URL(build.url);
    throw new AppError(
      'endpoint-unreachable',
      `${host} cannot be reached from here. On a machine that reaches it: ${build.byHand}; then \`pixellm gpu install ${name} --from FILE\` here.`,
      { url: build.url },
      { cause },
    );
  }
}

/** Puts the provider's libraries out of a package into a folder, with the runtime itself beside them where it is not there yet. */
export async function installLibraries(
  packed: Uint8Array,
  { folderInside, to }: { folderInside: string; to: string },
): Promise<string[]> {
  await mkdir(to, { recursive: true });
  const installed: string[] = [];
  for (const { name, read } of zipMembers(packed)) {
    const file = name.startsWith(folderInside) ? name.slice(folderInside.length) : '';
    if (!wanted.includes(file)) continue;
    const place = path.join(to, file);
    await writeFile(`${place}.partial`, read());
    await rename(`${place}.partial`, place);
    installed.push(place);
  }
  if (installed.length !== wanted.length)
    throw new AppError('bad-file', `The package lacks ${wanted.join(' or ')}.`);
  if (path.resolve(to) !== path.resolve(runtimeFolder()))
    await copyFile(path.join(runtimeFolder(), 'libonnxruntime.so.1'), path.join(to, 'libonnxruntime.so.1'));
  return installed;
}

async function bytesFrom(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new TypeError(`${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function json(url: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new TypeError(`${response.status}`);
  return (await response.json()) as Record<string, unknown>; // looked at where it is used
}
