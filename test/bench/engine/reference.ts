import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { CheckpointShape } from '../checkpoint/shapes.ts';
import type { Duration } from './clock.ts';
import { newTokens } from './workload.ts';

const times = z.object({ wall: z.number(), cpu: z.number() });
const answer = z.object({ towerMs: times, passMs: times });

/**
 * What the original code takes on this machine for the answer that ours is timed with, at least: the picture and the whole sequence anew for each of its
 * tokens. Masks and projectors come on top.
 *
 * @param python  one that has PyTorch
 */
export async function timeReference(
  python: string,
  { vision, language }: CheckpointShape,
  { threads, repeats }: { threads: number; repeats: number },
): Promise<Duration> {
  // Found from the root, where npm starts scripts.
  const script = path.join('test', 'bench', 'engine', 'reference_round.py');
  const { stdout } = await promisify(execFile)(
    python,
    [script, JSON.stringify({ vision, language, threads, repeats })],
    { env: { ...process.env, OMP_NUM_THREADS: String(threads) } },
  );
  const { towerMs, passMs } = answer.parse(JSON.parse(stdout));
  return {
    wallMs: newTokens * (towerMs.wall + passMs.wall),
    cpuMs: newTokens * (towerMs.cpu + passMs.cpu),
  };
}
