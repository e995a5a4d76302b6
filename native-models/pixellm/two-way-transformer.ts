/**
 * SAM's two-way transformer: tokens look at the picture and the picture looks back.
 * N = targets, Q = tokens of a target, A = positions of the picture, O = width.
 */
import type { Value } from '../onnx/graph.ts';
import { add, layerNorm, relu } from '../onnx/operators.ts';
import { attend, type AttentionStyle } from './attention.ts';
import type { Network } from './network.ts';
import { exactLayer, linearLayer, storedWeight, type ModelScope } from './weights.ts';

/** The sizes of the pixel decoder, and how it computes attention. */
export type TransformerSettings = Network['pixelDecoder'] & { readonly attention: AttentionStyle };
type Decoder = TransformerSettings;
type State = { readonly tokens: Value; readonly picture: Value };

/**
 * @param tokens     f32 [N, Q, O]; also added as their own positions
 * @param picture    f32 [N, A, O]
 * @param positions  f32 [1, A, O]
 * @param path       checkpoint path of this level's transformer
 * @returns tokens [N, Q, O] and picture [N, A, O]
 */
export function twoWayTransformer(
  scope: ModelScope,
  decoder: Decoder,
  { tokens, picture, positions, path }: State & { positions: Value; path: string },
): State {
  let state: State = { tokens, picture };
  for (let layer = 0; layer < decoder.depth; layer++) {
    state = block(scope.inside(`layers.${layer}`), decoder, {
      ...state,
      tokenPositions: tokens,
      positions,
      path: `${path}.layers.${layer}`,
      isFirst: layer === 0,
    });
  }
  const query = add(scope, 'query', state.tokens, tokens);
  const key = add(scope, 'key', state.picture, positions);
  const looked = lookAt(scope.inside('final'), decoder, {
    query,
    key,
    value: state.picture,
    path: `${path}.final_attn_token_to_image`,
    inner: crossWidth(decoder),
  });
  return {
    tokens: norm(scope, 'norm', add(scope, 'sum', state.tokens, looked), `${path}.norm_final_attn`, decoder),
    picture: state.picture,
  };
}

function block(
  scope: ModelScope,
  decoder: Decoder,
  {
    tokens,
    picture,
    tokenPositions,
    positions,
    path,
    isFirst,
  }: State & { tokenPositions: Value; positions: Value; path: string; isFirst: boolean },
): State {
  const inner = crossWidth(decoder);
  const tokensAmong = among(scope, decoder, { tokens, tokenPositions, path, isFirst });
  const placed = add(scope, 'picture.placed', picture, positions);

  const toImage = {
    query: add(scope, 'tokens.query', tokensAmong, tokenPositions),
    key: placed,
    value: picture,
  };
  const looked = lookAt(scope.inside('tokens-to-picture'), decoder, {
    ...toImage,
    path: `${path}.cross_attn_token_to_image`,
    inner,
  });
  const informed = norm(
    scope,
    'norm2',
    add(scope, 'tokens.informed', tokensAmong, looked),
    `${path}.norm2`,
    decoder,
  );

  const wide = relu(
    scope,
    'mlp.relu',
    exactLayer(scope, 'mlp.up', informed, linearLayer(`${path}.mlp.lin1`, decoder.dim, decoder.mlp)),
  );
  const thought = exactLayer(
    scope,
    'mlp.down',
    wide,
    linearLayer(`${path}.mlp.lin2`, decoder.mlp, decoder.dim),
  );
  const settled = norm(
    scope,
    'norm3',
    add(scope, 'tokens.settled', informed, thought),
    `${path}.norm3`,
    decoder,
  );

  const toTokens = { query: placed, key: add(scope, 'tokens.key', settled, tokenPositions), value: settled };
  const answered = lookAt(scope.inside('picture-to-tokens'), decoder, {
    ...toTokens,
    path: `${path}.cross_attn_image_to_token`,
    inner,
  });
  return {
    tokens: settled,
    picture: norm(
      scope,
      'norm4',
      add(scope, 'picture.informed', picture, answered),
      `${path}.norm4`,
      decoder,
    ),
  };
}

/** Self-attention of the tokens. The first block has neither positions nor a residual: the tokens are their own positions there. */
function among(
  scope: ModelScope,
  decoder: Decoder,
  {
    tokens,
    tokenPositions,
    path,
    isFirst,
  }: { tokens: Value; tokenPositions: Value; path: string; isFirst: boolean },
): Value {
  const self = { path: `${path}.self_attn`, inner: decoder.dim };
  const at = scope.inside('among-tokens');
  if (isFirst)
    return norm(
      scope,
      'norm1',
      lookAt(at, decoder, { query: tokens, key: tokens, value: tokens, ...self }),
      `${path}.norm1`,
      decoder,
    );
  const placed = add(scope, 'tokens.placed', tokens, tokenPositions);
  const attended = lookAt(at, decoder, { query: placed, key: placed, value: tokens, ...self });
  return norm(scope, 'norm1', add(scope, 'tokens.among', tokens, attended), `${path}.norm1`, decoder);
}

function lookAt(
  scope: ModelScope,
  { dim, heads, attention }: Decoder,
  { query, key, value, path, inner }: { query: Value; key: Value; value: Value; path: string; inner: number },
): Value {
  const project = (name: 'q' | 'k' | 'v', x: Value): Value =>
    exactLayer(scope, name, x, linearLayer(`${path}.${name}_proj`, dim, inner));
  const mixed = attend(
    scope,
    'attention',
    { query: project('q', query), key: project('k', key), value: project('v', value), heads },
    attention,
  );
  return exactLayer(scope, 'out', mixed, linearLayer(`${path}.out_proj`, inner, dim));
}

function crossWidth({ dim, attentionDownsample }: Decoder): number {
  return dim / attentionDownsample;
}

function norm(scope: ModelScope, name: string, x: Value, path: string, { dim }: Decoder): Value {
  return layerNorm(scope, name, x, {
    weight: storedWeight(scope, `${path}.weight`, [dim]),
    bias: storedWeight(scope, `${path}.bias`, [dim]),
    epsilon: 1e-5,
  });
}
