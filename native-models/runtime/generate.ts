import { throwIfCancelled } from '../errors.ts';
import type { Decoder } from './decoder.ts';
import { draftAfter } from './draft.ts';
import type { Cell } from './sequence.ts';

/** A token of the answer and the final-normed state, f32 [hidden], that predicted it. */
export interface GeneratedToken {
  readonly id: number;
  readonly state: Float32Array;
}

/** A wanted place of the prompt, with the state there. */
export interface PromptState {
  readonly cell: number;
  readonly state: Float32Array;
}

export interface Prefilled {
  readonly reused: number;
  readonly computed: number;
  readonly states: readonly PromptState[];
  /** What the prompt's last cell says about the first token. */
  readonly choice: number;
  /** null where they stayed on the GPU. */
  readonly logits: Float32Array | null;
  readonly state: Float32Array;
}

/**
 * Makes the decoder read `prompt`, from where it differs from what it read last.
 *
 * @param wanted  ascending indices into `prompt` whose states are needed; they are computed anew
 * @throws ModelError 'cancelled' between chunks
 */
export async function prefill(
  decoder: Decoder,
  prompt: readonly Cell[],
  wanted: readonly number[],
  signal: AbortSignal,
): Promise<Prefilled> {
  // At least the last cell is computed, for its logits.
  const reused = Math.min(
    decoder.reusableLength(prompt),
    prompt.length - 1,
    wanted[0] ?? Number.POSITIVE_INFINITY,
  );
  decoder.truncate(reused);
  const states: PromptState[] = [];
  for (let start = reused; ; start = decoder.cells.length) {
    throwIfCancelled(signal);
    const end = Math.min(start + decoder.cellsPerRun, prompt.length);
    const cells = prompt.slice(start, end);
    const inChunk = wanted.filter((cell) => cell >= start && cell < end);
    // The chunk's last row is always asked for: an empty list of rows is an edge no operator should have to handle.
    const pass = await decoder.forward(cells, [...inChunk.map((cell) => cell - start), cells.length - 1]);
    decoder.keep(pass, cells.length);
    for (const [row, cell] of inChunk.entries()) states.push({ cell, state: pass.state(row) });
    if (end === prompt.length) {
      const last = inChunk.length;
      return {
        reused,
        computed: prompt.length - reused,
        states,
        choice: pass.choice(last),
        logits: pass.logits(last),
        state: pass.state(last),
      };
    }
  }
}

export interface GenerationLimits {
  readonly maxNewTokens: number;
  /** Positions the model has. */
  readonly contextLength: number;
  readonly endToken: number;
}

export interface GenerationOptions extends GenerationLimits {
  /** Token ids of the codebook in order, to draft from; empty to go one token at a time. */
  readonly draftIds: readonly number[];
}

export type StopReason = 'end' | 'limit' | 'context';

/**
 * Greedy decoding: yields the most likely token again and again, the end token included. With drafts it yields the same tokens, in fewer runs.
 *
 * @throws ModelError 'cancelled' between runs
 */
export async function* generate(
  decoder: Decoder,
  start: Prefilled,
  options: GenerationOptions,
  signal: AbortSignal,
): AsyncGenerator<GeneratedToken, StopReason> {
  let position = (decoder.cells.at(-1)?.position ?? -1) + 1;
  let next: GeneratedToken = { id: start.choice, state: start.state };
  for (let count = 1; ; ) {
    yield next;
    const stop = stopReason(next.id, count, position, options);
    if (stop !== null) return stop;
    throwIfCancelled(signal);

    const room = Math.min(options.maxNewTokens - count, options.contextLength - position) - 1;
    const draft = draftAfter(next.id, options.draftIds, room);
    const step = await verify(decoder, [next.id, ...draft], position);
    for (const token of step.confirmed) {
      yield token;
      // Drafted tokens are never the end token, and the draft was cut to the room there is.
      count++;
    }
    position += 1 + step.confirmed.length;
    next = step.next;
    count++;
  }
}

function stopReason(
  id: number,
  count: number,
  position: number,
  limits: GenerationLimits,
): StopReason | null {
  if (id === limits.endToken) return 'end';
  if (count >= limits.maxNewTokens) return 'limit';
  return position >= limits.contextLength ? 'context' : null;
}

/**
 * Runs one known token with a draft behind it.
 *
 * @returns the drafted tokens that greedy decoding would have chosen too, and the token it chooses after them
 */
async function verify(
  decoder: Decoder,
  ids: readonly number[],
  position: number,
): Promise<{ confirmed: GeneratedToken[]; next: GeneratedToken }> {
  const cells = ids.map(
    (token, index): Cell => ({ token, image: null, position: position + index, isVisible: true }),
  );
  const pass = await decoder.forward(cells, [...ids.keys()]);
  const confirmed: GeneratedToken[] = [];
  let choice = pass.choice(0);
  while (confirmed.length + 1 < ids.length && choice === ids[confirmed.length + 1]) {
    confirmed.push({ id: choice, state: pass.state(confirmed.length) });
    choice = pass.choice(confirmed.length);
  }
  decoder.keep(pass, 1 + confirmed.length);
  return { confirmed, next: { id: choice, state: pass.state(confirmed.length) } };
}
