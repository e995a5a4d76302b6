/**
 * Token fusion and the light pixel decoder: from the states that predicted a target's codebook tokens to its mask.
 * N = targets, L = levels (2), K = codebook tokens per level, C = language width, O = width here, G = grid.
 *
 * The picture stays channel-last and in patch order throughout: level 0's cells are the patches row by row; at each doubling a cell's
 * four children follow one another. Attention does not care about order, so only the finished one-channel masks are put into rows.
 */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  concat,
  gelu,
  matMul,
  multiply,
  relu,
  repeatRows,
  reshape,
  sigmoid,
  slice,
  sumAxis,
  transpose,
} from '../onnx/operators.ts';
import { enlargeBilinear } from '../onnx/image-operators.ts';
import type { AttentionStyle } from './attention.ts';
import { cellsByPatch, cellsRowMajor, densePositions, type Cell } from './dense-positions.ts';
import type { Network } from './network.ts';
import { channelNorm, spreadCells } from './projectors.ts';
import { twoWayTransformer } from './two-way-transformer.ts';
import { exactLayer, linearLayer } from './linear.ts';
import { computedWeight, type ModelScope } from './weights.ts';

const decoderPath = 'model.mask_decoder';

/** h^l: each level's tokens projected and summed. states [N, L*K, C] to [N, L, O]. */
export function fuseCodebook(
  scope: ModelScope,
  { codebook, language, pixelDecoder }: Network,
  states: Value,
): Value {
  const { hidden } = language;
  const { levels, tokensPerLevel, tokenWeight } = codebook;
  const wide = relu(
    scope,
    'relu',
    exactLayer(scope, 'up', states, linearLayer('model.text_hidden_fcs.0.0', hidden, hidden)),
  );
  const tokens = exactLayer(
    scope,
    'down',
    wide,
    linearLayer('model.text_hidden_fcs.0.2', hidden, pixelDecoder.dim),
  );
  const grouped = reshape(scope, 'levels', tokens, ['N', levels, tokensPerLevel, pixelDecoder.dim]);
  const weighted = multiply(scope, 'weighted', grouped, scope.floats('token-weight', [1], [tokenWeight]));
  return sumAxis(scope, 'fused', weighted, 2);
}

/**
 * @param fused   f32 [N, L, O]
 * @param level0  f32 [1, G*G, O], level1 f32 [1, 4*G*G, O], from the vision graph
 * @returns mask logits of each level, [N, 1, 2G, 2G] and [N, 1, 4G, 4G], and combined [N, 1, 4G, 4G]
 */
export function pixelDecoder(
  scope: ModelScope,
  network: Network,
  { fused, level0, level1 }: { fused: Value; level0: Value; level1: Value },
  attention: AttentionStyle,
): { level0: Value; level1: Value; combined: Value } {
  const { grid } = network.image;
  const coarse = decodeLevel(scope.inside('level0'), network, {
    level: 0,
    fused,
    picture: level0,
    cells: cellsRowMajor,
    side: grid,
    attention,
  });
  // What the coarse level found is made louder for the fine one. Its masks are already in the fine level's order of cells.
  const louder = add(
    scope,
    'attended.factor',
    sigmoid(scope, 'attended', coarse),
    scope.floats('one', [1], [1]),
  ); // [N, 4*G*G, 1]
  const attended = multiply(scope, 'attended.level1', level1, louder);
  const fine = decodeLevel(scope.inside('level1'), network, {
    level: 1,
    fused,
    picture: attended,
    cells: () => cellsByPatch(grid),
    side: 2 * grid,
    attention,
  });
  const maskOf0 = toRows(scope, 'mask0', coarse, grid, 1);
  const maskOf1 = toRows(scope, 'mask1', fine, grid, 2);
  const sum = add(scope, 'sum', enlargeBilinear(scope, 'mask0.enlarged', maskOf0, 2), maskOf1);
  const combined = multiply(
    scope,
    'combined',
    sum,
    scope.floats('level-weight', [1], [network.codebook.levelWeight]),
  );
  return { level0: maskOf0, level1: maskOf1, combined };
}

type Level = {
  readonly level: 0 | 1;
  readonly fused: Value;
  /** f32 [N or 1, A, O]. */
  readonly picture: Value;
  /** Places of the A positions in the level's square of `side` cells. */
  readonly cells: (side: number) => Iterable<Cell>;
  readonly side: number;
  readonly attention: AttentionStyle;
};

