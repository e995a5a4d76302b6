import { z } from 'zod';
import { openCheckpoint } from '../../native-models/checkpoint/checkpoint.ts';
import { cellsRowMajor, densePositions } from '../../native-models/pixellm/dense-positions.ts';
import type { Network } from '../../native-models/pixellm/network.ts';
import { resizePositionTable } from '../../native-models/pixellm/position-table.ts';
import type { GoldenFolder } from './golden.ts';
import { brokenRung, compareEqual, compareNumbers } from './rung.ts';
import type { Rung } from './rung.ts';

const stateDictSchema = z.record(z.string(), z.tuple([z.array(z.number()), z.string()]));
const shortDtypes: Readonly<Record<string, string>> = {
  bfloat16: 'bf16',
  float16: 'f16',
  float32: 'f32',
  float64: 'f64',
};

/** Names, shapes and dtypes of the checkpoint, and the tables that the network computes from it once. */
export async function* checkpointRungs(
  golden: GoldenFolder,
  folders: { checkpoint: string; vision: string },
  network: Network,
): AsyncGenerator<Rung> {
  if (golden.has('statedict.json')) yield* stateDictRung(golden, folders.checkpoint);
  yield* positionRungs(golden, folders, network);
  const perToken = golden.global('multiseg_scalar');
  if (perToken)
    yield compareNumbers(
      'globals',
      perToken.name,
      new Array(perToken.values.length).fill(network.codebook.tokenWeight),
      perToken.values as Float32Array,
      perToken.tolerance,
    );
  const perLevel = golden.global('multiscale_scalar');
  if (perLevel)
    yield compareNumbers(
      'globals',
      perLevel.name,
      new Array(network.codebook.levels).fill(network.codebook.levelWeight),
      perLevel.values as Float32Array,
      perLevel.tolerance,
    );
}

async function* stateDictRung(golden: GoldenFolder, folder: string): AsyncGenerator<Rung> {
  const expected = Object.entries(stateDictSchema.parse(golden.readJson('statedict.json'))).map(
    ([name, [shape, dtype]]) => `${name} [${shape.join()}] ${shortDtypes[dtype] ?? dtype}`,
  );
  const checkpoint = await openCheckpoint(folder);
  const found = [...checkpoint.tensors].map(
    ([name, { shape, dtype }]) => `${name} [${shape.join()}] ${dtype}`,
  );
  await checkpoint.dispose();
  yield compareEqual('checkpoint', 'names, shapes, dtypes', found.sort(), expected.sort());
}

async function* positionRungs(
  golden: GoldenFolder,
  { checkpoint, vision }: { checkpoint: string; vision: string },
  network: Network,
): AsyncGenerator<Rung> {
  const { grid } = network.image;
  const table = golden.global('position_embedding_resized');
  if (table) {
    const native = await readEnding(vision, 'vision_model.embeddings.position_embedding.weight');
    const settings = {
      width: network.vision.hidden,
      nativeGrid: network.vision.nativeSide / network.image.patch,
      grid,
    };
    yield compareNumbers(
      'globals',
      table.name,
      resizePositionTable(native, settings),
      table.values as Float32Array,
      table.tolerance,
    );
  }
  for (const [name, tensor, side] of [
    ['dense_pe', 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix', grid],
    ['pe1', 'mask_decoder.pe1.positional_encoding_gaussian_matrix', 2 * grid],
  ] as const) {
    const expected = golden.global(name);
    if (!expected) continue;
    const gaussian = await readEnding(checkpoint, tensor).catch((cause: unknown) => cause);
    if (!(gaussian instanceof Float32Array)) yield brokenRung('globals', name, gaussian);
    else
      yield compareNumbers(
        'globals',
        expected.name,
        thinChannels(densePositions(gaussian, side, cellsRowMajor(side)), side, expected.stride),
        expected.values as Float32Array,
        expected.tolerance,
      );
  }
}

async function readEnding(folder: string, ending: string): Promise<Float32Array> {
  const checkpoint = await openCheckpoint(folder);
  try {
    const name = [...checkpoint.tensors.keys()].find((key) => key.endsWith(ending));
    if (name === undefined) throw new Error(`${folder} has no tensor ending in ${ending}.`);
    return await checkpoint.readFloat32(name);
  } finally {
    await checkpoint.dispose();
  }
}

/** [cells, channels] -> channels 0, stride, ... as [channel, cells]. */
function thinChannels(values: Float32Array, side: number, stride: number): Float32Array {
  const cells = side * side;
  const channels = values.length / cells;
  const kept: number[] = [];
  for (let channel = 0; channel < channels; channel += stride)
    for (let cell = 0; cell < cells; cell++) kept.push(values[cell * channels + channel] ?? Number.NaN);
  return Float32Array.from(kept);
}
