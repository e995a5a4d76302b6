import { existsSync } from 'node:fs';
import path from 'node:path';
import { providerNames, type Provider } from '../../names.ts';
import { knownProviders, missingLibrary } from '../ort.ts';
import { cudaProvider, cudaRuntime } from './cuda-library.ts';
import { nvidiaDriver, vulkanDrivers } from './graphics-drivers.ts';
import { nvidiaCards } from './nvidia-cards.ts';
import { librariesOfSystem, neededLibraries, pythonCudaFolders } from './shared-libraries.ts';

/** What there is to compute with on this machine, and what is missing by name. */
export interface GpuReport {
  readonly cards: { readonly name: string; readonly totalBytes: number; readonly freeBytes: number }[];
  /** NVIDIA's driver, and the Vulkan drivers by name. */
  readonly nvidiaDriver: string | null;
  readonly vulkanDrivers: string[];
  readonly providers: ProviderReport[];
  /** Folders of a Python environment that hold libraries CUDA lacks here. */
  readonly pythonFolders: string[];
}

export interface ProviderReport {
  readonly provider: Provider;
  /** Why it cannot be used as things are; null when nothing is known to be missing. */
  readonly problem: string | null;
  /** Libraries that are missing, by name. */
  readonly missing: string[];
  /** What to do about it. */
  readonly advice: string | null;
}

/** Looks without loading anything: no driver is woken, nothing is computed. */
export function gpuReport(): GpuReport {
  const missing = missingForCuda();
  return {
    cards: (nvidiaCards() ?? []).map(({ name, totalBytes, freeBytes }) => ({ name, totalBytes, freeBytes })),
    nvidiaDriver: nvidiaDriver(),
    vulkanDrivers: vulkanDrivers().map((file) => path.basename(file, '.json')),
    providers: knownProviders().map((provider) => reportOn(provider, missing)),
    pythonFolders: pythonCudaFolders().filter((folder) =>
      missing.some((name) => existsSync(path.join(folder, name))),
    ),
  };
}

/** Libraries that CUDA's provider asks for and nobody finds; none where the provider itself is not there. */
function missingForCuda(): string[] {
  const provider = path.join(path.dirname(cudaRuntime()), cudaProvider);
  if (process.platform !== 'linux' || !existsSync(provider)) return [];
  const isThere = librariesOfSystem();
  return neededLibraries(provider).filter((name) => !isThere(name));
}

function reportOn(provider: Provider, missingForCuda: string[]): ProviderReport {
  const missing = provider === 'cuda' ? missingForCuda : [];
  const problem =
    missingLibrary(provider) ??
    (missing.length > 0 ? `${providerNames[provider]} lacks ${missing.join(', ')}.` : null);
  return { provider, problem, missing, advice: problem === null ? null : adviceFor(provider, missing) };
}

function adviceFor(provider: Provider, missing: readonly string[]): string {
  if (provider === 'cuda' && missing.length > 0)
    return 'Install CUDA’s and cuDNN’s libraries, or start with LD_LIBRARY_PATH naming the folders of a Python environment that has them.';
  if (provider === 'cuda')
    return 'With an NVIDIA card: install its driver, then `npm run gpu:install -- cuda13` (or cuda12).';
  return 'Install the graphics driver of your card with its Vulkan part.';
}
