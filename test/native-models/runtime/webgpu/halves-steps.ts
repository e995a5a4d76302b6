import type { BoundCache } from '../../../../native-models/runtime/bound-cache.ts';
import type { Decoder } from '../../../../native-models/runtime/decoder.ts';
import { aCell } from './decoder-runs.ts';

const steps = 24;

/** Cells read one by one, the last half of them a second time with others: what an answer's steps ask of a cache. */
export async function halvesSteps(decoder: Decoder, cache: BoundCache): Promise<number[][]> {
  // Software drivers have not compiled kernels for long runs of 16-bit numbers in eleven minutes.
  cache.limitRuns(1);
  const states: number[][] = [];
  for (const [from, seed] of [
    [0, 3],
    [steps / 2, 5],
  ] as const) {
    decoder.truncate(from);
    for (let place = from; place < steps; place++) {
      const pass = await decoder.forward([aCell(place, seed)], [0]);
      decoder.keep(pass, 1);
      states.push([...pass.state(0)]);
    }
  }
  return states;
}
