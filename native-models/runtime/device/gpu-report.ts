import { existsSync } from 'node:fs';
import path from 'node:path';
import { providerNames, type Provider } from '../../names.ts';
import type { GpuReport, ProviderReport } from '../../shapes.ts';
import { knownProviders, missingLibrary } from '../ort.ts';
import { cudaProvider, cudaRuntime } from './cuda-library.ts';
import { nvidiaDriver, vulkanDrivers } from './graphics-drivers.ts';
import { nvidiaCards } from './nvidia-cards.ts';
import { librariesOfSystem, neededLibraries, pythonCudaFolders } from './shared-libraries.ts';

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
  try {
    return neededLibraries(provider).filter((name) => !isThere(name));
  } catch {
    return []; // damaged, which is not for want of another
  }
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
