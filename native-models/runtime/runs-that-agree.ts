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
  const cells = someCells(testedCells, vocabulary);
  const long = await statesOf(decoder, cells, testedCells);
  const short = await statesOf(decoder, cells, testedCells / 3);
  decoder.truncate(0);
  if (!agree(long, short)) cache.limitRuns(shortRun);
}

/**
 * Whether runs that are recorded and repeated give what one run over all their cells gives, which is not recorded: first steps, of which the
 * third and later ones are repeats, then drafts of `drafted` cells.
 */
export async function repeatsAgree(
  decoder: Decoder,
  { vocabulary }: { vocabulary: number },
  drafted: number,
): Promise<boolean> {
  const cells = someCells(5 * drafted + 1, vocabulary); // a length of which neither is
  const whole = await statesOf(decoder, cells, Math.min(cells.length, decoder.cellsPerRun));
  const steps = await statesOf(decoder, cells.slice(0, drafted + 1), 1);
  const drafts = await statesOf(decoder, cells.slice(0, 5 * drafted), drafted);
  decoder.truncate(0);
  return agree(steps, whole) && agree(drafts, whole);
}

function someCells(count: number, vocabulary: number): Cell[] {
  return Array.from({ length: count }, (_, position) => ({
    ...{ token: (position * 7) % vocabulary, position },
    ...{ image: null, isVisible: true },
  }));
}

function agree(states: readonly Float32Array[], expected: readonly Float32Array[]): boolean {
  return states.every(
    (state, row) => relativeDifference(state, expected[row] ?? new Float32Array()) <= tolerance,
  );
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
