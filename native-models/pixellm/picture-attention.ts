/**
 * Attention between the few tokens of a target and the many positions of a picture, both ways, without projecting the picture.
 * N = targets, Q = tokens of a target, A = positions of the picture, O = width, H = heads, I = inner width, D = I / H.
 *
 * Spelt as in the paper, the picture [A, O] is multiplied by O x I weights for its keys, values or queries, and by I x O for its answer. Only
 * Q tokens ever meet it, so the weights are multiplied with the tokens instead, head by head, and the picture by the H*Q rows that come
 * out (48 where I is 128): the same sums in another order. `test/native-models/pixellm/picture-attention.test.ts` holds the plain way against it.
 */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  matMul,
  multiply,
  reshape,
  softmax,
  softmaxOver,
  sumAxis,
  transpose,
} from '../onnx/operators.ts';
import type { Network } from './network.ts';
import { exactLayer, exactProjection, linearLayer, type LinearLayer } from './linear.ts';
import { computedWeight, storedWeight, type ModelScope } from './weights.ts';

export type CrossSizes = Pick<Network['pixelDecoder'], 'dim' | 'heads' | 'attentionDownsample'>;

/**
 * What tokens see in a picture.
 *
 * @param query  f32 [N, Q, O]
 * @param key    f32 [N or 1, A, O], the picture with its positions
 * @param value  f32 [N or 1, A, O], the picture
 * @param path   checkpoint path of the attention
 * @returns f32 [N, Q, O]
 */
export function lookAtPicture(
  scope: ModelScope,
  sizes: CrossSizes,
  { query, key, value, path }: { query: Value; key: Value; value: Value; path: string },
): Value {
  const { inner, outward, inward } = layersOf(sizes);
  const asked = exactLayer(scope, 'q', query, outward(`${path}.q_proj`));
  // q . (W x + b) = (q W) . x + q . b, and q . b is the same for every position: softmax does not see it, so there is no bias of keys.
  const scores = scoresOf(scope, {
    rows: byHead(scope, 'q', asked, sizes, scoreScale(sizes)),
    weight: storedWeight(scope, `${path}.k_proj.weight`, [inner, sizes.dim]),
    picture: key,
  });
  const seen = matMul(scope, 'seen', softmax(scope, 'weights', scores), value); // [N, H*Q, O]
  const values = exactProjection(scope, 'v', seen, outward(`${path}.v_proj`)); // [N, H*Q, I]
  const mixed = ofHead(scope, 'mixed', values, sizes);
  // The weights of a head sum to 1, so that its values' bias can wait until they are mixed.
  const biased = add(scope, 'v.bias', mixed, storedWeight(scope, `${path}.v_proj.bias`, [inner]));
  return exactLayer(scope, 'out', biased, inward(`${path}.out_proj`));
}

/**
 * What each position of a picture is told by the tokens.
 *
 * @param query  f32 [N or 1, A, O], the picture with its positions
 * @param key    f32 [N, Q, O], the tokens with theirs
 * @param value  f32 [N, Q, O]
 * @param path   checkpoint path of the attention
 * @returns f32 [N, A, O]
 */
