/** Where ONNX Runtime's own libraries lie, and CUDA's provider beside them. Loads none of them. */
import { createRequire } from 'node:module';
import path from 'node:path';

/** The exact version that is installed. */
export function runtimeVersion(): string {
  const manifest = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }; // npm's own file
  return manifest.version;
}

/** CUDA's part of the runtime. */
export const cudaProvider = 'libonnxruntime_providers_cuda.so';
/** What every provider of a file of its own is loaded through. */
export const sharedProvider = 'libonnxruntime_providers_shared.so';

/**
 * ONNX Runtime's library that has CUDA's provider beside it: the one in the folder that PIXELLM_GPU_LIBRARIES names, for packaged apps whose own
 * folder nobody may write to, else the package's.
 */
export function cudaRuntime(): string {
  const named = process.env['PIXELLM_GPU_LIBRARIES'] ?? '';
  return path.join(named === '' ? runtimeFolder() : named, 'libonnxruntime.so.1');
}

/** The very library that onnxruntime-node loads: memory of a card is shared within one only. */
export function packagedRuntime(): string {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'libonnxruntime.1.dylib',
    win32: 'onnxruntime.dll',
  };
  return path.join(runtimeFolder(), names[process.platform] ?? 'libonnxruntime.so.1');
}

/** Where onnxruntime-node keeps its libraries for this system. */
export function runtimeFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  // What native code opens lies beside a packaged app's archive, not in it.
  const folder = path.dirname(manifest).replace(/app\.asar(?=[\\/])/u, 'app.asar.unpacked');
  return path.join(folder, 'bin', 'napi-v6', process.platform, process.arch);
}
