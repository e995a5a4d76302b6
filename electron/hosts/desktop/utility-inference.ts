import { join } from 'node:path';
import { utilityProcess } from 'electron';
import { inferenceEnvironment } from '../../../native-models/quiet-environment.ts';
import type { InferenceProcess, SpawnInference } from '../../inference/inference-process.ts';

/** Starts inference as a utility process of Electron: no window, no Node flags, its own memory. */
export function utilityInference(bundlesFolder: string): SpawnInference {
  return (): InferenceProcess => {
    const child = utilityProcess.fork(join(bundlesFolder, 'inference.js'), [], {
      env: inferenceEnvironment(process.env),
      serviceName: 'PixelLM inference',
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    let isRunning = true;
    child.on('exit', () => {
      isRunning = false;
    });
    return {
      send(message) {
        if (isRunning) child.postMessage(message);
      },
      onMessage: (listener) => void child.on('message', listener),
      // Electron reports a code alone, and never starts less than a process: a failed start is an exit too.
      onExit: (listener) => void child.once('exit', (code) => listener({ code, signal: null })),
      kill: () => void child.kill(),
    };
  };
}
