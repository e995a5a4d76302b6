/**
 * The three graphs of a model, their inputs and outputs: the contract between the converter and the runtime.
 * G = grid, T = image tokens, C = language width, O = pixel decoder width, S/P/R/H/D as in language-model.ts, N/L/K as in pixel-decoder.ts.
 */
import { Graph, type Value } from '../onnx/graph.ts';
import { indexOfLargest, reshape, slice } from '../onnx/operators.ts';
import type { AttentionStyle } from './attention.ts';
import type { Network } from './network.ts';
import { languageModel } from './language-model.ts';
import { fuseCodebook, pixelDecoder } from './pixel-decoder.ts';
import { projectToDecoder, projectToLanguage } from './projectors.ts';
import { visionTower } from './vision-tower.ts';
import { gpuStyle, ofDtype, type LinearStyle } from './linear.ts';
import { type ModelGraph, type WeightSource } from './weights.ts';

/** How each part's linear layers are stored and computed, and how attention without a cache is. */
export type Styles = {
  readonly tower: LinearStyle;
  readonly projectors: LinearStyle;
  readonly layers: LinearStyle;
  readonly head: LinearStyle;
  readonly attention: AttentionStyle;
};

/** The same stored weights, used as GPU providers prefer. */
export function gpuStyles({ tower, projectors, layers, head }: Styles): Styles {
  return {
    tower: gpuStyle(tower),
    projectors: gpuStyle(projectors),
    layers: gpuStyle(layers),
    head: gpuStyle(head),
    attention: 'plain',
  };
}

export type GraphOptions = {
  readonly styles: Styles;
  /** Adds the values that the parity tests compare, and keeps apart what is otherwise folded. */
  readonly taps: boolean;
};

/**
 * pixel_values f32 [1, 3, side, side], key_rows i64 [A]: 0 for the class row and 1 + i for each patch i (row-major) that has image in it ->
 * image_tokens f32 [T, C], level0 f32 [1, G*G, O], level1 f32 [1, 4*G*G, O]
 */
export function visionGraph(network: Network, { styles, taps }: GraphOptions): ModelGraph {
  const { image, vision } = network;
  const graph = new Graph<WeightSource>('vision');
  const scope = graph.root;
  const rows = image.grid * image.grid + 1;
  const pixels = graph.input('pixel_values', 'f32', [1, 3, image.side, image.side]);
  const keyRows = graph.input('key_rows', 'i64', ['A']);
  const states = visionTower(
    scope.inside('tower'),
    network,
    { pixels, keyRows },
    { linear: styles.tower, attention: styles.attention },
  );
  const patches = (name: string, index: number): Value =>
    slice(scope, name, stateAt(states, index), { axis: 0, from: 1, to: rows }); // without the class row
  const selected = patches('selected', vision.selectLayer);
  const levels = vision.levelLayers.map((index, level) =>
    index === vision.selectLayer ? selected : patches(`level${level}-features`, index),
  );
  const [feature0, feature1] = levels;
  if (!feature0 || !feature1) throw new Error('There are two levels.');
  graph.output(
    'image_tokens',
    projectToLanguage(scope.inside('to-language'), network, selected, styles.projectors),
  );
  const decoder = projectToDecoder(scope.inside('to-decoder'), network, [feature0, feature1], {
    style: styles.projectors,
    folded: !taps,
  });
  graph.output('level0', decoder.level0);
  graph.output('level1', decoder.level1);
  if (taps) tapVision(graph, network, { states, decoder });
  return graph;
}

function tapVision(
  graph: ModelGraph,
  { vision, image }: Network,
  { states, decoder }: { states: readonly Value[]; decoder: { projected: Value | null; neck: Value } },
): void {
  const batch = (name: string, index: number): void => {
    graph.output(
      name,
      reshape(graph.root, `tap.${name}`, stateAt(states, index), [
        1,
        image.grid * image.grid + 1,
        vision.hidden,
      ]),
    );
  };
  batch('vit_embeddings', 0);
  batch('vit_hidden_m2', vision.levelLayers[0]);
  batch('vit_hidden_m11', vision.levelLayers[1]);
  if (decoder.projected) graph.output('proj_features', decoder.projected);
  graph.output('neck', decoder.neck);
}

/**
 * embeds f32 [1, S, C], position_ids i64 [1, S], bias f32 [1, 1, S, P+S], rows i64 [R], past_key.i and past_value.i f32 [P, H, D] ->
 * logits f32 [R, vocabulary], hidden f32 [R, C], and the cache's new rows: new_key.i and new_value.i f32 [S, H, D]
 */
