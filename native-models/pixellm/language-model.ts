/**
 * LLaMA over embeddings. The key/value cache belongs to the caller, in one of two ways:
 * 'split' attends to past and new rows apart, so that a cache in JavaScript's memory is read in place and never copied;
 * 'joined' hands out past and new rows as one tensor, which a GPU keeps in its own memory for the next step.
 * S = new rows, P = past rows (at least 1: row 0 is a dummy that the bias hides), R = rows whose logits are wanted, H = heads, D = head width, C = H * D.
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
import { addAndRmsNorm, fusedMatMul, quickGelu, rmsNorm, rotate } from '../onnx/runtime-operators.ts';
import type { Network } from './network.ts';
import { linear, type LinearStyle } from './linear.ts';
import { computedWeight, storedWeight, type ModelScope } from './weights.ts';

type Language = Network['language'];

/** What every layer needs beside its state and its cache. */
type Shared = {
  readonly language: Language;
  readonly style: LinearStyle;
  readonly positions: Value;
  /** Rotation tables [maxPositions, D / 2]. */
  readonly cos: Value;
  readonly sin: Value;
  /** [1, S, P+S], added to the scores. */
  readonly bias: Value;
  /** i64 [P, S]: where the scores of the past end. */
  readonly pastAndNew: Value;
  readonly cache: CacheStyle;
};

export type CacheStyle = 'split' | 'joined';

type KeyValue = { readonly key: Value; readonly value: Value };

/**
 * @param embeds     f32 [1, S, C]
 * @param positions  i64 [1, S]
 * @param bias       f32 [1, 1, S, P+S]
 * @param past       per layer keys (already rotated) and values, f32 [P, H, D]
 * @param rows       i64 [R], which of the S rows are wanted
 * @returns hidden [R, C] after the final norm, logits [R, vocabulary], and per layer keys and values: the new ones [S, H, D] of a split
 *   cache, all [P+S, H, D] of a joined one
 */
export function languageModel(
  scope: ModelScope,
  { language }: Network,
  inputs: { embeds: Value; positions: Value; bias: Value; rows: Value; past: readonly KeyValue[] },
  { styles, cache }: { styles: { layers: LinearStyle; head: LinearStyle }; cache: CacheStyle },
): { hidden: Value; logits: Value; kept: KeyValue[] } {
  const shared = shareInputs(scope, language, inputs, { style: styles.layers, cache });
  const kept: KeyValue[] = [];
  let residual = reshape(scope, 'rows-of-embeds', inputs.embeds, ['S', language.hidden]);
  let normed = normLayer(scope, 'model.layers.0.input_layernorm', residual, language);
  for (const [layer, past] of inputs.past.entries()) {
    const at = scope.inside(`layers.${layer}`);
    const path = `model.layers.${layer}`;
    const isLast = layer === language.layers - 1;
    const attended = attention(at.inside('attention'), shared, { normed, past, path });
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
      { x: pick('wanted-residual', residual), skip: context, path: `${path}.post_attention_layernorm` },
      language,
    );
    const next = isLast ? 'model.norm' : `model.layers.${layer + 1}.input_layernorm`;
    const after = addNorm(
      at,
      'next-norm',
      { x: middle.sum, skip: mlp(at.inside('mlp'), shared, middle.normed, path), path: next },
      language,
    );
    residual = after.sum;
    normed = after.normed;
  }
  const logits = linear(
    scope,
    'head',
    normed,
    layerOf('lm_head', language.hidden, language.vocabulary),
    styles.head,
  );
  return { hidden: normed, logits, kept };
}

