import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Graph, type Value } from '../../native-models/onnx/graph.ts';
import { encodeModel } from '../../native-models/onnx/model-file.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * Small pairs of graphs with the names, shapes and conventions of the real exporters, and random weights in their encoders. Their decoders
 * compute what can be checked: a disk around the middle of the points on the object (or of the box), with a hole at each point beside it.
 */
export const tiny = { side: 64, cells: 4, channels: 8, maskSide: 16, radius: 12 } as const;

export type EncoderLayout = 'channels' | 'rows';
/** The four forms; the others are theirs with other names. */
export type TinyForm = 'sam' | 'sam-separate' | 'efficient-sam' | 'sam-2';
type Scope = Graph<never>['root'];
type Shape = readonly (number | string)[];

export interface TinyOptions {
  /** As samexporter writes them: the picture in rows of bytes, of any size. */
  readonly layout?: EncoderLayout;
  /** The masks' scores; their number is the number of masks, the first with the full radius and each further one smaller. */
  readonly scores?: readonly number[];
  readonly seed?: number;
  /** Other names for inputs and outputs, in both files; an output that is renamed '' is left out, and an input becomes part of the graph. */
  readonly names?: Readonly<Record<string, string>>;
  /** SAM 2 as transformers writes it: boxes have an input of their own. */
  readonly isSeparate?: boolean;
  /** Cells of the embedding's side, and pixels of a patch. */
  readonly cells?: number;
  readonly patch?: number;
  /** The encoder's own square, where it differs from the one in which the decoder counts. */
  readonly pictureSide?: number;
  /** Everything that goes in and out in 16-bit numbers. */
  readonly isHalf?: boolean;
  /** The decoder takes exactly so many points. */
  readonly points?: number;
  /** SAM-HQ: the features of two earlier layers go in as well; the encoder gives them together, or each on its own. */
  readonly layers?: 'together' | 'apart';
  /** A decoder of which nothing good comes. */
  readonly fault?: 'not-a-number' | 'no-score' | 'throws';
}

function sizesOf({ cells = tiny.cells, patch = 16, pictureSide }: TinyOptions) {
  const side = cells * patch;
  return { cells, side, maskSide: 4 * cells, pictureSide: pictureSide ?? side };
}

/** Declares what goes in and out under the names, and in the numbers, that the options ask for. */
function doors(graph: Graph<never>, { names = {}, isHalf = false }: TinyOptions) {
  const named = (name: string): string => names[name] ?? name;
  return {
    input(name: string, dtype: 'f32' | 'i64', shape: Shape): Value {
      if (named(name) === '')
        return graph.root.floats(
          `constant/${name}`,
          shape.map(Number),
          Array.from({ length: shape.map(Number).reduce((a, b) => a * b, 1) }, () => 0),
        );
      const isNarrow = isHalf && dtype === 'f32';
      const value = graph.input(named(name), isNarrow ? 'f16' : dtype, shape);
      return isNarrow ? op(graph.root, `wide/${name}`, 'Cast', [value], shape, { to: 1 }) : value;
    },
    output(name: string, value: Value): void {
      if (named(name) === '') return;
      const narrow = (): Value =>
        graph.root.compute(`narrow/${name}`, {
          operator: 'Cast',
          inputs: [value],
          outputs: [{ dtype: 'f16', shape: value.shape }],
          attributes: { to: 10 },
        });
      graph.output(named(name), isHalf ? narrow() : value);
    },
  };
}

/** Writes both files. */
export async function writeSegmenter(
  folder: string,
  family: TinyForm,
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

function encoderGraph(family: TinyForm, options: TinyOptions = {}): Graph<never> {
  const { layout = 'channels', seed = 1, layers } = options;
  const graph = new Graph<never>('encoder');
  const { root } = graph;
  const { input, output } = doors(graph, options);
  const random = seededRandom(seed);
  const weights = (name: string, shape: readonly number[]): Value =>
    root.floats(
      name,
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.5),
    );
  const { channels } = tiny;
  const { cells, pictureSide: side } = sizesOf(options);
  const stride = side / cells;
  let picture: Value;
  if (layout === 'rows') {
    const rows = input('input_image', 'f32', ['image_height', 'image_width', 3]);
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
    picture = input(name[family], 'f32', shape);
  }
  const patches = op(
    root,
    'patches',
    'Conv',
    [picture, weights('patch', [channels, 3, stride, stride])],
    [1, channels, cells, cells],
    {
      strides: [stride, stride],
      kernel_shape: [stride, stride],
    },
  );
  const spread = (name: string, shape: readonly number[]): Value => {
    const axes = root.integers(`${name}/axes`, [1, 2, 3]);
    const mean = op(root, `${name}/mean`, 'ReduceMean', [picture, axes], [1, 1, 1, 1], { keepdims: 1 });
    return op(root, name, 'Expand', [mean, root.integers(`${name}/shape`, shape)], shape);
  };
  if (family === 'sam-2') {
    output('high_res_feats_0', spread('fine', [1, 2, 4 * cells, 4 * cells]));
    output('high_res_feats_1', spread('middle', [1, 4, 2 * cells, 2 * cells]));
    output('image_embed', patches);
  } else output('image_embeddings', patches);
  if (family === 'sam-separate')
    output(
      'image_positional_embeddings',
      op(root, 'positions', 'Relu', [patches], [1, channels, cells, cells]),
    );
  if (layers === 'together') output('interm_embeddings', spread('layers', [2, 1, cells, cells, 3]));
  if (layers === 'apart')
    for (const layer of ['1', '2']) output(layer, spread(`layer${layer}`, [1, cells, cells, 3]));
  return graph;
}

