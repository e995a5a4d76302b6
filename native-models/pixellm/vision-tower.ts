/**
 * CLIP's vision transformer with a padding mask.
 * T = grid^2 + 1 rows (class first), A = rows that are looked at (class and patches with image in them), C = vision width.
 *
 * The reference adds the most negative float to the scores of padding, in every layer, which makes their weight exactly 0; padding still looks
 * at the image, because the pixel decoder reads all rows. Leaving padding out of the keys and values is the same and less work.
 */
import type { Value } from '../onnx/graph.ts';
import { convolve } from '../onnx/image-operators.ts';
import { add, concat, gelu, reshape, transpose } from '../onnx/operators.ts';
import { quickGelu } from '../onnx/runtime-operators.ts';
import { attend, type AttentionStyle } from './attention.ts';
import type { Network } from './network.ts';
import { storedLayerNorm } from './norm.ts';
import { resizePositionTable } from './position-table.ts';
import { layerInput, linear, linearLayer, pickRows, type LayerInput, type LinearStyle } from './linear.ts';
import { computedWeight, storedWeight, type ModelScope } from './weights.ts';

export type TowerStyles = { readonly linear: LinearStyle; readonly attention: AttentionStyle };

/**
 * @param pixels   f32 [1, 3, side, side], normalised and padded
 * @param keyRows  i64 [A], the rows that are looked at
 * @returns hidden states [T, C]: index 0 after the first norm, then one per layer, as far as any feature needs them
 */
export function visionTower(
  scope: ModelScope,
  network: Network,
  inputs: { pixels: Value; keyRows: Value },
  styles: TowerStyles,
): Value[] {
  const states = [embedPatches(scope.inside('embeddings'), network, inputs.pixels)];
  for (let layer = 0; layer < network.vision.layersUsed; layer++) {
    const state = states[layer];
    if (state)
      states.push(
        encoderLayer(
          scope.inside(`layers.${layer}`),
          network,
          { state, keyRows: inputs.keyRows, layer },
          styles,
        ),
      );
  }
  return states;
}

function embedPatches(scope: ModelScope, { image, vision }: Network, pixels: Value): Value {
  const width = vision.hidden;
  const patches = image.grid * image.grid;
  const embeddings = 'vision_model.embeddings';
  const kernel = storedWeight(scope, `${embeddings}.patch_embedding.weight`, [
    width,
    3,
    image.patch,
    image.patch,
  ]);
  const grid = convolve(scope, 'patches', pixels, { weight: kernel, stride: image.patch, padding: 0 }); // [1, C, grid, grid]
  const rows = transpose(scope, 'rows', reshape(scope, 'flat', grid, [width, patches]), [1, 0]); // [grid^2, C]
  const classRow = computedWeight(scope, `${embeddings}.class_row`, [1, width], {
    from: [{ name: `${embeddings}.class_embedding`, shape: [width] }],
    compute: (embedding) => embedding,
  });
  const nativeGrid = vision.nativeSide / image.patch;
  const positions = computedWeight(scope, `${embeddings}.position_table`, [patches + 1, width], {
    from: [{ name: `${embeddings}.position_embedding.weight`, shape: [nativeGrid * nativeGrid + 1, width] }],
    compute: (table) => resizePositionTable(table, { width, nativeGrid, grid: image.grid }),
  });
  const placed = add(scope, 'placed', concat(scope, 'with-class', [classRow, rows], { axis: 0 }), positions);
  return norm(scope, 'norm', placed, 'vision_model.pre_layrnorm', vision);
}

function encoderLayer(
  scope: ModelScope,
  { vision, image }: Network,
  { state, keyRows, layer }: { state: Value; keyRows: Value; layer: number },
  { linear: style, attention }: TowerStyles,
): Value {
  const path = `vision_model.encoder.layers.${layer}`;
  const width = vision.hidden;
  const rows = image.grid * image.grid + 1;
  const normed = norm(scope, 'attention-norm', state, `${path}.layer_norm1`, vision);
  const project = (name: 'q' | 'k' | 'v', from: LayerInput): Value => {
    const projected = linear(
      scope,
      name,
      from,
      linearLayer(`${path}.self_attn.${name}_proj`, width, width),
      style,
    );
    return reshape(scope, `${name}.batch`, projected, [1, ...projected.shape]);
  };
  const all = layerInput(scope, 'attention-rows', normed, style);
  const query = project('q', all);
  const seen = pickRows(scope, 'seen', all, keyRows); // [A, C]
  const attended = attend(
    scope,
    'attention',
    { query, key: project('k', seen), value: project('v', seen), heads: vision.heads },
    attention,
  );
  const flat = reshape(scope, 'attention.rows', attended, [rows, width]);
  const middle = add(
    scope,
    'attention.sum',
    state,
    linear(scope, 'attention.out', flat, linearLayer(`${path}.self_attn.out_proj`, width, width), style),
  );
  const wide = linear(
    scope,
    'mlp.up',
    norm(scope, 'mlp-norm', middle, `${path}.layer_norm2`, vision),
    linearLayer(`${path}.mlp.fc1`, width, vision.intermediate),
    style,
  );
  const active =
    vision.activation === 'gelu' ? gelu(scope, 'mlp.gelu', wide) : quickGelu(scope, 'mlp.gelu', wide, 1.702);
  return add(
    scope,
    'mlp.sum',
    middle,
    linear(scope, 'mlp.down', active, linearLayer(`${path}.mlp.fc2`, vision.intermediate, width), style),
  );
}

function norm(
  scope: ModelScope,
  name: string,
  x: Value,
  path: string,
  { hidden, epsilon }: Network['vision'],
): Value {
  return storedLayerNorm(scope, name, x, { path, width: hidden, epsilon });
}
