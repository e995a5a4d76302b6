/**
 * SAM's two-way transformer: tokens look at the picture and the picture looks back.
 * N = targets, Q = tokens of a target, A = positions of the picture, O = width.
 */
import type { Value } from '../onnx/graph.ts';
import { add, relu, slice } from '../onnx/operators.ts';
import { attend, type AttentionStyle } from './attention.ts';
import type { Network } from './network.ts';
import { storedLayerNorm } from './norm.ts';
import { lookAtPicture, lookAtTokens } from './picture-attention.ts';
import { exactLayer, linearLayer } from './linear.ts';
import { type ModelScope } from './weights.ts';

/** The sizes of the pixel decoder, and how it computes attention. */
export type TransformerSettings = Network['pixelDecoder'] & { readonly attention: AttentionStyle };
type Decoder = TransformerSettings;
type State = { readonly tokens: Value; readonly picture: Value };

/** Token 0 predicts the score, tokens 1 to maskTokens are mask tokens; of these the first one's mask is used. */
const usedToken = { axis: 1, from: 1, to: 2 } as const;

/**
 * @param tokens     f32 [N, Q, O]; also added as their own positions
 * @param picture    f32 [N or 1, A, O]; 1 when it is still the same for all targets
 * @param positions  f32 [1, A, O]
 * @param path       checkpoint path of this level's transformer
 * @returns the used mask token [N, 1, O], which alone takes the last look, and the picture [N, A, O]
 */
export function twoWayTransformer(
  scope: ModelScope,
  decoder: Decoder,
  { tokens, picture, positions, path }: State & { positions: Value; path: string },
): { maskToken: Value; picture: Value } {
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
  const token = slice(scope, 'mask-token', state.tokens, usedToken);
  const looked = lookAtPicture(scope.inside('final'), decoder, {
    query: add(scope, 'query', token, slice(scope, 'mask-token.position', tokens, usedToken)),
    key: add(scope, 'key', state.picture, positions),
    value: state.picture,
    path: `${path}.final_attn_token_to_image`,
  });
  return {
    maskToken: norm(scope, 'norm', add(scope, 'sum', token, looked), `${path}.norm_final_attn`, decoder),
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
  const tokensAmong = among(scope, decoder, { tokens, tokenPositions, path, isFirst });
  const placed = add(scope, 'picture.placed', picture, positions);

  const looked = lookAtPicture(scope.inside('tokens-to-picture'), decoder, {
    query: add(scope, 'tokens.query', tokensAmong, tokenPositions),
    key: placed,
    value: picture,
    path: `${path}.cross_attn_token_to_image`,
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

  const answered = lookAtTokens(scope.inside('picture-to-tokens'), decoder, {
    query: placed,
    key: add(scope, 'tokens.key', settled, tokenPositions),
    value: settled,
    path: `${path}.cross_attn_image_to_token`,
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
  const at = scope.inside('among-tokens');
  const self = `${path}.self_attn`;
  if (isFirst)
    return norm(
      scope,
      'norm1',
      lookAmong(at, decoder, { placed: tokens, tokens, path: self }),
      `${path}.norm1`,
      decoder,
    );
  const placed = add(scope, 'tokens.placed', tokens, tokenPositions);
  const attended = lookAmong(at, decoder, { placed, tokens, path: self });
  return norm(scope, 'norm1', add(scope, 'tokens.among', tokens, attended), `${path}.norm1`, decoder);
}

/** @param placed  f32 [N, Q, O], the tokens with their positions: what they ask and how they are found */
function lookAmong(
  scope: ModelScope,
  { dim, heads, attention }: Decoder,
  { placed, tokens, path }: { placed: Value; tokens: Value; path: string },
): Value {
  const project = (name: 'q' | 'k' | 'v', x: Value): Value =>
    exactLayer(scope, name, x, linearLayer(`${path}.${name}_proj`, dim, dim));
  const mixed = attend(
    scope,
    'attention',
    { query: project('q', placed), key: project('k', placed), value: project('v', tokens), heads },
    attention,
  );
  return exactLayer(scope, 'out', mixed, linearLayer(`${path}.out_proj`, dim, dim));
}

function norm(scope: ModelScope, name: string, x: Value, path: string, { dim }: Decoder): Value {
  return storedLayerNorm(scope, name, x, { path, width: dim, epsilon: 1e-5 });
}