/** One attention level: mask logits [N, 4*A, 1], each position's four children in a row. */
function decodeLevel(
  scope: ModelScope,
  network: Network,
  { level, fused, picture, cells, side, attention }: Level,
): Value {
  const { dim, upscaledDim } = network.pixelDecoder;
  const positions = side * side;
  const gaussian = level === 0 ? 'model.prompt_encoder.pe_layer' : `${decoderPath}.pe1`;
  const places = computedWeight(scope, `${decoderPath}.positions.${level}`, [1, positions, dim], {
    from: [{ name: `${gaussian}.positional_encoding_gaussian_matrix`, shape: [2, dim / 2] }],
    compute: (matrix) => densePositions(matrix, side, cells(side)),
  });
  const noMask = computedWeight(scope, `${decoderPath}.no_mask`, [1, 1, dim], {
    from: [{ name: 'model.prompt_encoder.no_mask_embed.weight', shape: [1, dim] }],
    compute: (row) => row,
  });
  const transformed = twoWayTransformer(
    scope.inside('transformer'),
    { ...network.pixelDecoder, attention },
    {
      tokens: promptTokens(scope, network, fused, level),
      picture: add(scope, 'picture', picture, noMask),
      positions: places,
      path: `${decoderPath}.transformer.${level}`,
    },
  );
  const spread = spreadCells(scope, 'spread', transformed.picture, {
    path: `${decoderPath}.output_upscaling.0`,
    inputs: dim,
    outputs: upscaledDim,
  });
  const children = reshape(scope, 'children', spread, ['N', 4 * positions, upscaledDim]);
  const upscaled = gelu(
    scope,
    'upscaled',
    channelNorm(scope, 'upscaled.norm', children, `${decoderPath}.output_upscaling.1`, upscaledDim),
  );
  return matMul(
    scope,
    'mask',
    upscaled,
    transpose(
      scope,
      'hyper.column',
      hyperNetwork(scope.inside('hyper'), transformed.maskToken, { dim, upscaledDim }),
      [0, 2, 1],
    ),
  );
}

/** [score token, mask tokens, the target's fused embedding], each plus the level's embedding: [N, 2 + maskTokens, O]. */
function promptTokens(
  scope: ModelScope,
  { pixelDecoder: { dim, maskTokens } }: Network,
  fused: Value,
  level: 0 | 1,
): Value {
  const levelEmbed = { name: `${decoderPath}.level_embed.weight`, shape: [2, dim] };
  const learned = computedWeight(scope, `${decoderPath}.tokens.${level}`, [1, 1 + maskTokens, dim], {
    from: [
      { name: `${decoderPath}.iou_token.weight`, shape: [1, dim] },
      { name: `${decoderPath}.mask_tokens.weight`, shape: [maskTokens, dim] },
      levelEmbed,
    ],
    compute: (score, masks, levels) =>
      Float32Array.from(
        [...score, ...masks],
        (value, index) => value + (levels[level * dim + (index % dim)] ?? 0),
      ),
  });
  const levelRow = computedWeight(scope, `${decoderPath}.level_row.${level}`, [1, 1, dim], {
    from: [levelEmbed],
    compute: (levels) => levels.slice(level * dim, (level + 1) * dim),
  });
  const target = add(
    scope,
    'target',
    slice(scope, 'target.fused', fused, { axis: 1, from: level, to: level + 1 }),
    levelRow,
  );
  return concat(scope, 'tokens', [repeatRows(scope, 'learned', learned, fused), target], { axis: 1 });
}

/** Three layers that turn the mask token into the weights of the mask's channels: [N, 1, O] to [N, 1, upscaled]. */
function hyperNetwork(
  scope: ModelScope,
  token: Value,
  { dim, upscaledDim }: { dim: number; upscaledDim: number },
): Value {
  const path = `${decoderPath}.output_hypernetworks_mlps.0.layers`;
  const first = relu(scope, 'relu0', exactLayer(scope, 'layer0', token, linearLayer(`${path}.0`, dim, dim)));
  const second = relu(scope, 'relu1', exactLayer(scope, 'layer1', first, linearLayer(`${path}.1`, dim, dim)));
  return exactLayer(scope, 'layer2', second, linearLayer(`${path}.2`, dim, upscaledDim));
}

/** Mask logits from patch order to rows: [N, G*G*4^d, 1] with `doublings` beyond the first to [N, 1, side, side]. */
function toRows(scope: ModelScope, name: string, mask: Value, grid: number, doublings: 1 | 2): Value {
  const side = grid * 2 ** doublings;
  const cells = reshape(scope, `${name}.cells`, mask, [
    'N',
    grid,
    grid,
    ...new Array<number>(2 * doublings).fill(2),
  ]);
  // Axes: target, patch row, patch column, then (row, column) of each doubling; rows first, then columns.
  const order = doublings === 1 ? [0, 1, 3, 2, 4] : [0, 1, 3, 5, 2, 4, 6];
  return reshape(scope, `${name}.rows`, transpose(scope, `${name}.order`, cells, order), [
    'N',
    1,
    side,
    side,
  ]);
}
