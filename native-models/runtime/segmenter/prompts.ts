import { ModelError } from '../../errors.ts';
import type { Placement } from '../../shapes.ts';
import type { TensorFacts } from '../ort.ts';
import { type HostTensor, floats, halfFloats, integers, wholeNumbers } from '../ort-tensors.ts';
import type { Signature } from './signature.ts';

/** What a person pointed at, in the image's own pixels. */
export interface Prompts {
  readonly points: readonly PointPrompt[];
  /** [left, top, right, bottom]; null for none. */
  readonly box: readonly [number, number, number, number] | null;
}

export interface PointPrompt {
  readonly x: number;
  readonly y: number;
  /** False: it lies beside the object. */
  readonly isInside: boolean;
}

/** Labels of points, the same in all of these networks. Source: PromptEncoder._embed_points */
const labels = { none: -1, outside: 0, inside: 1, topLeft: 2, bottomRight: 3 } as const;

type Entry = readonly [x: number, y: number, label: number];
const none: Entry = [0, 0, labels.none];

export interface PromptFeeds {
  readonly feeds: Readonly<Record<string, HostTensor>>;
  /** Points as the decoder counts them, corners of a box and the one that stands for "no box" among them. */
  readonly count: number;
}

/**
 * The decoder's inputs for these prompts.
 *
 * @param placement where the image lies in the network's square
 * @throws ModelError 'prompt-unsupported' for what this family never learnt, and for no prompt at all
 */
export function promptFeeds(
  signature: Signature,
  prompts: Prompts,
  image: { readonly width: number; readonly height: number },
  placement: Placement,
): PromptFeeds {
  checkPrompts(signature, prompts);
  const { family, maskSide } = signature;
  const isEfficient = family === 'efficient-sam';
  // EfficientSAM scales from the picture's size, whatever it is told that is: told the masks' own, it gives them at that size.
  const frame = isEfficient
    ? { width: maskSide, height: maskSide }
    : { width: placement.resizedWidth, height: placement.resizedHeight };
  const across = frame.width / image.width;
  const down = frame.height / image.height;
  const points = prompts.points.map(
    ({ x, y, isInside }): Entry => [x * across, y * down, isInside ? labels.inside : labels.outside],
  );
  const corners: Entry[] = [];
  if (prompts.box !== null) {
    const [left, top, right, bottom] = prompts.box;
    corners.push([left * across, top * down, labels.topLeft]);
    corners.push([right * across, bottom * down, labels.bottomRight]);
  }
  if (signature.isSeparate) return separateFeeds(signature, points, corners);
  // Source: segment-anything's onnx_model_example.ipynb: without a box a point that is none stands in its place. SAM 2's decoders add it themselves.
  const needsNone = (family === 'sam' || family === 'sam-hq') && corners.length === 0;
  const pointed = [...points, ...corners, ...(needsNone ? [none] : [])];
  const entries = filledUp(pointed, signature);
  const batch = isEfficient ? [1, 1] : [1];
  const noMask = [new Array<number>(maskSide * maskSide).fill(0), [1, 1, maskSide, maskSide]] as const;
  // Told that the picture is as large as the masks, none of them makes larger ones, and all of them make whole squares.
  const size = [[maskSide, maskSide], [2]] as const;
  const values: PromptValues = {
    point_coords: [entries.flatMap(([x, y]) => [x, y]), [...batch, entries.length, 2]],
    point_labels: [entries.map(([, , label]) => label), [...batch, entries.length]],
    mask_input: noMask,
    input_masks: noMask,
    has_mask_input: [[0], [1]],
    has_input_masks: [[0], [1]],
    orig_im_size: size,
    original_image_size: size,
  };
  return { feeds: feedsOf(signature, values), count: pointed.length };
}

/** As many as the decoder's file fixes; what is cut off is a point that is none. */
function filledUp(entries: readonly Entry[], { exactPoints }: Signature): readonly Entry[] {
  if (exactPoints === null) return entries;
  return Array.from({ length: exactPoints }, (_, at) => entries[at] ?? none);
}

/** transformers' form: boxes apart from points, and no point is said by one that is none. */
function separateFeeds(
  signature: Signature,
  points: readonly Entry[],
  corners: readonly Entry[],
): PromptFeeds {
  const pointed = points.length > 0 ? points : [none];
  const entries = filledUp(pointed, signature);
  const values: PromptValues = {
    input_points: [entries.flatMap(([x, y]) => [x, y]), [1, 1, entries.length, 2]],
    input_labels: [entries.map(([, , label]) => label), [1, 1, entries.length]],
    // No box is a list of none.
    input_boxes: [corners.flatMap(([x, y]) => [x, y]), [1, corners.length / 2, 4]],
  };
  return { feeds: feedsOf(signature, values), count: pointed.length + corners.length };
}

/** Numbers and dimensions by the input's name, without the "batched_" that EfficientSAM puts before it. */
type PromptValues = Readonly<Record<string, readonly [values: readonly number[], dims: readonly number[]]>>;

function feedsOf({ prompts }: Signature, values: PromptValues): PromptFeeds['feeds'] {
  const feeds = [...prompts.values()].map((tensor) => {
    const value = values[tensor.name.replace(/^batched_/u, '')];
    if (value === undefined) throw new Error(`Broken assumption: ${tensor.name} is a known input`);
    return [tensor.name, asTensor(tensor, ...value)] as const;
  });
  return Object.fromEntries(feeds);
}

function asTensor({ type }: TensorFacts, values: readonly number[], dims: readonly number[]): HostTensor {
  if (type === 'int64') return integers(values.map(Math.round), dims);
  if (type === 'int32') return wholeNumbers(values.map(Math.round), dims);
  if (type === 'float16') return halfFloats(Float32Array.from(values), dims);
  return floats(Float32Array.from(values), dims);
}

function checkPrompts(signature: Signature, { points, box }: Prompts): void {
  const refuse = (message: string): never => {
    throw new ModelError('prompt-unsupported', message, { family: signature.family });
  };
  if (box === null && !points.some(({ isInside }) => isInside))
    refuse('Click on the object, or draw a box around it, first.');
  if (box !== null && !signature.takesBoxes)
    refuse('This decoder takes points only; it has no input for boxes.');
  if (!signature.takesOutside && points.some(({ isInside }) => !isInside))
    refuse(
      'EfficientSAM never learnt points beside an object. Use points on the object and boxes, or the files of another model.',
    );
  const count = points.length + (box === null || signature.isSeparate ? 0 : 2);
  if (signature.mostPoints !== null && count > signature.mostPoints)
    refuse(
      signature.family === 'efficient-sam'
        ? `EfficientSAM looks at ${signature.mostPoints} points, corners of a box counted, and would leave out the rest.`
        : `This decoder was written for ${signature.mostPoints} points, corners of a box counted.`,
    );
}
