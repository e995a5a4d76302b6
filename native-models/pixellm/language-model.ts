/**
 * LLaMA over embeddings. The key/value cache belongs to the caller, in one of two ways:
 * 'split' attends to past and new rows apart, so that a cache in JavaScript's memory is read in place and never copied;
 * 'bound' writes the new rows into a cache of fixed capacity that never leaves the GPU and is never copied.
 * S = new rows, P = past rows (at least 1: row 0 is a dummy that the bias hides), R = rows whose logits are wanted, H = heads, D = head width, C = H * D,
 * T = rows a bound cache has room for.
 */
import type { Value } from '../onnx/graph.ts';
import {
  add,
  concat,
  gatherRows,
  multiply,
  reshape,
  sizesOf,
  softmax,
  splitLast,
  squeeze,
  transpose,
} from '../onnx/operators.ts';
import {
  addAndRmsNorm,
  fusedMatMul,
  groupQueryAttention,
  quickGelu,
  rmsNorm,
  rotate,
} from '../onnx/runtime-operators.ts';
import type { Network } from './network.ts';
import {
  gatedByteBlocks,
  linear,
  linearJoined,
  ofDtype,
  type LinearLayer,
  type LinearStyle,
} from './linear.ts';
import { computedWeight, storedWeight, type ModelScope } from './weights.ts';

type Language = Network['language'];

/** What every layer needs beside its state and its cache. */
type Shared = {
  readonly language: Language;
  readonly style: LinearStyle;
  readonly joinsGate: boolean;
  readonly enter: (scope: ModelScope, state: LayerState) => Entered;
  readonly attend: (scope: ModelScope, rows: AttentionRows) => Attended;
};

/** A layer's state: x + skip, [S, C] each; the first layer has nothing to add. */
type LayerState = { readonly x: Value; readonly skip: Value | null; readonly path: string };

/** The normed state seen as queries, keys and values, and the state itself added up. */
type Entered = { readonly projected: Projected; readonly sum: Value };

/** Queries, keys and values: [S, C] each, or side by side in one [S, 3 * C]. */
type Projected = readonly [Value, Value, Value] | readonly [Value];

/** New rows, and what was there before them. */
type AttentionRows = { readonly projected: Projected; readonly past: KeyValue };

/** What the rows found [S, C], and what the cache is to keep. */
type Attended = { readonly context: Value; readonly kept: KeyValue };

/** What tells a row how far it may look. */
type Sight =
  | {
      readonly cache: 'split';
      /** i64 [1, S]. */
      readonly positions: Value;
      /** f32 [1, 1, S, P+S], added to the scores. */
      readonly bias: Value;
    }
  | {
      readonly cache: 'bound';
      /** i64 [T]: the position of each row of the cache. Rows of padding were left out, so it is not the row's number. */
      readonly positions: Value;
      /** i32 [1]: the cache's rows after this run less one, and that number itself. */
      readonly lastRow: Value;
      readonly total: Value;
      /** The cache's own kind of number. */
      readonly dtype: 'f32' | 'f16';
      /** Whether the three projections are one product, which saves WebGPU dispatches. */
      readonly joinsProjections: boolean;
      /** Whether gate, up and their product are one operator where weights have 8 bits: WebGPU alone has it. */
      readonly joinsGate: boolean;
    };

type KeyValue = { readonly key: Value; readonly value: Value };

/**
 * @param embeds     [1, S, C], of the kind of number that the layers compute with
 * @param sight      where the rows stand and how far they look, which depends on where the cache is
 * @param past       per layer keys (already rotated) and values: [P, H, D], or [1, H, T, D] of a bound cache
 * @param rows       i64 [R], which of the S rows are wanted
 * @returns hidden f32 [R, C] after the final norm, logits f32 [R, vocabulary], and per layer keys and values: the new ones [S, H, D] of a split
 *   cache, the whole cache of a bound one
 */
