import { createHash } from 'node:crypto';
import { access, constants, copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  cudaProvider,
  runtimeFolder,
  runtimeVersion,
  sharedProvider,
} from '../../../native-models/runtime/device/cuda-library.ts';
import { fileError } from '../../backend/app/file-errors.ts';
import { AppError, isAbort } from '../../common/errors.ts';
import type { Command, CommandContext } from './command.ts';
import { UsageError } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { zipMembers } from './zip-members.ts';
import { makeFolder } from '../../backend/app/make-folder.ts';

/** Where CUDA's provider for the pinned runtime is published, and how to know that what came is what was meant. */
interface CudaBuild {
  readonly url: string;
  readonly folderInside: string;
  /** How a person gets the file on a machine that reaches its host. */
  readonly byHand: string;
  readonly hash: (signal: AbortSignal) => Promise<Hash>;
  /** Whether `hash` has to ask the host. */
  readonly asksForHash: boolean;
}

interface Hash {
  readonly algorithm: 'sha256' | 'sha512';
  readonly value: string;
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
    asksForHash: false,
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
    asksForHash: true,
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
const wanted = [cudaProvider, sharedProvider];

export const gpuInstallCommand: Command = {
  name: 'gpu install',
  summary: 'Fetch ONNX Runtime’s libraries for CUDA (Linux, x64)',
  usage: '[cuda12|cuda13] [--from FILE] [--hash HEX] [--to FOLDER]',
  details:
    'cuda13 by default. Without --to they go beside the runtime; a packaged app keeps them in FOLDER and is started with PIXELLM_GPU_LIBRARIES=FOLDER.',
  options: {
    from: { type: 'string', value: 'FILE', help: 'a package that was downloaded elsewhere' },
    hash: { type: 'string', value: 'HEX', help: 'with --from: the SHA-256 or SHA-512 that FILE has to have' },
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
    // A folder that cannot be written is told before 272 MB are fetched.
    await requireWritable(to);
    const packed = await fetchBuild(name, context);
    const installed = await installLibraries(packed, { folderInside: cudaBuilds[name].folderInside, to });
    for (const file of installed) terminal.line(`Installed ${file}`);
    if (to !== runtimeFolder()) terminal.line(`Start with PIXELLM_GPU_LIBRARIES=${to}`);
    terminal.result({ installed });
    return exitCodes.done;
  },
};

/** The package’s bytes, which are what was published. */
async function fetchBuild(
  name: keyof typeof cudaBuilds,
  { input, signal, terminal }: CommandContext,
): Promise<Uint8Array> {
  const build = cudaBuilds[name];
  const from = input.path('from');
  const told = input.text('hash');
  if (told !== null && from === null)
    throw new UsageError('--hash says what a file given with --from has to be.');
  // First what needs no network: a slip of the pen is told at once.
  const brought = from === null ? null : await readPackage(from);
  const expected = told === null ? await orUnreachable(() => build.hash(signal), name, from) : hashFrom(told);
  if (brought === null) terminal.line(`Fetching ${build.url}`);
  const packed = brought ?? (await orUnreachable(() => bytesFrom(build.url, signal), name, from));
  const found = createHash(expected.algorithm).update(packed).digest('hex');
  if (found === expected.value) return packed;
  throw new AppError(
    'bad-file',
    `${from ?? build.url} is not what was published: its ${expected.algorithm} is ${found}, not ${expected.value}. Nothing was installed.`,
  );
}

async function readPackage(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw fileError(cause, file, 'read');
  }
}

function hashFrom(text: string): Hash {
  const value = text.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/u.test(value)) return { algorithm: 'sha256', value };
  if (/^[0-9a-f]{128}$/u.test(value)) return { algorithm: 'sha512', value };
  throw new UsageError('--hash wants the 64 digits of a SHA-256 or the 128 of a SHA-512, in hexadecimal.');
}

async function orUnreachable<Result>(
  work: () => Promise<Result>,
  name: keyof typeof cudaBuilds,
  from: string | null,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AppError || isAbort(cause)) throw cause;
    const { url, byHand, asksForHash } = cudaBuilds[name];
    const { host } = new URL(url);
    const command = `pixellm gpu install ${name} --from FILE${asksForHash ? ' --hash HEX' : ''}`;
    const hash = asksForHash ? ', HEX being what `sha512sum FILE` says there' : '';
    throw new AppError(
      'endpoint-unreachable',
      from === null
        ? `${host} cannot be reached from here. On a machine that reaches it: ${byHand}; then \`${command}\` here${hash}.`
        : `${from} cannot be checked: ${host}, which knows its hash, cannot be reached from here. Say what it has to be: \`${command}\`${hash}.`,
      { url },
      { cause },
    );
  }
}

/** Whether a folder can be written or made, without making it. @throws AppError */
async function requireWritable(folder: string): Promise<void> {
  let place = folder;
  while (!existsSync(place)) place = path.dirname(place);
  if (!statSync(place).isDirectory())
    throw new AppError('bad-input', `${place} is a file; the libraries go into a folder.`, { path: place });
  try {
    await access(place, constants.W_OK);
  } catch (cause) {
    throw fileError(cause, folder, 'write');
  }
}

/** Puts the provider's libraries out of a package into a folder, with the runtime itself beside them where it is not there yet. */
export async function installLibraries(
  packed: Uint8Array,
  { folderInside, to }: { folderInside: string; to: string },
): Promise<string[]> {
  const libraries = librariesIn(packed, folderInside);
  try {
    return await putInto(to, libraries);
  } catch (cause) {
    throw fileError(cause, to, 'write');
  }
}

/** @throws AppError 'bad-file' */
function librariesIn(packed: Uint8Array, folderInside: string): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  try {
    for (const { name, read } of zipMembers(packed)) {
      const file = name.startsWith(folderInside) ? name.slice(folderInside.length) : '';
      if (wanted.includes(file)) found.set(file, read());
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('bad-file', `The package cannot be unpacked. ${why}`, {}, { cause });
  }
  const lacking = wanted.filter((file) => !found.has(file));
  if (lacking.length > 0) throw new AppError('bad-file', `The package lacks ${lacking.join(' and ')}.`);
  return found;
}

async function putInto(to: string, libraries: ReadonlyMap<string, Uint8Array>): Promise<string[]> {
  await makeFolder(to);
  const installed: string[] = [];
  for (const [file, bytes] of libraries) {
    const place = path.join(to, file);
    await writeFile(`${place}.partial`, bytes);
    await rename(`${place}.partial`, place);
    installed.push(place);
  }
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
