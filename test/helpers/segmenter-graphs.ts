import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Graph, type Value } from '../../native-models/onnx/graph.ts';
import { encodeModel } from '../../native-models/onnx/model-file.ts';
import type { SegmenterFamily } from '../../native-models/runtime/segmenter/signature.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * Small pairs of graphs with the names, shapes and conventions of the real exporters, and random weights in their encoders. Their decoders
 * compute what can be checked: a disk around the middle of the points on the object (or of the box), with a hole at each point beside it.
 */
export const tiny = { side: 64, cells: 4, channels: 8, maskSide: 16, radius: 12 } as const;

export type EncoderLayout = 'channels' | 'rows';
type Scope = Graph<never>['root'];
type Shape = readonly (number | string)[];

export interface TinyOptions {
  /** As samexporter writes them: the picture in rows of bytes, of any size. */
  readonly layout?: EncoderLayout;
  /** The masks' scores; their number is the number of masks, the first with the full radius and each further one smaller. */
  readonly scores?: readonly number[];
  readonly seed?: number;
}

/** Writes both files. */
export async function writeSegmenter(
  folder: string,
  family: SegmenterFamily,
  options: TinyOptions = {},
): Promise<{ readonly encoder: string; readonly decoder: string }> {
  const files = {
    encoder: join(folder, `${family}.encoder.onnx`),
    decoder: join(folder, `${family}.decoder.onnx`),
  };
  await writeFile(files.encoder, encodeModel(encoderGraph(family, options), '', []));
  await writeFile(files.decoder, encodeModel(decoderGraph(family, options), '', []));
  return files;
}

function encoderGraph(
  family: SegmenterFamily,
  { layout = 'channels', seed = 1 }: TinyOptions = {},
): Graph<never> {
  const graph = new Graph<never>('encoder');
  const { root } = graph;
  const random = seededRandom(seed);
  const weights = (name: string, shape: readonly number[]): Value =>
    root.floats(
      name,
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.5),
    );
  const { side, cells, channels } = tiny;
  let picture: Value;
  if (layout === 'rows') {
    const rows = graph.input('input_image', 'f32', ['image_height', 'image_width', 3]);
    const mean = op(root, 'mean', 'ReduceMean', [rows, root.integers('axes', [0, 1])], [1, 1, 3], {
      keepdims: 1,
    });
    const column = op(root, 'column', 'Transpose', [mean], [3, 1, 1], { perm: [2, 0, 1] });
    const wide = op(
      root,
      'wide',
      'Expand',
      [column, root.integers('square', [3, side, side])],
      [3, side, side],
    );
    picture = op(root, 'batch', 'Unsqueeze', [wide, root.integers('first', [0])], [1, 3, side, side]);
  } else {
    const name = {
      sam: 'images',
      'sam-separate': 'pixel_values',
      'efficient-sam': 'batched_images',
      'sam-2': 'image',
    };
    const isOpen = family === 'efficient-sam';
    const shape: Shape = isOpen ? ['batch', 3, 'height', 'width'] : [1, 3, side, side];
    picture = graph.input(name[family], 'f32', shape);
  }
  const patches = op(
    root,
    'patches',
    'Conv',
    [picture, weights('patch', [channels, 3, 16, 16])],
    [1, channels, cells, cells],
    {
      strides: [16, 16],
      kernel_shape: [16, 16],
    },
  );
  if (family === 'sam-2') {
    graph.output('image_embed', patches);
    graph.output(
      'high_res_feats_0',
      op(root, 'fine', 'Conv', [picture, weights('w0', [2, 3, 4, 4])], [1, 2, 4 * cells, 4 * cells], {
        strides: [4, 4],
      }),
    );
    graph.output(
      'high_res_feats_1',
      op(root, 'middle', 'Conv', [picture, weights('w1', [4, 3, 8, 8])], [1, 4, 2 * cells, 2 * cells], {
        strides: [8, 8],
      }),
    );
  } else graph.output('image_embeddings', patches);
  if (family === 'sam-separate')
    graph.output(
      'image_positional_embeddings',
      op(root, 'positions', 'Relu', [patches], [1, channels, cells, cells]),
    );
  return graph;
}

