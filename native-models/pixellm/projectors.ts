/**
 * From the vision tower to the language model (p_VT) and to the pixel decoder (p_VD), and the decoder's neck.
 * C = language width, W = vision width, H = projector width, O = pixel decoder width, G = grid.
 */
import type { Value } from '../onnx/graph.ts';
import { convolve } from '../onnx/image-operators.ts';
import { concat, gelu, gemm, meanAxes, reshape, slice, transpose } from '../onnx/operators.ts';
import { matrixProduct } from './matrix.ts';
import type { Network } from './network.ts';
import { storedLayerNorm } from './norm.ts';
import { exactLinear, linear, linearLayer, type LinearStyle } from './linear.ts';
import { computedWeight, storedWeight, type ModelScope, type TensorRef } from './weights.ts';

/** Image tokens for the language model: features [G*G, W] averaged over blocks, then projected. Returns [tokens, C]. */
export function projectToLanguage(
  scope: ModelScope,
  { image, vision, projector, language }: Network,
  features: Value,
  style: LinearStyle,
): Value {
  const side = image.grid / image.pool;
  // Bilinear interpolation to half the side samples the middle of each 2x2 block, which is its mean. It comes BEFORE the projector.
  const blocks = reshape(scope, 'blocks', features, [side, image.pool, side, image.pool, vision.hidden]);
  const pooled = reshape(scope, 'pooled.rows', meanAxes(scope, 'pooled', blocks, [1, 3]), [
    image.tokens,
    vision.hidden,
  ]);
  const wide = linear(
    scope,
    'up',
    pooled,
    linearLayer('model.mm_projector.0', vision.hidden, projector.hidden),
    style,
  );
  return linear(
    scope,
    'down',
    gelu(scope, 'gelu', wide),
    linearLayer('model.mm_projector.2', projector.hidden, language.hidden),
    style,
  );
}

/**
 * Features of both levels for the pixel decoder: each level's [G*G, W] through out_mm_projector and the neck.
 *
 * @param folded  joins the projector's second layer with the neck's 1x1 convolution, which have nothing between them: a quarter of the work
 * @returns level 0 [1, G*G, O]; level 1 [1, 4*G*G, O] at twice the side, its cells patch by patch; and for parity what lies between
 */
export function projectToDecoder(
  scope: ModelScope,
  network: Network,
  features: readonly [Value, Value],
  { style, folded }: { style: LinearStyle; folded: boolean },
): { level0: Value; level1: Value; projected: Value | null; neck: Value } {
  const { vision, projector, language, image, pixelDecoder } = network;
  const both = concat(scope, 'levels', features, { axis: 0 }); // [2*G*G, W]
  const wide = gelu(
    scope,
    'gelu',
    linear(
      scope,
      'up',
      both,
      linearLayer('model.out_mm_projector.0', vision.hidden, projector.hidden),
      style,
    ),
  );
  const projected = folded
    ? null
    : linear(
        scope,
        'down',
        wide,
        linearLayer('model.out_mm_projector.2', projector.hidden, language.hidden),
        style,
      );
  const squeezed = projected
    ? squeezeChannels(scope, network, projected)
    : foldedSqueeze(scope, network, wide);
  const { rows, picture } = neck(scope.inside('neck'), network, squeezed);
  const cells = image.grid * image.grid;
  const level = (index: 0 | 1): Value =>
    slice(scope, `level${index}`, rows, { axis: 0, from: index * cells, to: (index + 1) * cells });
  return {
    level0: reshape(scope, 'level0.batch', level(0), [1, cells, pixelDecoder.dim]),
    level1: enlarge(scope.inside('enlarge'), network, level(1)),
    projected,
    neck: picture,
  };
}

function neckKernel({ language, pixelDecoder }: Network): TensorRef {
  return { name: 'model.image_feature_neck.0.weight', shape: [pixelDecoder.dim, language.hidden, 1, 1] };
}

/** The neck's 1x1 convolution by itself: [rows, C] to [rows, O]. */
function squeezeChannels(scope: ModelScope, network: Network, projected: Value): Value {
  const kernel = neckKernel(network);
  const weight = computedWeight(scope, `${kernel.name}.matrix`, kernel.shape.slice(0, 2), {
    from: [kernel],
    compute: (matrix) => matrix,
  });
  return gemm(scope, 'squeeze', projected, weight, null);
}

