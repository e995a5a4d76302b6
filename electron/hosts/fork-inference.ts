import { fork } from 'node:child_process';
import { join } from 'node:path';
import { inferenceEnvironment } from '../../native-models/quiet-environment.ts';
import type { InferenceProcess, SpawnInference } from '../inference/inference-process.ts';

/** Starts inference as a child of a plain Node process: browser door and command line. */
export function forkInference(bundlesFolder: string): SpawnInference {
  return (): InferenceProcess => {
    const child = fork(join(bundlesFolder, 'inference.js'), [], {
      env: inferenceEnvironment(process.env),
      serialization: 'advanced', // structured clone: typed arrays arrive as such
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let hasEnded = false;
    return {
      pid: child.pid,
      send(message) {
        // Holds because advanced serialisation takes whatever structured clone takes.
        if (child.connected) child.send(message as object, () => undefined);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit(listener) {
        const end = (code: number | null, signal: string | null): void => {
          if (hasEnded) return;
          hasEnded = true;
          listener({ code, signal });
        };
        child.on('exit', end);
        child.on('error', () => {
          if (child.pid === undefined) end(null, null); // it never started, so no exit follows
        });
      },
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
