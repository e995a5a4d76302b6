import { visionKeyRows } from '../../native-models/runtime/image/padding.ts';
import { placeImage } from '../../native-models/runtime/image/placement.ts';
import { floats, hostFloats, integers } from '../../native-models/runtime/ort-tensors.ts';
import type { RunTensor } from '../../native-models/runtime/ort-tensors.ts';
import type { GoldenCase, GoldenFolder } from './golden.ts';
import { goldenPixels } from './image-rungs.ts';
import type { ParityModel } from './parity-model.ts';
import { compareNumbers } from './rung.ts';
import type { Rung } from './rung.ts';

/** Everything the tapped vision graph says about a case's picture. */
export type VisionOutputs = Readonly<Record<string, RunTensor>>;

/** Runs the vision graph on the golden resized picture. */
export async function runVision(
  golden: GoldenFolder,
  example: GoldenCase,
  { manifest, tapped }: ParityModel,
): Promise<VisionOutputs> {
  const { image } = manifest.network;
  const [height, width] = example.original_size;
  const placement = placeImage({ width, height }, image.side);
  const keyRows = visionKeyRows(placement, image);
  const feeds = {
    pixel_values: floats(await goldenPixels(golden, example, image), [1, 3, image.side, image.side]),
    key_rows: integers(keyRows, [keyRows.length]),
  };
  return tapped.vision.run(feeds, tapped.vision.outputNames);
}

/** The tower's states, the projected features and the neck. */
export function* visionRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  outputs: VisionOutputs,
  model: ParityModel,
): Generator<Rung> {
  for (const name of ['vit_embeddings', 'proj_features']) {
    const expected = golden.tensor(example, name);
    if (expected)
      yield compareNumbers(
        example.name,
        expected.name,
        hostFloats(outputs, name),
        expected.values as Float32Array,
        expected.tolerance,
      );
  }
  for (const key of Object.keys(example.tensors).filter((name) => name.startsWith('vit_hidden_m'))) {
    const expected = golden.tensor(example, key);
    const found = hiddenStateTap(key, model);
    if (expected)
      yield compareNumbers(
        example.name,
        key,
        hostFloats(outputs, found),
        expected.values as Float32Array,
        expected.tolerance,
      );
  }
  const neck = golden.tensor(example, 'neck');
  if (neck)
    yield compareNumbers(
      example.name,
      neck.name,
      thinNeck(outputs, model, neck.stride),
      neck.values as Float32Array,
      neck.tolerance,
    );
}

/** vit_hidden_m11 is hidden_states[-11]; the taps carry the names of the published layers whatever the layers are. */
function hiddenStateTap(name: string, { manifest }: ParityModel): string {
  const { vision } = manifest.network;
  const layer = vision.layers + 1 - Number(name.slice('vit_hidden_m'.length));
  const level = vision.levelLayers.indexOf(layer);
  if (level < 0)
    throw new Error(
      `${name} is layer ${layer}; the network uses layers ${vision.levelLayers.join(' and ')}.`,
    );
  return ['vit_hidden_m2', 'vit_hidden_m11'][level] ?? '';
}

/** Channels 0, stride, 2 * stride, ... of both levels. The tap is [2, cells, channels] or [2, channels, grid, grid]; its dims tell. */
function thinNeck(outputs: VisionOutputs, { manifest }: ParityModel, stride: number): Float32Array {
  const values = hostFloats(outputs, 'neck');
  const { grid } = manifest.network.image;
  const channels = manifest.network.pixelDecoder.dim;
  const cells = grid * grid;
  const isChannelLast = outputs['neck']?.dims.at(-1) === channels && outputs['neck'].dims.at(-2) === cells;
  const kept: number[] = [];
  for (let level = 0; level < 2; level++) {
    for (let channel = 0; channel < channels; channel += stride) {
      for (let cell = 0; cell < cells; cell++)
        kept.push(
          values[
            level * channels * cells + (isChannelLast ? cell * channels + channel : channel * cells + cell)
          ] ?? Number.NaN,
        );
    }
  }
  return Float32Array.from(kept);
}
