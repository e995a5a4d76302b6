import { ModelError, throwIfCancelled } from '../errors.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import { AnswerWriter } from './answer.ts';
import type { AnswerStats, AskEvent, AskRequest } from './engine-contract.ts';
import { unfamiliarity } from './familiar-pictures.ts';
import { generate, prefill } from './generate.ts';
import type { Prefilled } from './generate.ts';
import { buildPromptIds } from './prompt.ts';
import { imageMarker, promptCells } from './sequence.ts';
import type { Cell } from './sequence.ts';
import type { LoadedModel } from './sessions.ts';

/** What chat.py of the reference allows. */
const defaultMaxNewTokens = 512;

/** Answers one question: reads the image, the prompt, then generates. One at a time per model. */
export async function* ask(
  model: LoadedModel,
  manifest: ModelManifest,
  request: AskRequest,
  signal: AbortSignal,
): AsyncGenerator<AskEvent, void> {
  const clock = new AnswerClock();
  const policy = request.maskPolicy ?? 'full-groups';
  throwIfCancelled(signal);

  yield { type: 'stage', stage: 'reading-image' };
  const imageCached = model.images.has(request.image.key);
  const features = await model.images.read(request.image);
  const visionMs = imageCached ? 0 : clock.elapsed();

  yield { type: 'stage', stage: 'thinking' };
  const prompt = layOutPrompt(model, manifest, request, features.keptTokens);
  const start = await prefill(model.decoder, prompt.cells, prompt.wanted, signal);
  const writer = new AnswerWriter({
    ...{ tokenizer: model.tokenizer, masks: model.masks, maskSide: manifest.network.pixelDecoder.maskSide },
    ...{
      codebookIds: manifest.tokens.codebook,
      endToken: manifest.tokens.eos,
      image: request.image,
      features,
      policy,
    },
    promptStates: start.states.map(({ state }) => state),
  });

  const tokens = generate(model.decoder, start, generationOptions(manifest, request), signal);
  for (;;) {
    const next = await clock.timeDecoding(() => tokens.next());
    if (next.done === true) {
      yield* clock.noteTargets(writer.end());
      const stats = clock.stats({ start, newTokens: writer.ids.length, visionMs, imageCached });
      yield {
        type: 'done',
        rawAnswer: writer.rawAnswer,
        ids: writer.ids,
        stopped: next.value,
        discarded: writer.discarded,
        unfamiliarity: model.familiar && unfamiliarity(model.familiar, features),
        stats,
      };
      return;
    }
    yield* clock.noteTargets(writer.push(next.value));
  }
}

function generationOptions(manifest: ModelManifest, request: AskRequest): Parameters<typeof generate>[2] {
  return {
    maxNewTokens: Math.max(1, Math.trunc(request.maxNewTokens ?? defaultMaxNewTokens) || 1),
    contextLength: manifest.contextLength,
    endToken: manifest.tokens.eos,
    draftIds: request.draft === false ? [] : manifest.tokens.codebook,
  };
}

/** The prompt's cells, and which of their states are needed because they predict codebook tokens of the prompt. */
function layOutPrompt(
  model: LoadedModel,
  manifest: ModelManifest,
  request: AskRequest,
  kept: readonly boolean[],
): { cells: Cell[]; wanted: number[] } {
  const isReference = request.maskPolicy === 'reference';
  let ids = buildPromptIds(request, manifest, model.tokenizer);
  const unknown = ids.indexOf(manifest.tokens.unk);
  if (isReference && unknown > ids.indexOf(imageMarker)) ids = ids.slice(0, unknown);

  const cells = promptCells(ids, { key: request.image.key, kept }, manifest.network.image);
  const length = (cells.at(-1)?.position ?? 0) + 1;
  if (length > manifest.contextLength) {
    const { contextLength } = manifest;
    const message = `The question is too long for the model: with the picture it takes ${length} places, and the model has ${contextLength}. Ask it in fewer words.`;
    throw new ModelError('prompt-too-long', message, { length, contextLength });
  }
  const codebook = new Set(manifest.tokens.codebook);
  const wanted = isReference
    ? cells.flatMap((cell, index) =>
        index > 0 && cell.image === null && codebook.has(cell.token) ? [index - 1] : [],
      )
    : [];
  return { cells, wanted };
}

/** Measures what the user waits for. */
class AnswerClock {
  readonly #start = performance.now();
  readonly #maskMs: number[] = [];
  #firstTokenMs = 0;
  #decodingMs = 0;
  #steps = 0;

  elapsed(): number {
    return performance.now() - this.#start;
  }

  async timeDecoding<Result>(step: () => Promise<Result>): Promise<Result> {
    const before = performance.now();
    const result = await step();
    if (this.#steps++ === 0) this.#firstTokenMs = this.elapsed();
    else this.#decodingMs += performance.now() - before;
    return result;
  }

  async *noteTargets(events: AsyncGenerator<AskEvent, void>): AsyncGenerator<AskEvent, void> {
    for await (const event of events) {
      if (event.type === 'target') this.#maskMs.push(this.elapsed());
      yield event;
    }
  }

  stats(facts: { start: Prefilled; newTokens: number; visionMs: number; imageCached: boolean }): AnswerStats {
    const { start, newTokens, visionMs, imageCached } = facts;
    return {
      firstTokenMs: this.#firstTokenMs,
      totalMs: this.elapsed(),
      visionMs,
      imageCached,
      prefillTokens: start.computed,
      reusedTokens: start.reused,
      newTokens,
      tokensPerSecond:
        newTokens > 1 && this.#decodingMs > 0 ? ((newTokens - 1) / this.#decodingMs) * 1000 : 0,
      maskMs: this.#maskMs,
    };
  }
}
