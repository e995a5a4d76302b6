import type { Decoder } from '../../../../native-models/runtime/decoder.ts';
import type { Cell } from '../../../../native-models/runtime/sequence.ts';

const vocabulary = 14;
const promptCells = 70;

/**
 * A prompt with gaps, read in runs of the decoder's own length, some steps, a draft of which half is kept, a step after it, and a second prompt that
 * shares the first's beginning: all that a cache must bear.
 *
 * @returns the states asked for on the way
 */
export async function decoderRuns(decoder: Decoder): Promise<number[][]> {
  const states: number[][] = [];
  const read = async (cells: readonly Cell[], kept = cells.length): Promise<void> => {
    const pass = await decoder.forward(cells, [...cells.keys()]);
    decoder.keep(pass, kept);
    for (let row = 0; row < cells.length; row++) states.push([...pass.state(row)]);
  };
  const prompt = (from: number, seed: number): Cell[] =>
    Array.from({ length: promptCells - from }, (_, index) => aCell(from + index, seed));
  for (const [from, seed] of [
    [0, 3],
    [40, 5],
  ] as const) {
    decoder.truncate(from);
    const cells = prompt(from, seed);
    while (decoder.cells.length < promptCells) {
      const start = decoder.cells.length - from;
      await read(cells.slice(start, start + decoder.cellsPerRun));
    }
    for (let step = 0; step < 3; step++) await read([aCell(promptCells + step, seed)]);
    const draft = Array.from({ length: 6 }, (_, index) => aCell(promptCells + 3 + index, seed));
    await read(draft, 3);
    await read([aCell(promptCells + 6, seed + 1)]);
  }
  return states;
}

/** Every seventh position is left out, as padding is. */
export function aCell(place: number, seed: number): Cell {
  return {
    token: (place * seed + 1) % vocabulary,
    image: null,
    position: place + Math.floor(place / 6),
    isVisible: true,
  };
}
