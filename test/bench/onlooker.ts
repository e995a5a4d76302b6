import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ServedApp } from '../helpers/served-app.ts';

/** A second window in a thread of its own: asks for a sign of life all the time and notes its longest wait. */
export async function anOnlooker(app: ServedApp) {
  const worker = new Worker(new URL('bench-victim.js', import.meta.url), { workerData: app.pass });
  await once(worker, 'message');
  return {
    async end(): Promise<{ worst: number; answers: number }> {
      await sleep(300);
      worker.postMessage('end');
      const [told] = (await once(worker, 'message')) as [{ worst: number; answers: number }]; // bench-victim's word
      await worker.terminate();
      return told;
    },
  };
}

/** Megabytes of the process, now and at most since it began. */
export async function memoryOf(pid: number): Promise<{ readonly now: number; readonly most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`, 'u').exec(status)?.[1]) / 1024);
  return { now: field('VmRSS'), most: field('VmHWM') };
}

/** Seconds of processor that the process took since it began: on a busy machine the clock says little. */
export async function processorSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100; // utime and stime, in hundredths
}