function shareInputs(
  scope: ModelScope,
  language: Language,
  {
    embeds,
    positions,
    bias,
    past,
  }: { embeds: Value; positions: Value; bias: Value; past: readonly { key: Value }[] },
  { style, cache }: { style: LinearStyle; cache: CacheStyle },
): Shared {
  const [first] = past;
  if (!first) throw new Error('A language model has layers.');
  const sizes = [
    sizesOf(scope, 'past-rows', first.key, { from: 0, to: 1 }),
    sizesOf(scope, 'new-rows', embeds, { from: 1, to: 2 }),
  ];
  const table = (name: string, wave: (angle: number) => number): Value =>
    computedWeight(scope, `rotary.${name}`, [language.maxPositions, language.headDim / 2], {
      from: [],
      compute: () => rotaryTable(language, wave),
    });
  return {
    language,
    style,
    cache,
    positions,
    cos: table('cos', Math.cos),
    sin: table('sin', Math.sin),
    bias: squeeze(scope, 'bias-of-heads', bias, 0),
    pastAndNew: concat(scope, 'past-and-new', sizes, { axis: 0 }),
  };
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

function attention(
  scope: ModelScope,
  shared: Shared,
  { normed, past, path }: { normed: Value; past: KeyValue; path: string },
): { context: Value; kept: KeyValue } {
  const { language, style, positions, cos, sin } = shared;
  const { hidden, heads, headDim } = language;
  const byHead = ['S', heads, headDim] as const;
  const project = (name: 'q' | 'k' | 'v'): Value =>
    linear(scope, name, normed, layerOf(`${path}.self_attn.${name}_proj`, hidden, hidden), style);
  const rotated = (name: 'q' | 'k'): Value => {
    const batch = reshape(scope, `${name}.batch`, project(name), [1, 'S', hidden]);
    return reshape(
      scope,
      `${name}.heads`,
      rotate(scope, `${name}.rotated`, batch, { positions, cos, sin }),
      byHead,
    );
  };
  const query = rotated('q');
  const fresh = { key: rotated('k'), value: reshape(scope, 'v.heads', project('v'), byHead) };
  const attend = shared.cache === 'split' ? attendSplit : attendJoined;
  const { mixed, kept } = attend(scope, shared, { query, past, fresh });
  return {
    context: reshape(scope, 'context.rows', transpose(scope, 'context.by-row', mixed, [1, 0, 2]), [
      'S',
      hidden,
    ]),
    kept,
  };
}

type Attended = { readonly mixed: Value; readonly kept: KeyValue };

/** Looks at past and new rows apart; the softmax runs over both. mixed [H, S, D]. */
function attendSplit(
  scope: ModelScope,
  { language, bias, pastAndNew }: Shared,
  { query, past, fresh }: { query: Value; past: KeyValue; fresh: KeyValue },
): Attended {
  const parts = [
    score(scope, 'scores-past', language, query, past.key),
    score(scope, 'scores-new', language, query, fresh.key),
  ];
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

/** Joins past and new rows first. mixed [H, S, D]. */
function attendJoined(
  scope: ModelScope,
  { language, bias }: Shared,
  { query, past, fresh }: { query: Value; past: KeyValue; fresh: KeyValue },
): Attended {
  const join = (name: 'key' | 'value'): Value =>
    concat(scope, `${name}.all`, [past[name], fresh[name]], { axis: 0, size: 'P+S' });
  const kept = { key: join('key'), value: join('value') };
  const weights = softmax(
    scope,
    'weights',
    add(scope, 'scores.bias', score(scope, 'scores', language, query, kept.key), bias),
  );
  return { mixed: mix(scope, 'context', weights, kept.value), kept };
}

/** Scaled products of queries [S, H, D] and keys [rows, H, D]: [H, S, rows]. */
function score(scope: ModelScope, name: string, { headDim }: Language, query: Value, keys: Value): Value {
  return fusedMatMul(scope, name, {
    left: query,
    right: keys,
    leftBatchInside: true,
    rightBatchInside: true,
    transposeRight: true,
    alpha: headDim ** -0.5,
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

function mlp(scope: ModelScope, { language, style }: Shared, normed: Value, path: string): Value {
  const { hidden, intermediate } = language;
  const gate = linear(scope, 'gate', normed, layerOf(`${path}.mlp.gate_proj`, hidden, intermediate), style);
  const up = linear(scope, 'up', normed, layerOf(`${path}.mlp.up_proj`, hidden, intermediate), style);
  const gated = multiply(scope, 'gated', quickGelu(scope, 'silu', gate, 1), up);
  return linear(scope, 'down', gated, layerOf(`${path}.mlp.down_proj`, intermediate, hidden), style);
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
    weight: storedWeight(scope, `${path}.weight`, [hidden]),
    epsilon,
  });
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
    weight: storedWeight(scope, `${path}.weight`, [hidden]),
    epsilon,
  });
}