export function languageModel(
  scope: ModelScope,
  { language }: Network,
  inputs: { embeds: Value; sight: Sight; rows: Value; past: readonly KeyValue[] },
  styles: { layers: LinearStyle; head: LinearStyle },
): { hidden: Value; logits: Value; kept: KeyValue[] } {
  const shared = shareInputs(scope, language, inputs, styles.layers);
  const kept: KeyValue[] = [];
  let residual = reshape(scope, 'rows-of-embeds', inputs.embeds, ['S', language.hidden]);
  let skip: Value | null = null;
  for (const [layer, past] of inputs.past.entries()) {
    const at = scope.inside(`layers.${layer}`);
    const path = `model.layers.${layer}`;
    const isLast = layer === language.layers - 1;
    const entered = shared.enter(at, { x: residual, skip, path });
    const attended = shared.attend(at.inside('attention'), { projected: entered.projected, past });
    kept.push(attended.kept);
    // Only the wanted rows have to go on after the last look at the others.
    const pick = (name: string, x: Value): Value => (isLast ? gatherRows(at, name, x, inputs.rows) : x);
    const context = linear(
      at,
      'attention.out',
      pick('wanted-context', attended.context),
      layerOf(`${path}.self_attn.o_proj`, language.hidden, language.hidden),
      styles.layers,
    );
    const middle = addNorm(
      at,
      'mlp-norm',
      {
        x: pick('wanted-residual', entered.sum),
        skip: context,
        path: `${path}.post_attention_layernorm`,
      },
      language,
    );
    residual = middle.sum;
    skip = mlp(at.inside('mlp'), shared, middle.normed, path);
  }
  if (!skip) throw new Error('A language model has layers.');
  const { normed } = addNorm(scope, 'final-norm', { x: residual, skip, path: 'model.norm' }, language);
  // The head is read once for a few rows: 32-bit numbers cost nothing there and keep near ties apart.
  const hidden = ofDtype(scope, 'hidden', normed, 'f32');
  const logits = linear(
    scope,
    'head',
    hidden,
    layerOf('lm_head', language.hidden, language.vocabulary),
    styles.head,
  );
  return { hidden, logits, kept };
}

function shareInputs(
  scope: ModelScope,
  language: Language,
  { embeds, sight, past }: { embeds: Value; sight: Sight; past: readonly KeyValue[] },
  style: LinearStyle,
): Shared {
  const [first] = past;
  if (!first) throw new Error('A language model has layers.');
  const table = (name: string, wave: (angle: number) => number): Value =>
    computedWeight(scope, `rotary.${name}`, [language.maxPositions, language.headDim / 2], {
      from: [],
      compute: () => rotaryTable(language, wave),
    });
  const tables = { cos: table('cos', Math.cos), sin: table('sin', Math.sin) };
  return {
    language,
    style,
    joinsGate: sight.cache === 'bound' && sight.joinsGate && style === 'int8-block32-gpu',
    enter: (at, state) =>
      enter(at, language, state, { style, joins: sight.cache === 'bound' && sight.joinsProjections }),
    attend:
      sight.cache === 'bound'
        ? attentionInPlace(scope, language, sight, tables)
        : attentionOver(scope, language, sight, { embeds, firstKey: first.key, ...tables }),
  };
}

/** Norm, then three products or one. */
function enter(
  scope: ModelScope,
  language: Language,
  { x, skip, path }: LayerState,
  { style, joins }: { style: LinearStyle; joins: boolean },
): Entered {
  const { hidden } = language;
  const norm = `${path}.input_layernorm`;
  const { normed, sum } = skip
    ? addNorm(scope, 'attention-norm', { x, skip, path: norm }, language)
    : { normed: normLayer(scope, norm, x, language), sum: x };
  const layer = (name: 'q' | 'k' | 'v'): LinearLayer =>
    layerOf(`${path}.self_attn.${name}_proj`, hidden, hidden);
  const project = (name: 'q' | 'k' | 'v'): Value =>
    linear(scope, `attention.${name}`, normed, layer(name), style);
  return {
    projected: joins
      ? [linearJoined(scope, 'attention.qkv', normed, [layer('q'), layer('k'), layer('v')], style)]
      : [project('q'), project('k'), project('v')],
    sum,
  };
}

/** Rows [S, width] as a batch of one, [1, S, width]. */
function batchOfOne(scope: ModelScope, name: string, rows: Value): Value {
  return reshape(scope, `${name}.batch`, rows, [1, ...rows.shape]);
}

