import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { cudaRuntime } from '../../../../native-models/runtime/device/cuda-library.ts';
import { gpuReport } from '../../../../native-models/runtime/device/gpu-report.ts';
import {
  librariesOfSystem,
  neededLibraries,
  pythonCudaFolders,
} from '../../../../native-models/runtime/device/shared-libraries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe.skipIf(process.platform !== 'linux')('libraries by name', () => {
  test('are read from a library’s own header', () => {
    expect(neededLibraries(cudaRuntime())).toContain('libc.so.6');
    expect(() => neededLibraries(import.meta.filename)).toThrow(/is no library/u);
  });

  test('are found in the folders that a variable names and in the system’s own list', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'libcublas.so.13'), '');
    const isThere = librariesOfSystem({ LD_LIBRARY_PATH: `:${folder}` });
    expect([isThere('libcublas.so.13'), isThere('libc.so.6')]).toEqual([true, true]);
  });

  test('are offered from a Python environment that has them', async () => {
    const environment = await temporaryFolder();
    const packages = path.join(environment, 'lib/python3.12/site-packages/nvidia');
    await mkdir(path.join(packages, 'cublas/lib'), { recursive: true });
    await mkdir(path.join(packages, 'empty/lib'), { recursive: true });
    await writeFile(path.join(packages, 'cublas/lib/libcublas.so.13'), '');
    expect(pythonCudaFolders({ VIRTUAL_ENV: environment }, environment)).toEqual([
      path.join(packages, 'cublas/lib'),
    ]);
    expect(pythonCudaFolders({}, path.join(environment, 'nowhere'))).toEqual([]);
  });
});

test('the report names every provider this build knows, and what to do about those that lack something', () => {
  const { providers, cards } = gpuReport();
  expect(providers.find(({ provider }) => provider === 'cpu')).toEqual({
    ...{ provider: 'cpu', problem: null, missing: [], advice: null },
  });
  for (const { problem, advice } of providers) expect(problem === null).toBe(advice === null);
  for (const card of cards) expect(card.freeBytes).toBeLessThanOrEqual(card.totalBytes);
});

test('a CUDA library that is damaged does not take the report down', async () => {
  const folder = await temporaryFolder();
  for (const name of ['_providers_cuda.so', '_providers_shared.so', '.so.1'])
    await writeFile(path.join(folder, `libonnxruntime${name}`), 'half a download');
  vi.stubEnv('PIXELLM_GPU_LIBRARIES', folder);
  try {
    const cuda = gpuReport().providers.find(({ provider }) => provider === 'cuda');
    if (process.platform === 'linux') expect(cuda?.problem).toMatch(/damaged/u);
  } finally {
    vi.unstubAllEnvs();
  }
});
