import type { BoundCache } from './bound-cache.ts';
import type { Decoder } from './decoder.ts';
import type { Cell } from './sequence.ts';

/**
 * Rows from which WebGPU's attention goes another way, for which the GPU must move numbers between the members of a subgroup. Where subgroups are
 * smaller than that way assumes (SwiftShader's four) its results are off by half of their size, whatever the model; shorter runs are right.
 */
const shortRun = 31;
const testedCells = 48;
/**
 * Share of a state's size, of the worst row: wrong attention spares some (measured: 1 to 40 %, the last of 48 rows by chance 5 %). Kernels for 4-bit
 * weights that depend on the number of rows stay far below.
 */
const tolerance = 0.1;

/** Reads the same cells in one long run and in short ones; where the two disagree, the decoder keeps to short ones from then on. */
export async function keepToRunsThatAgree(
  decoder: Decoder,
  cache: BoundCache,
  { vocabulary }: { vocabulary: number },
): Promise<void> {
  const cells = Array.from(
    { length: testedCells },
    (_, position): Cell => ({ token: (position * 7) % vocabulary, image: null, position, isVisible: true }),
  );
  const long = await statesOf(decoder, cells, testedCells);
  const short = await statesOf(decoder, cells, testedCells / 3);
  decoder.truncate(0);
  const differences = long.map((state, row) => relativeDifference(state, short[row] ?? new Float32Array()));
  if (!differences.every((difference) => difference <= tolerance)) cache.limitRuns(shortRun);
}

async function statesOf(
  decoder: Decoder,
  cells: readonly Cell[],
  cellsPerRun: number,
): Promise<Float32Array[]> {
  decoder.truncate(0);
  const states: Float32Array[] = [];
  for (let start = 0; start < cells.length; start += cellsPerRun) {
    const run = cells.slice(start, start + cellsPerRun);
    const pass = await decoder.forward(run, [...run.keys()]);
    decoder.keep(pass, run.length);
    for (const row of run.keys()) states.push(pass.state(row));
  }
  return states;
}

function relativeDifference(a: Float32Array, b: Float32Array): number {
  let [error, energy] = [0, 0];
  for (const [index, value] of b.entries()) {
    error += ((a[index] ?? Number.NaN) - value) ** 2;
    energy += value ** 2;
  }
  return Math.sqrt(error / energy);
}