/** How a layer's rows look at a cache in the GPU's memory: one operator for all of it, which also puts the new rows into the cache. */
function attentionInPlace(
  scope: ModelScope,
  { heads, hidden }: Language,
  { positions, lastRow, total, dtype }: Extract<Sight, { cache: 'bound' }>,
  tables: { cos: Value; sin: Value },
): Shared['attend'] {
  // The operator rotates a row by its place in the cache, so the tables are laid out by that place.
  const byPlace = (name: 'cos' | 'sin'): Value =>
    gatherRows(
      scope,
      `${name}.by-place`,
      ofDtype(scope, `rotary.${name}.narrow`, tables[name], dtype),
      positions,
    );
  const [cos, sin] = [byPlace('cos'), byPlace('sin')];
  return (at, { projected, past }) => {
    const narrow = (name: string, rows: Value): Value =>
      ofDtype(at, `${name}.narrow`, batchOfOne(at, name, rows), dtype);
    const [first, key, value] = projected;
    const { mixed, presentKey, presentValue } = groupQueryAttention(at, 'look', {
      rows:
        key && value ? [narrow('q', first), narrow('k', key), narrow('v', value)] : [narrow('qkv', first)],
      ...{ pastKey: past.key, pastValue: past.value, lastRow, total, cos, sin, heads },
    });
    const rows = reshape(at, 'context.rows', mixed, ['S', hidden]);
    return {
      context: ofDtype(at, 'context.wide', rows, first.dtype),
      kept: { key: presentKey, value: presentValue },
    };
  };
}

/** How a layer's rows look at a cache that is handed in, with what all layers share about it worked out once. */
function attentionOver(
  scope: ModelScope,
  language: Language,
  sight: Extract<Sight, { cache: 'split' }>,
  { embeds, firstKey, cos, sin }: { embeds: Value; firstKey: Value; cos: Value; sin: Value },
): Shared['attend'] {
  const bias = squeeze(scope, 'bias-of-heads', sight.bias, 0);
  // Queries are scaled by the tables that rotate them. Scaling the scores instead, as a factor of their product, keeps the CPU from the kernel it
  // has for a single row: keys were copied the other way round first, which took a sixth of a step (native-models/runtime/RUNTIME.md section 7).
  const perScore = scope.floats('per-score', [1], [language.headDim ** -0.5]);
  const scaled = {
    cos: multiply(scope, 'rotary.cos.of-queries', cos, perScore),
    sin: multiply(scope, 'rotary.sin.of-queries', sin, perScore),
  };
  const byHead = (at: ModelScope, { projected, past }: AttentionRows): HeadRows => {
    const [query, key, value] = projected;
    if (!key || !value) throw new Error('A cache outside of the GPU’s memory reads three projections.');
    const heads = (name: string, x: Value): Value =>
      reshape(at, `${name}.heads`, x, ['S', language.heads, language.headDim]);
    const rotated = (name: string, x: Value, tables: { cos: Value; sin: Value }): Value =>
      heads(
        name,
        rotate(at, `${name}.rotated`, batchOfOne(at, name, x), { positions: sight.positions, ...tables }),
      );
    return {
      query: rotated('q', query, scaled),
      fresh: { key: rotated('k', key, { cos, sin }), value: heads('v', value) },
      past,
    };
  };
  const byRow = (at: ModelScope, { mixed, kept }: { mixed: Value; kept: KeyValue }): Attended => {
    const rows = transpose(at, 'context.by-row', mixed, [1, 0, 2]);
    return { context: reshape(at, 'context.rows', rows, ['S', language.hidden]), kept };
  };
  const sizes = [
    sizesOf(scope, 'past-rows', firstKey, { from: 0, to: 1 }),
    sizesOf(scope, 'new-rows', embeds, { from: 1, to: 2 }),
  ];
  const pastAndNew = concat(scope, 'past-and-new', sizes, { axis: 0 });
  return (at, rows) => byRow(at, attendSplit(at, byHead(at, rows), { bias, pastAndNew }));
}

/** cos or sin of position * base^(-2i / D); the angle is rounded to 32 bits on the way, as the reference's is. */
function rotaryTable(
  { maxPositions, headDim, ropeBase }: Language,
  wave: (angle: number) => number,
): Float32Array {
  const half = headDim / 2;
  const frequencies = Array.from({ length: half }, (_, index) =>
    Math.fround(1 / Math.fround(ropeBase ** ((2 * index) / headDim))),
  );
  return Float32Array.from({ length: maxPositions * half }, (_, index) =>
    wave(Math.fround(Math.floor(index / half) * (frequencies[index % half] ?? 0))),
  );
}