function decoderGraph(family: TinyForm, options: TinyOptions = {}): Graph<never> {
  const { scores = [0.9], points: fixed = 'points', layers, fault } = options;
  const isSeparate = options.isSeparate ?? family === 'sam-separate';
  const graph = new Graph<never>('decoder');
  const { root } = graph;
  const { channels } = tiny;
  const { cells, side, maskSide: size } = sizesOf(options);
  const count = scores.length;
  const batch: Shape = family === 'efficient-sam' || isSeparate ? [1, 1] : [1];
  const door = doors(graph, options);
  const input = (name: string, shape: Shape): Value => door.input(name, 'f32', shape);
  // Features first, as the exporters have them. All of them reach the result, if only as a whisper.
  const features: Value[] = [];
  if (family === 'sam-2') {
    features.push(input('image_embed', [1, channels, cells, cells]));
    features.push(input('high_res_feats_0', [1, 2, 4 * cells, 4 * cells]));
    features.push(input('high_res_feats_1', [1, 4, 2 * cells, 2 * cells]));
  } else features.push(input('image_embeddings', [1, channels, cells, cells]));
  if (family === 'sam-separate')
    features.push(input('image_positional_embeddings', [1, channels, cells, cells]));
  if (layers !== undefined) features.push(input('interm_embeddings', [2, 1, cells, cells, 3]));

  let coords: Value;
  let labels: Value;
  let boxes: Value | null = null;
  if (isSeparate) {
    coords = input('input_points', [1, 1, fixed, 2]);
    const whole = door.input('input_labels', 'i64', [1, 1, fixed]);
    labels = op(root, 'labels', 'Cast', [whole], [1, 1, fixed], { to: 1 });
    boxes = input('input_boxes', [1, 'boxes', 4]);
  } else {
    const prefix = family === 'efficient-sam' ? 'batched_' : '';
    coords = input(`${prefix}point_coords`, [...batch, fixed, 2]);
    labels = input(`${prefix}point_labels`, [...batch, fixed]);
  }
  if ((family === 'sam' || family === 'sam-2') && !isSeparate) {
    features.push(input('mask_input', [1, 1, size, size]));
    features.push(input('has_mask_input', [1]));
  }
  if (family === 'sam') input('orig_im_size', [2]);
  if (family === 'efficient-sam') {
    // Scaled inside, from the size it is told: [height, width].
    const told = door.input('orig_im_size', 'i64', [2]);
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
    scores.map((_, at) => (((tiny.radius / tiny.side) * side) / (1 + at)) ** 2),
  );
  const inside = op(root, 'inside', 'Sub', [radii, lowered], [size * size, count]);
  const told = op(root, 'told', 'Add', [inside, faint], [size * size, count]);
  const planes = op(root, 'planes', 'Transpose', [told], [count, size * size], { perm: [1, 0] });
  const shape = [...batch.map(Number), count, size, size];
  // What throws asks for more numbers than there are.
  const wanted = fault === 'throws' ? [...shape.slice(0, -1), size + 1] : shape;
  const drawn = op(root, 'drawn', 'Reshape', [planes, root.integers('masksShape', wanted)], shape);
  const isLost = fault === 'not-a-number';
  const masks = isLost ? op(root, 'lost', 'Div', [zeroOf(root, drawn), zeroOf(root, drawn)], shape) : drawn;
  const guess = root.floats('guess', [...batch.map(Number), count], scores);
  const sure = op(root, 'ious', 'Add', [guess, root.floats('nothing', [1], [0])], [...batch, count]);
  const ious =
    fault === 'no-score'
      ? op(root, 'unsure', 'Log', [op(root, 'below', 'Neg', [sure], sure.shape)], sure.shape)
      : sure;
  const isPlain = (family === 'sam' || family === 'sam-2') && !isSeparate;
  const names: Record<TinyForm, readonly [masks: string, scores: string]> = {
    sam: ['low_res_masks', 'iou_predictions'],
    'efficient-sam': ['output_masks', 'iou_predictions'],
    'sam-2': isPlain ? ['masks', 'iou_predictions'] : ['pred_masks', 'iou_scores'],
    'sam-separate': ['pred_masks', 'iou_scores'],
  };
  if (family === 'sam') door.output('masks', op(root, 'enlarged', 'Relu', [masks], shape));
  door.output(names[family][1], ious);
  door.output(names[family][0], masks);
  return graph;
}

function zeroOf(scope: Scope, value: Value): Value {
  return op(scope, `zero/${zeros++}`, 'Mul', [value, scope.floats(`nought/${zeros}`, [1], [0])], value.shape);
}
let zeros = 0;

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
