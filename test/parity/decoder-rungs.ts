import { keptImageTokens } from '../../native-models/runtime/image/padding.ts';
import { placeImage } from '../../native-models/runtime/image/placement.ts';
import { hostFloats } from '../../native-models/runtime/ort-tensors.ts';
import { imageMarker, promptCells } from '../../native-models/runtime/sequence.ts';
import { Decoder } from '../../native-models/runtime/decoder.ts';
import { HostCache } from '../../native-models/runtime/host-cache.ts';
import { prefill } from '../../native-models/runtime/generate.ts';
import { runWholeSequence } from './decoder-run.ts';
import type { GoldenCase, GoldenFolder } from './golden.ts';
import type { ParityModel } from './parity-model.ts';
import { compareEqual, compareNumbers } from './rung.ts';
import type { Rung } from './rung.ts';
import type { VisionOutputs } from './vision-rungs.ts';

/** The whole sequence of a case, image tokens in place of the marker, padding kept. */
export interface WholeSequence {
  readonly ids: readonly number[];
  readonly embeds: Float32Array;
  readonly visible: readonly boolean[];
}

/** @param ids  with one image marker */
export async function layOutSequence(
  example: GoldenCase,
  ids: readonly number[],
  outputs: VisionOutputs,
  { manifest, embedding }: ParityModel,
): Promise<WholeSequence> {
  const { image, language } = manifest.network;
  const [height, width] = example.original_size;
  const kept = keptImageTokens(placeImage({ width, height }, image.side), image);
  const cells = promptCells(ids, { key: 'image', kept }, image, { keepPadding: true });
  const tokens = hostFloats(outputs, 'image_tokens');
  const embeds = new Float32Array(cells.length * language.hidden);
  for (const [index, cell] of cells.entries()) {
    const row =
      cell.image === null
        ? await embedding.row(cell.token)
        : tokens.subarray(cell.token * language.hidden, (cell.token + 1) * language.hidden);
    embeds.set(row, index * language.hidden);
  }
  return { ids, embeds, visible: cells.map((cell) => cell.isVisible) };
}

/** Embeddings, then logits and states of the whole sequence from the golden embeddings, plain and cached. */
export async function* decoderRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  sequence: WholeSequence,
  model: ParityModel,
  outputs: VisionOutputs,
): AsyncGenerator<Rung> {
  const { language } = model.manifest.network;
  const mask = golden.ids(example, 'llm_attention_mask');
  if (mask) yield compareEqual(example.name, 'llm_attention_mask', sequence.visible.map(Number), mask);
  const embeds = golden.tensor(example, 'inputs_embeds');
  if (embeds)
    yield compareNumbers(
      example.name,
      embeds.name,
      sequence.embeds,
      embeds.values as Float32Array,
      embeds.tolerance,
    );

  const logits = golden.tensor(example, 'logits');
  const states = golden.tensor(example, 'last_hidden_state');
  if (!logits && !states) return;
  const input = (embeds?.values as Float32Array | undefined) ?? sequence.embeds;
  const found = await runWholeSequence(model.tapped.decoder, language, input, sequence.visible);
  if (logits)
    yield compareNumbers(
      example.name,
      logits.name,
      found.logits,
      logits.values as Float32Array,
      logits.tolerance,
    );
  if (states)
    yield compareNumbers(
      example.name,
      states.name,
      found.hidden,
      states.values as Float32Array,
      states.tolerance,
    );
  const margins = golden.tensor(example, 'step_margins');
  if (margins)
    yield compareNumbers(
      example.name,
      margins.name,
      lastMargins(found.logits, language.vocabulary, margins.values.length),
      margins.values as Float64Array,
      2 * golden.tolerance('logits'),
    );
  if (logits)
    yield* cachedRungs(golden, example, sequence, { model, outputs, logits: logits.values as Float32Array });
}

function logitsOf(logits: Float32Array | null): Float32Array {
  if (logits === null) throw new Error('The ladder runs where logits come back.');
  return logits;
}

/** The product's way: padding left out, chunks, then one token at a time behind a cache. */
async function* cachedRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  sequence: WholeSequence,
  { model, outputs, logits }: { model: ParityModel; outputs: VisionOutputs; logits: Float32Array },
): AsyncGenerator<Rung> {
  const { manifest, embedding, tapped } = model;
  const { image, language } = manifest.network;
  const decoder = new Decoder({
    session: tapped.decoder,
    cache: new HostCache(language, manifest.contextLength + 1),
    embedding,
    language,
    imageTokens: () => hostFloats(outputs, 'image_tokens'),
  });
  const places =
    golden.ids(example, 'llm_image_mask') ??
    sequence.visible.slice(sequence.ids.indexOf(imageMarker)).map(Number);
  const cells = promptCells(sequence.ids, { key: 'image', kept: places.map(Boolean) }, image);
  const steps = Math.min(24, cells.length - 1);
  const firstStep = cells.length - steps;
  const start = await prefill(decoder, cells.slice(0, firstStep), [], new AbortController().signal);
  const found = [logitsOf(start.logits)];
  for (const cell of cells.slice(firstStep)) {
    const pass = await decoder.forward([cell], [0]);
    decoder.keep(pass, 1);
    found.push(logitsOf(pass.logits(0)));
  }
  const expected = cells
    .slice(firstStep - 1)
    .map((cell) =>
      logits.subarray(cell.position * language.vocabulary, (cell.position + 1) * language.vocabulary),
    );
  yield compareNumbers(
    example.name,
    'logits (cached, no padding)',
    join(found),
    join(expected),
    golden.tolerance('logits'),
  );
}

/** Largest minus second largest logit of the last rows. */
function lastMargins(logits: Float32Array, vocabulary: number, count: number): Float64Array {
  const rows = logits.length / vocabulary;
  return Float64Array.from({ length: count }, (_, index) => {
    const row = rows - count + index;
    const sorted = logits.slice(row * vocabulary, (row + 1) * vocabulary).sort();
    return (sorted.at(-1) ?? Number.NaN) - (sorted.at(-2) ?? Number.NaN);
  });
}

function join(rows: readonly Float32Array[]): Float32Array {
  return Float32Array.from(rows.flatMap((row) => [...row]));
}