/** The projector's second layer and the neck's 1x1 convolution in one: [rows, H] to [rows, O]. */
function foldedSqueeze(scope: ModelScope, network: Network, wide: Value): Value {
  const { projector, language, pixelDecoder } = network;
  const kernel = neckKernel(network);
  const projection = { name: 'model.out_mm_projector.2.weight', shape: [language.hidden, projector.hidden] };
  const bias = { name: 'model.out_mm_projector.2.bias', shape: [language.hidden] };
  const product = (columns: number) => (left: Float32Array, right: Float32Array) =>
    matrixProduct(left, right, { rows: pixelDecoder.dim, inner: language.hidden, columns });
  return gemm(
    scope,
    'squeeze',
    wide,
    computedWeight(scope, 'neck.folded.weight', [pixelDecoder.dim, projector.hidden], {
      from: [kernel, projection],
      compute: product(projector.hidden),
    }),
    computedWeight(scope, 'neck.folded.bias', [pixelDecoder.dim], {
      from: [kernel, bias],
      compute: product(1),
    }),
  );
}

/** The rest of image_feature_neck: norm, 3x3 convolution, norm; both levels as a batch of two. Rows [2*G*G, O] and the picture [2, O, G, G]. */
function neck(scope: ModelScope, network: Network, squeezed: Value): { rows: Value; picture: Value } {
  const { grid } = network.image;
  const { dim } = network.pixelDecoder;
  const first = channelNorm(scope, 'norm1', squeezed, 'model.image_feature_neck.1', dim);
  const image = transpose(
    scope,
    'picture',
    reshape(scope, 'grid', first, [2, grid, grid, dim]),
    [0, 3, 1, 2],
  );
  const kernel = storedWeight(scope, 'model.image_feature_neck.2.weight', [dim, dim, 3, 3]);
  const convolved = transpose(
    scope,
    'channels-last',
    convolve(scope, 'convolution', image, { weight: kernel, stride: 1, padding: 1 }),
    [0, 2, 3, 1],
  );
  const second = channelNorm(scope, 'norm2', convolved, 'model.image_feature_neck.3', dim); // [2, G, G, O]
  return {
    rows: reshape(scope, 'rows', second, [2 * grid * grid, dim]),
    picture: transpose(scope, 'out', second, [0, 3, 1, 2]),
  };
}

/** upsample_2x: the same for every target, so it belongs to the image. [G*G, O] to [1, 4*G*G, O]. */
function enlarge(scope: ModelScope, { image, pixelDecoder }: Network, level: Value): Value {
  const { dim } = pixelDecoder;
  const cells = 4 * image.grid * image.grid;
  const path = 'model.mask_decoder.upsample_2x';
  const spread = reshape(
    scope,
    'cells',
    spreadCells(scope, 'spread', level, { path: `${path}.0`, inputs: dim, outputs: dim }),
    [1, cells, dim],
  );
  return gelu(scope, 'gelu', channelNorm(scope, 'norm', spread, `${path}.1`, dim));
}

/**
 * ConvTranspose2d with kernel 2 and stride 2 as a matrix product: each position becomes its 2x2 cells.
 *
 * @returns [..., 4 * outputs], the cells row by row
 */
export function spreadCells(
  scope: ModelScope,
  name: string,
  x: Value,
  { path, inputs, outputs }: { path: string; inputs: number; outputs: number },
): Value {
  const weight = computedWeight(scope, `${path}.weight.cells`, [inputs, 4 * outputs], {
    from: [{ name: `${path}.weight`, shape: [inputs, outputs, 2, 2] }],
    compute: (kernel) => cellsBeforeChannels(kernel, inputs, outputs),
  });
  const bias = computedWeight(scope, `${path}.bias.cells`, [4 * outputs], {
    from: [{ name: `${path}.bias`, shape: [outputs] }],
    compute: (values) =>
      Float32Array.from({ length: 4 * outputs }, (_, index) => values[index % outputs] ?? 0),
  });
  return exactLinear(scope, name, x, { weight, bias });
}

/** [inputs, outputs, 2, 2] to [inputs, 2, 2, outputs]. */
function cellsBeforeChannels(kernel: Float32Array, inputs: number, outputs: number): Float32Array {
  const result = new Float32Array(kernel.length);
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      for (let cell = 0; cell < 4; cell++)
        result[(input * 4 + cell) * outputs + output] = kernel[(input * outputs + output) * 4 + cell] ?? 0;
    }
  }
  return result;
}

/** SAM's LayerNorm2d: over the channels of each position. Channels are the last axis here. */
export function channelNorm(
  scope: ModelScope,
  name: string,
  x: Value,
  path: string,
  channels: number,
): Value {
  return storedLayerNorm(scope, name, x, { path, width: channels, epsilon: 1e-6 });
}