export function decoderGraph(network: Network, { styles }: GraphOptions): ModelGraph {
  const { hidden, heads, headDim, layers } = network.language;
  const graph = new Graph<WeightSource>('decoder');
  const inputs = {
    embeds: graph.input('embeds', 'f32', [1, 'S', hidden]),
    sight: {
      cache: 'split' as const,
      positions: graph.input('position_ids', 'i64', [1, 'S']),
      bias: graph.input('bias', 'f32', [1, 1, 'S', 'P+S']),
    },
    rows: graph.input('rows', 'i64', ['R']),
    past: Array.from({ length: layers }, (_, layer) => ({
      key: graph.input(`past_key.${layer}`, 'f32', ['P', heads, headDim]),
      value: graph.input(`past_value.${layer}`, 'f32', ['P', heads, headDim]),
    })),
  };
  const { hidden: states, logits, kept } = languageModel(graph.root, network, inputs, styles);
  graph.output('logits', logits);
  graph.output('hidden', states);
  for (const [layer, { key, value }] of kept.entries()) {
    graph.output(`new_key.${layer}`, key);
    graph.output(`new_value.${layer}`, value);
  }
  return graph;
}

/** How a GPU computes the decoder. */
export type BoundForm = {
  readonly numbers: { readonly layers: 'f32' | 'f16'; readonly cache: 'f32' | 'f16' };
  readonly joinsProjections: boolean;
  readonly joinsGate: boolean;
};

/**
 * The decoder over a cache of fixed capacity in the GPU's own memory; it also chooses, so that logits need not leave the card.
 *
 * embeds f32 [1, S, C], positions i64 [T], last_row i32 [1], total_rows i32 [1], rows i64 [R], past_key.i and past_value.i [1, H, T, D] ->
 * choice i64 [R], logits f32 [R, vocabulary], hidden f32 [R, C], present_key.i and present_value.i [1, H, T, D], to be bound to the past's memory
 *
 * @param form  what the layers compute with and the cache holds, and which products are one
 */
export function boundDecoderGraph(
  network: Network,
  styles: Pick<Styles, 'layers' | 'head'>,
  { numbers, joinsProjections, joinsGate }: BoundForm,
): ModelGraph {
  const { hidden, heads, headDim, layers } = network.language;
  const graph = new Graph<WeightSource>('decoder');
  const embeds = graph.input('embeds', 'f32', [1, 'S', hidden]);
  const positions = graph.input('positions', 'i64', ['T']);
  const lastRow = graph.input('last_row', 'i32', [1]);
  const total = graph.input('total_rows', 'i32', [1]);
  const rows = graph.input('rows', 'i64', ['R']);
  const part = (name: string): Value => graph.input(name, numbers.cache, [1, heads, 'T', headDim]);
  const past = Array.from({ length: layers }, (_, layer) => ({
    key: part(`past_key.${layer}`),
    value: part(`past_value.${layer}`),
  }));
  const inputs = {
    embeds: ofDtype(graph.root, 'embeds.narrow', embeds, numbers.layers),
    sight: {
      cache: 'bound',
      dtype: numbers.cache,
      ...{ positions, lastRow, total, joinsProjections, joinsGate },
    } as const,
    ...{ rows, past },
  };
  const { hidden: states, logits, kept } = languageModel(graph.root, network, inputs, styles);
  graph.output('choice', indexOfLargest(graph.root, 'choice', logits));
  graph.output('logits', logits);
  graph.output('hidden', states);
  for (const [layer, { key, value }] of kept.entries()) {
    graph.output(`present_key.${layer}`, key);
    graph.output(`present_value.${layer}`, value);
  }
  return graph;
}

/** states f32 [N, L*K, C], level0, level1 as the vision graph gives them -> logits f32 [N, 1, 4G, 4G] */
export function masksGraph(network: Network, { styles, taps }: GraphOptions): ModelGraph {
  const { image, codebook, language, pixelDecoder: decoder } = network;
  const graph = new Graph<WeightSource>('masks');
  const cells = image.grid * image.grid;
  const states = graph.input('states', 'f32', [
    'N',
    codebook.levels * codebook.tokensPerLevel,
    language.hidden,
  ]);
  const level0 = graph.input('level0', 'f32', [1, cells, decoder.dim]);
  const level1 = graph.input('level1', 'f32', [1, 4 * cells, decoder.dim]);
  const fused = fuseCodebook(graph.root.inside('fusion'), network, states);
  const masks = pixelDecoder(
    graph.root.inside('decoder'),
    network,
    { fused, level0, level1 },
    styles.attention,
  );
  graph.output('logits', masks.combined);
  if (taps) {
    graph.output('fused', fused);
    graph.output('level0_mask', masks.level0);
    graph.output('level1_mask', masks.level1);
  }
  return graph;
}

function stateAt(states: readonly Value[], index: number): Value {
  const state = states[index];
  if (!state) throw new Error(`The tower computes hidden state ${index}.`);
  return state;
}