export function lookAtTokens(
  scope: ModelScope,
  sizes: CrossSizes,
  { query, key, value, path }: { query: Value; key: Value; value: Value; path: string },
): Value {
  const { dim, heads } = sizes;
  const { inner, outward, inward } = layersOf(sizes);
  const count = Number(key.shape[1]);
  const positions = Number(query.shape[1]);
  const keys = byHead(
    scope,
    'k',
    exactLayer(scope, 'k', key, outward(`${path}.k_proj`)),
    sizes,
    scoreScale(sizes),
  );
  const unbiased = scoresOf(scope, {
    rows: keys,
    weight: storedWeight(scope, `${path}.q_proj.weight`, [inner, dim]),
    picture: query,
  });
  const column = computedWeight(scope, `${path}.q_proj.bias.column`, [inner, 1], {
    from: [{ name: `${path}.q_proj.bias`, shape: [inner] }],
    compute: (bias) => bias,
  });
  const scores = add(scope, 'scores.biased', unbiased, matMul(scope, 'q.bias', keys, column)); // [N, H*Q, A]
  const competing = reshape(scope, 'scores.by-head', scores, ['N', heads, count, positions]);
  const weights = reshape(scope, 'weights.joined', softmaxOver(scope, 'weights', competing, 2), [
    'N',
    heads * count,
    positions,
  ]);

  const values = byHead(scope, 'v', exactLayer(scope, 'v', value, outward(`${path}.v_proj`)), sizes, 1);
  const told = exactProjection(scope, 'told', values, inward(`${path}.out_proj`)); // [N, H*Q, O]
  // Each head's weights sum to 1: a share of the bias in every row comes to all of it.
  const share = computedWeight(scope, `${path}.out_proj.bias.share`, [dim], {
    from: [{ name: `${path}.out_proj.bias`, shape: [dim] }],
    compute: (bias) => bias.map((number) => number / heads),
  });
  return matMul(
    scope,
    'mixed',
    transpose(scope, 'weights.by-position', weights, [0, 2, 1]),
    add(scope, 'told.bias', told, share),
  );
}

/** (rows @ weight) @ picture^T: rows [N, H*Q, I], weight [I, O], picture [N or 1, A, O] to [N, H*Q, A]. */
function scoresOf(
  scope: ModelScope,
  { rows, weight, picture }: { rows: Value; weight: Value; picture: Value },
): Value {
  const ofPicture = matMul(scope, 'of-picture', rows, weight); // [N, H*Q, O]
  // The runtime joins the transposition with the product; nothing is turned around in memory.
  return matMul(scope, 'scores', ofPicture, transpose(scope, 'picture.columns', picture, [0, 2, 1]));
}

function layersOf({ dim, attentionDownsample }: CrossSizes): {
  inner: number;
  outward: (path: string) => LinearLayer;
  inward: (path: string) => LinearLayer;
} {
  const inner = dim / attentionDownsample;
  return {
    inner,
    outward: (path) => linearLayer(path, dim, inner),
    inward: (path) => linearLayer(path, inner, dim),
  };
}

/** 1 / sqrt(D). */
function scoreScale({ dim, heads, attentionDownsample }: CrossSizes): number {
  return (dim / attentionDownsample / heads) ** -0.5;
}

/** Every row once for each head, with 0 in place of the other heads' numbers, times `scale`: [N, Q, I] to [N, H*Q, I]. */
function byHead(scope: ModelScope, name: string, x: Value, sizes: CrossSizes, scale: number): Value {
  const { inner } = layersOf(sizes);
  const count = Number(x.shape[1]);
  const rows = reshape(scope, `${name}.rows`, x, ['N', 1, count, inner]);
  const chosen = multiply(scope, `${name}.of-heads`, rows, headMask(scope, sizes, scale));
  return reshape(scope, `${name}.by-head`, chosen, ['N', sizes.heads * count, inner]);
}

/** From each head's row the numbers of that head: [N, H*Q, I] to [N, Q, I]. */
function ofHead(scope: ModelScope, name: string, x: Value, sizes: CrossSizes): Value {
  const { inner } = layersOf(sizes);
  const count = Number(x.shape[1]) / sizes.heads;
  const rows = reshape(scope, `${name}.by-head`, x, ['N', sizes.heads, count, inner]);
  const chosen = multiply(scope, `${name}.of-heads`, rows, headMask(scope, sizes, 1));
  return sumAxis(scope, name, chosen, 1);
}

/** f32 [H, 1, I]: `scale` where a number belongs to the head, else 0. Made from the sizes alone, and stored once for all attentions. */
function headMask(scope: ModelScope, sizes: CrossSizes, scale: number): Value {
  const { inner } = layersOf(sizes);
  const width = inner / sizes.heads;
  return computedWeight(scope, `head-mask.${scale}`, [sizes.heads, 1, inner], {
    from: [],
    compute: () =>
      Float32Array.from({ length: sizes.heads * inner }, (_, index) => {
        const head = Math.floor(index / inner);
        return Math.floor((index % inner) / width) === head ? scale : 0;
      }),
  });
}
