import sharp from 'sharp';
import type { ModelManifest } from '../../native-models/pixellm/manifest.ts';
import { placeImage } from '../../native-models/runtime/image/placement.ts';
import { floats, hostFloats } from '../../native-models/runtime/ort-tensors.ts';
import type { HostTensor, RunTensor } from '../../native-models/runtime/ort-tensors.ts';
import { imageMarker } from '../../native-models/runtime/sequence.ts';
import { forEachLogitRow, upscaleAndScore } from '../../native-models/runtime/upscale-mask.ts';
import type { GoldenCase, GoldenFolder } from './golden.ts';
import { thinRowsAndColumns } from './image-rungs.ts';
import type { ParityModel } from './parity-model.ts';
import { compareEqual, compareNumbers } from './rung.ts';
import type { Rung } from './rung.ts';
import type { VisionOutputs } from './vision-rungs.ts';
import { wholeBitmap } from '../helpers/image-mask.ts';

/** Shares of the union that intersect; the golden folder asks for at least this much. */
const leastIou = 0.998;

/**
 * Fusion and the pixel decoder.
 *
 * @param states  the final-normed states of the whole sequence, f32 [length, hidden]: golden ones where there are
 */
export async function* pixelDecoderRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  { states, ids, outputs }: { states: Float32Array; ids: readonly number[]; outputs: VisionOutputs },
  model: ParityModel,
): AsyncGenerator<Rung> {
  const { manifest, tapped } = model;
  const { hidden } = manifest.network.language;
  const size = manifest.tokens.codebook.length;
  const rows = predictingRows(ids, manifest);
  yield compareEqual(
    example.name,
    'targets',
    [rows.length % size === 0 ? rows.length / size : 0],
    [example.targets],
  );
  if (example.targets === 0 || rows.length % size !== 0) return;
  const gathered = Float32Array.from(
    rows.flatMap((row) => [...states.subarray(row * hidden, (row + 1) * hidden)]),
  );
  const feeds = {
    states: floats(gathered, [rows.length / size, size, hidden]),
    level0: hostTensor(outputs, 'level0'),
    level1: hostTensor(outputs, 'level1'),
  };
  const found = await tapped.masks.run(feeds, tapped.masks.outputNames);
  for (const [name, output] of [
    ['fused_embeddings', 'fused'],
    ['level0_mask', 'level0_mask'],
    ['level1_mask', 'level1_mask'],
    ['combined_mask', 'logits'],
  ] as const) {
    const expected = golden.tensor(example, name);
    if (expected)
      yield compareNumbers(
        example.name,
        name,
        hostFloats(found, output),
        expected.values as Float32Array,
        expected.tolerance,
      );
  }
}

/** The states that predict codebook tokens: one place before each, the image's tokens counted. */
function predictingRows(ids: readonly number[], manifest: ModelManifest): number[] {
  const codebook = new Set(manifest.tokens.codebook);
  const marker = ids.indexOf(imageMarker);
  const extra = manifest.network.image.tokens - 1;
  return ids.flatMap((id, index) =>
    codebook.has(id) && index > 0 ? [index - 1 + (index > marker ? extra : 0)] : [],
  );
}

/** Upscaling, scores and binary masks from the golden low-resolution logits. */
export async function* upscaleRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  manifest: ModelManifest,
): AsyncGenerator<Rung> {
  const combined = golden.tensor(example, 'combined_mask');
  if (!combined) return;
  const side = manifest.network.pixelDecoder.maskSide;
  const values = combined.values as Float32Array;
  const masks = Array.from({ length: example.targets }, (_, index) =>
    values.subarray(index * side * side, (index + 1) * side * side),
  );
  yield* finalRungs(golden, example, masks, manifest, 'golden logits');
}

/** What a person sees: logits at the image's size, scores, binary masks. */
export async function* finalRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  masks: readonly Float32Array[],
  manifest: ModelManifest,
  from: string,
): AsyncGenerator<Rung> {
  const side = manifest.network.pixelDecoder.maskSide;
  const [height, width] = example.original_size;
  const image = { width, height };
  const placement = placeImage(image, manifest.network.image.side);
  const full = masks.map((logits) => {
    const all = new Float32Array(width * height);
    forEachLogitRow({ logits, side }, placement, image, Number.NEGATIVE_INFINITY, (y, firstX, row) =>
      all.set(row, y * width + firstX),
    );
    return all;
  });
  const final = golden.tensor(example, 'final_logits');
  if (final) {
    const thinned = full.flatMap((logits) => [
      ...thinRowsAndColumns(logits, { channels: 1, width, height }, final.stride),
    ]);
    yield compareNumbers(
      example.name,
      `${final.name} (${from})`,
      thinned,
      final.values as Float32Array,
      final.tolerance,
    );
  }
  const scores = golden.tensor(example, 'mask_scores');
  const drawn = masks.map((logits) => upscaleAndScore({ logits, side }, placement, image));
  if (scores)
    yield compareNumbers(
      example.name,
      `mask_scores (${from})`,
      drawn.map(({ score }) => score),
      scores.values as Float32Array,
      scores.tolerance,
    );
  for (const [index, png] of example.mask_png.entries()) {
    const mask = drawn[index];
    const expected = await readMask(golden.path(png));
    yield compareMasks(`${png.replace(/^.*\//, '')} (${from})`, {
      example,
      found: mask ? wholeBitmap(mask) : new Uint8Array(width * height),
      expected,
      logits: full[index] ?? new Float32Array(0),
      tolerance: golden.tolerance('final_logits'),
    });
  }
}

/** A pixel may differ only where its logit is within the tolerance of 0. */
function compareMasks(
  name: string,
  facts: {
    example: GoldenCase;
    found: Uint8Array;
    expected: Uint8Array;
    logits: Float32Array;
    tolerance: number;
  },
): Rung {
  const { example, found, expected, logits, tolerance } = facts;
  let [both, either, different, certain] = [0, 0, 0, 0];
  for (const [pixel, bit] of expected.entries()) {
    const mine = found[pixel] ?? 0;
    both += bit & mine;
    either += bit | mine;
    if (bit === mine) continue;
    different++;
    if (!(Math.abs(logits[pixel] ?? Number.NaN) <= tolerance)) certain++;
  }
  const iou = either === 0 ? 1 : both / either;
  const passed = certain === 0 && iou >= leastIou && found.length === expected.length;
  const note = `IoU ${iou.toFixed(5)}, ${different} pixels differ, ${certain} of them beyond the tolerance`;
  return { scope: example.name, name, maxAbs: certain, maxRel: 1 - iou, tolerance: 0, passed, note };
}

async function readMask(file: string): Promise<Uint8Array> {
  const { data, info } = await sharp(file).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  return Uint8Array.from({ length: info.width * info.height }, (_, pixel) =>
    (data[pixel * info.channels] ?? 0) > 127 ? 1 : 0,
  );
}

function hostTensor(outputs: Readonly<Record<string, RunTensor>>, name: string): HostTensor {
  return floats(hostFloats(outputs, name), outputs[name]?.dims ?? []);
}