function decoderGraph(family: SegmenterFamily, { scores = [0.9] }: TinyOptions = {}): Graph<never> {
  const graph = new Graph<never>('decoder');
  const { root } = graph;
  const { cells, channels, side, maskSide: size } = tiny;
  const count = scores.length;
  const batch: Shape = family === 'efficient-sam' || family === 'sam-separate' ? [1, 1] : [1];
  const input = (name: string, shape: Shape): Value => graph.input(name, 'f32', shape);
  // Features first, as the exporters have them. All of them reach the result, if only as a whisper.
  const features: Value[] = [];
  if (family === 'sam-2') {
    features.push(input('image_embed', [1, channels, cells, cells]));
    features.push(input('high_res_feats_0', [1, 2, 4 * cells, 4 * cells]));
    features.push(input('high_res_feats_1', [1, 4, 2 * cells, 2 * cells]));
  } else features.push(input('image_embeddings', [1, channels, cells, cells]));
  if (family === 'sam-separate')
    features.push(input('image_positional_embeddings', [1, channels, cells, cells]));

  let coords: Value;
  let labels: Value;
  let boxes: Value | null = null;
  if (family === 'sam-separate') {
    coords = input('input_points', [1, 1, 'points', 2]);
    labels = op(
      root,
      'labels',
      'Cast',
      [graph.input('input_labels', 'i64', [1, 1, 'points'])],
      [1, 1, 'points'],
      { to: 1 },
    );
    boxes = input('input_boxes', [1, 'boxes', 4]);
  } else {
    const prefix = family === 'efficient-sam' ? 'batched_' : '';
    coords = input(`${prefix}point_coords`, [...batch, 'points', 2]);
    labels = input(`${prefix}point_labels`, [...batch, 'points']);
  }
  if (family === 'sam' || family === 'sam-2') {
    features.push(input('mask_input', [1, 1, size, size]));
    features.push(input('has_mask_input', [1]));
  }
  if (family === 'sam') input('orig_im_size', [2]);
  if (family === 'efficient-sam') {
    // Scaled inside, from the size it is told: [height, width].
    const told = graph.input('orig_im_size', 'i64', [2]);
    const flipped = op(root, 'flipped', 'Gather', [told, root.integers('order', [1, 0])], [2]);
    const whole = op(root, 'whole', 'Cast', [flipped], [2], { to: 1 });
    const factor = op(root, 'factor', 'Div', [root.floats('square', [1], [side]), whole], [2]);
    coords = op(root, 'scaled', 'Mul', [coords, factor], [1, 1, 'points', 2]);
  }
  const points = op(root, 'list', 'Reshape', [coords, root.integers('listShape', [-1, 2])], ['points', 2]);
  const marks = op(root, 'marks', 'Reshape', [labels, root.integers('marksShape', [-1, 1])], ['points', 1]);
  const one = root.floats('one', [1], [1]);
  const isOn = op(
    root,
    'isOn',
    'Clip',
    [marks, root.floats('zero', [], [0]), root.floats('most', [], [1])],
    ['points', 1],
  );
  // Box corners sit in a list of their own in transformers' form.
  let weighted = op(root, 'weighted', 'Mul', [points, isOn], ['points', 2]);
  let weights = isOn;
  if (boxes !== null) {
    const corners = op(
      root,
      'corners',
      'Reshape',
      [boxes, root.integers('cornersShape', [-1, 2])],
      ['corners', 2],
    );
    const ones = op(
      root,
      'ones',
      'ReduceSum',
      [
        op(root, 'nought', 'Mul', [corners, root.floats('none', [1], [0])], ['corners', 2]),
        root.integers('last', [1]),
      ],
      ['corners', 1],
      { keepdims: 1 },
    );
    const full = op(root, 'full', 'Add', [ones, one], ['corners', 1]);
    weighted = op(root, 'allWeighted', 'Concat', [weighted, corners], ['all', 2], { axis: 0 });
    weights = op(root, 'allWeights', 'Concat', [isOn, full], ['all', 1], { axis: 0 });
  }
  const axis = root.integers('axis0', [0]);
  const sum = op(root, 'sum', 'ReduceSum', [weighted, axis], [1, 2], { keepdims: 1 });
  const total = op(root, 'total', 'ReduceSum', [weights, axis], [1, 1], { keepdims: 1 });
  const middle = op(root, 'middle', 'Div', [sum, total], [1, 2]);

  const step = side / size;
  const grid = Array.from({ length: size * size }, (_, at) => [
    ((at % size) + 0.5) * step,
    (Math.floor(at / size) + 0.5) * step,
  ]);
  const places = root.floats('grid', [size * size, 2], grid.flat());
  const distance = squared(
    root,
    'fromMiddle',
    op(root, 'offset', 'Sub', [places, middle], [size * size, 2]),
    [size * size, 1],
  );
  // A deep hole of about two cells at each point beside the object: label 0, and neither corners nor what stands for no point.
  const isOff = op(
    root,
    'isOff',
    'Cast',
    [op(root, 'equals', 'Equal', [marks, root.floats('offMark', [1], [0])], ['points', 1])],
    ['points', 1],
    { to: 1 },
  );
  const spread = op(root, 'spread', 'Unsqueeze', [points, root.integers('axis1', [1])], ['points', 1, 2]);
  const away = squared(
    root,
    'away',
    op(root, 'toPoints', 'Sub', [places, spread], ['points', size * size, 2]),
    ['points', size * size, 1],
  );
  const bump = op(
    root,
    'bump',
    'Exp',
    [op(root, 'fall', 'Mul', [away, root.floats('fallBy', [1], [-1 / 32])], ['points', size * size, 1])],
    ['points', size * size, 1],
  );
  const offWide = op(root, 'offWide', 'Unsqueeze', [isOff, root.integers('axis2', [2])], ['points', 1, 1]);
  const holes = op(
    root,
    'holes',
    'ReduceSum',
    [op(root, 'deep', 'Mul', [bump, offWide], ['points', size * size, 1]), axis],
    [size * size, 1],
    { keepdims: 0 },
  );
  const dug = op(root, 'dug', 'Mul', [holes, root.floats('depth', [1], [1_000])], [size * size, 1]);
  const lowered = op(root, 'lowered', 'Add', [distance, dug], [size * size, 1]);
  const whispers = features.map((feature, at) =>
    op(root, `whisper${at}`, 'ReduceMean', [feature], [1], { keepdims: 0 }),
  );
  const noise = whispers.reduce((a, b, at) => op(root, `noise${at}`, 'Add', [a, b], [1]));
  const faint = op(root, 'faint', 'Mul', [noise, root.floats('quiet', [1], [1e-3])], [1]);
  const radii = root.floats(
    'radii',
    [1, count],
    scores.map((_, at) => (tiny.radius / (1 + at)) ** 2),
  );
  const inside = op(root, 'inside', 'Sub', [radii, lowered], [size * size, count]);
  const told = op(root, 'told', 'Add', [inside, faint], [size * size, count]);
  const planes = op(root, 'planes', 'Transpose', [told], [count, size * size], { perm: [1, 0] });
  const shape = [...batch.map(Number), count, size, size];
  const masks = op(root, 'masks', 'Reshape', [planes, root.integers('masksShape', shape)], shape);
  const guess = root.floats('guess', [...batch.map(Number), count], scores);
  const ious = op(root, 'ious', 'Add', [guess, root.floats('nothing', [1], [0])], [...batch, count]);
  if (family === 'sam') {
    graph.output('masks', op(root, 'enlarged', 'Relu', [masks], shape));
    graph.output('iou_predictions', ious);
    graph.output('low_res_masks', masks);
  } else {
    graph.output(
      { 'efficient-sam': 'output_masks', 'sam-2': 'masks', 'sam-separate': 'pred_masks' }[family],
      masks,
    );
    graph.output(family === 'sam-separate' ? 'iou_scores' : 'iou_predictions', ious);
  }
  return graph;
}

function squared(scope: Scope, name: string, offset: Value, shape: Shape): Value {
  const square = op(scope, `${name}.square`, 'Mul', [offset, offset], offset.shape);
  const axes = scope.integers(`${name}.axes`, [offset.shape.length - 1]);
  return op(scope, `${name}.sum`, 'ReduceSum', [square, axes], shape, { keepdims: 1 });
}

/** A node whose result is said by the caller; all results here are 32-bit floating-point numbers but for Gather and Equal, which nothing checks. */
function op(
  scope: Scope,
  name: string,
  operator: string,
  inputs: readonly Value[],
  shape: Shape,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Value {
  return scope.compute(name, { operator, inputs, outputs: [{ dtype: 'f32', shape }], attributes });
}