/** The rows by head, [S, H, D] each. */
type HeadRows = { readonly query: Value; readonly fresh: KeyValue; readonly past: KeyValue };

/** Looks at past and new rows apart; the softmax runs over both. mixed [H, S, D]. */
function attendSplit(
  scope: ModelScope,
  { query, past, fresh }: HeadRows,
  { bias, pastAndNew }: { bias: Value; pastAndNew: Value },
): { mixed: Value; kept: KeyValue } {
  const parts = [score(scope, 'scores-past', query, past.key), score(scope, 'scores-new', query, fresh.key)];
  const scores = concat(scope, 'scores', parts, { axis: -1, size: 'P+S' }); // [H, S, P+S]
  const weights = softmax(scope, 'weights', add(scope, 'scores.bias', scores, bias));
  const [overPast, overNew] = splitLast(scope, 'weights.split', weights, {
    sizes: pastAndNew,
    dims: ['P', 'S'],
  });
  if (!overPast || !overNew) throw new Error('A split into two has two parts.');
  return {
    mixed: add(
      scope,
      'context',
      mix(scope, 'context-past', overPast, past.value),
      mix(scope, 'context-new', overNew, fresh.value),
    ),
    kept: fresh,
  };
}

/** Products of queries [S, H, D], scaled already, and keys [rows, H, D]: [H, S, rows]. */
function score(scope: ModelScope, name: string, query: Value, keys: Value): Value {
  return fusedMatMul(scope, name, {
    left: query,
    right: keys,
    leftBatchInside: true,
    rightBatchInside: true,
    transposeRight: true,
    alpha: 1,
  });
}

/** Values [rows, H, D] weighted by [H, S, rows]: [H, S, D]. */
function mix(scope: ModelScope, name: string, weights: Value, values: Value): Value {
  return fusedMatMul(scope, name, {
    left: weights,
    right: values,
    leftBatchInside: false,
    rightBatchInside: true,
    transposeRight: false,
    alpha: 1,
  });
}

function mlp(scope: ModelScope, shared: Shared, normed: Value, path: string): Value {
  const { hidden, intermediate } = shared.language;
  const down = layerOf(`${path}.mlp.down_proj`, intermediate, hidden);
  return linear(scope, 'down', gated(scope, shared, normed, path), down, shared.style);
}

/** silu(gate) * up. */
function gated(
  scope: ModelScope,
  { language: { hidden, intermediate }, style, joinsGate }: Shared,
  normed: Value,
  path: string,
): Value {
  const layers = {
    gate: layerOf(`${path}.mlp.gate_proj`, hidden, intermediate),
    up: layerOf(`${path}.mlp.up_proj`, hidden, intermediate),
  };
  if (joinsGate) return gatedByteBlocks(scope, 'gated', normed, layers);
  const gate = linear(scope, 'gate', normed, layers.gate, style);
  const up = linear(scope, 'up', normed, layers.up, style);
  return multiply(scope, 'gated', quickGelu(scope, 'silu', gate, 1), up);
}

function layerOf(
  path: string,
  inputs: number,
  outputs: number,
): { weight: string; bias: null; inputs: number; outputs: number } {
  return { weight: `${path}.weight`, bias: null, inputs, outputs };
}

function normLayer(scope: ModelScope, path: string, x: Value, { hidden, epsilon }: Language): Value {
  return rmsNorm(scope, 'first-norm', x, {
    weight: normWeight(scope, path, hidden, x),
    epsilon,
  });
}

/** A norm's weight in the kind of number of what it is for. */
function normWeight(scope: ModelScope, path: string, hidden: number, { dtype }: Value): Value {
  return ofDtype(scope, `${path}.narrow`, storedWeight(scope, `${path}.weight`, [hidden]), dtype);
}

function addNorm(
  scope: ModelScope,
  name: string,
  { x, skip, path }: { x: Value; skip: Value; path: string },
  { hidden, epsilon }: Language,
): { normed: Value; sum: Value } {
  return addAndRmsNorm(scope, name, {
    x,
    skip,
    weight: normWeight(scope, path, hidden, x),
    epsilon,
  });
}
