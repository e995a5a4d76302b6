import { stat } from 'node:fs/promises';
import type { AskEvent, Engine, EngineOptions } from '../../native-models/runtime/engine.ts';
import type { Segmenter, SegmenterFiles } from '../../native-models/runtime/segmenter/segmenter.ts';
import type { ConversionOptions, ConversionProgress } from '../../native-models/convert.ts';
import { answerStatsSchema } from '../../native-models/shapes.ts';
import { decodeHalfFloats, encodeHalfFloats } from '../../native-models/half-floats.ts';
import { AppError, assertNever } from '../common/errors.ts';
import { encodeMask, maskFromLogits } from './mask-from-logits.ts';
import type { DrawnMask } from '../common/document/records.ts';
import {
  requestSchema,
  type AskRequest,
  type InferenceEvent,
  type InferenceReply,
  type InferenceRequest,
  type LoadedModel,
  type LoadRequest,
  type ReadAheadRequest,
  type RedrawRequest,
  type SegmentRequest,
  type Segmented,
  type VerifiedModel,
} from './messages.ts';
import { toInferenceFailure } from './model-error.ts';
import { WantedPictures } from './wanted-pictures.ts';

/** The model room's public functions; tests put a scripted engine here. */
export interface ModelRoom {
  loadEngine(options: EngineOptions): Promise<Engine>;
  convertCheckpoint(options: ConversionOptions): Promise<unknown>;
  loadSegmenter(files: SegmenterFiles, signal: AbortSignal): Promise<Segmenter>;
  verifyModel(
    folder: string,
    options: { readonly signal: AbortSignal; readonly onProgress: (progress: ConversionProgress) => void },
  ): Promise<VerifiedModel>;
}

type Work = Exclude<InferenceRequest, { type: 'cancel' | 'picture' }>;
type Emit = (event: InferenceEvent) => void;

/**
 * The inside of an inference process: takes requests one after another, in the order they came, and holds at most one model.
 *
 * @returns what takes in a message from the backend
 */
export function createInferenceServer(
  room: ModelRoom,
  send: (reply: InferenceReply) => void,
): (message: unknown) => void {
  const running = new Map<number, AbortController>();
  const wanted = new WantedPictures((id) => send({ type: 'wants-picture', id }));
  let engine: Engine | null = null;
  const segmenter = new HeldSegmenter(room);
  let picture: { readonly key: string; readonly rgb: Uint8Array } | null = null;
  let last: Promise<void> = Promise.resolve();

  const perform = async (request: Work, signal: AbortSignal, emit: Emit): Promise<unknown> => {
    switch (request.type) {
      case 'load':
        await release();
        engine = await room.loadEngine(engineOptions(request, signal, emit));
        return { device: engine.device } satisfies LoadedModel;
      case 'ask':
        return answer(request, signal, emit);
      case 'read-ahead':
        return readAhead(request, signal);
      case 'unload':
        return release();
      case 'segment':
        return segment(request, signal);
      case 'describe-segmenter':
        return (await segmenter.of(request.files, signal)).description;
      case 'forget-segmenter':
        return segmenter.letGo();
      case 'convert':
        await room.convertCheckpoint({ ...request, signal, onProgress: progressTo(emit) });
        return null;
      case 'redraw':
        return redraw(request, signal);
      case 'verify':
        return room.verifyModel(request.folder, { signal, onProgress: progressTo(emit) });
      default:
        return assertNever(request);
    }
  };
  const release = async (): Promise<void> => {
    const old = engine;
    engine = null;
    picture = null;
    await old?.dispose();
  };
  const answer = async (request: AskRequest, signal: AbortSignal, emit: Emit): Promise<void> => {
    const { history, question, maxNewTokens } = request;
    const model = loaded();
    const asked = { image: await imageOf(request, signal), history, question, maxNewTokens };
    for await (const event of model.ask(asked, signal)) emit(toInferenceEvent(event));
  };
  const readAhead = async (request: ReadAheadRequest, signal: AbortSignal): Promise<void> => {
    const model = loaded();
    await model.readAhead({ image: await imageOf(request, signal), history: request.history }, signal);
  };
  const segment = async (request: SegmentRequest, signal: AbortSignal): Promise<Segmented> => {
    const { files, image, prompts } = request;
    const found = await (await segmenter.of(files, signal)).segment(
      { image, pixels: async () => (await imageOf(request, signal)).rgb, prompts },
      signal,
    );
    return { ...encodeMask(found), score: found.score };
  };
  const loaded = (): Engine => {
    if (!engine) throw new AppError('no-model', 'No model is loaded.', {});
    return engine;
  };
  const imageOf = async ({ id, image }: Pick<AskRequest, 'id' | 'image'>, signal: AbortSignal) => {
    const rgb = picture?.key === image.key ? picture.rgb : await wanted.ask(id, signal);
    picture = { key: image.key, rgb };
    return { ...image, rgb };
  };
  const run = async (request: Work, controller: AbortController): Promise<void> => {
    const { id } = request;
    try {
      controller.signal.throwIfAborted();
      const value = await perform(request, controller.signal, (event) => send({ type: 'event', id, event }));
      send({ type: 'result', id, value });
    } catch (error) {
      send({ type: 'failed', id, error: toInferenceFailure(error) });
    } finally {
      running.delete(id);
    }
  };
  return (message) => {
    const request = requestSchema.parse(message);
    if (request.type === 'cancel') {
      running.get(request.id)?.abort();
      return;
    }
    if (request.type === 'picture') {
      wanted.receive(request);
      return;
    }
    const controller = new AbortController();
    running.set(request.id, controller);
    // A slider does not wait for an answer: it is served between two steps of it.
    if (request.type === 'redraw') void run(request, controller);
    else last = last.then(() => run(request, controller));
  };
}

/** The pair of files that was asked last: it stays open, with what it made of pictures, until another one is asked or stands in its place. */
class HeldSegmenter {
  readonly #room: Pick<ModelRoom, 'loadSegmenter'>;
  #held: { readonly stamp: string; readonly segmenter: Segmenter } | null = null;

  constructor(room: Pick<ModelRoom, 'loadSegmenter'>) {
    this.#room = room;
  }

  async of(files: SegmenterFiles, signal: AbortSignal): Promise<Segmenter> {
    const stamp = JSON.stringify([files, await stampOf(files.encoder), await stampOf(files.decoder)]);
    if (this.#held?.stamp === stamp) return this.#held.segmenter;
    await this.letGo();
    const segmenter = await this.#room.loadSegmenter(files, signal);
    this.#held = { stamp, segmenter };
    return segmenter;
  }

  async letGo(): Promise<void> {
    const held = this.#held;
    this.#held = null;
    await held?.segmenter.dispose();
  }
}

/** Changes when another file comes to lie under the path; null where there is none, which opening it says. */
async function stampOf(file: string): Promise<readonly number[] | null> {
  try {
    const { size, mtimeMs, ino } = await stat(file);
    return [size, mtimeMs, ino];
  } catch {
    return null;
  }
}

/** After a moment, so that the cancels of a slider that has moved on are read first. */
async function redraw({ logits, image, threshold }: RedrawRequest, signal: AbortSignal): Promise<DrawnMask> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
  const values = { logits: decodeHalfFloats(logits.halfFloats), side: logits.side };
  return maskFromLogits({ logits: values, placement: logits.placement, image, threshold });
}

function engineOptions(request: LoadRequest, signal: AbortSignal, emit: Emit): EngineOptions {
  const { folder, provider, threads, choices, remeasure } = request;
  const onProgress = ({ stage }: { readonly stage: string }): void => {
    emit({ type: 'progress', stage, done: 0, total: null });
  };
  return { folder, provider, threads, choices, remeasure, signal, onProgress };
}

function progressTo(emit: Emit): (progress: ConversionProgress) => void {
  return ({ stage, done, total }) => emit({ type: 'progress', stage, done, total: total > 0 ? total : null });
}

function toInferenceEvent(event: AskEvent): InferenceEvent {
  switch (event.type) {
    case 'stage':
    case 'text':
    case 'target-start':
      return event;
    case 'fell-back':
      return { type: 'fell-back', device: event.device };
    case 'target': {
      const { index, logits, side, placement, mask, score } = event;
      const kept = { side, placement, halfFloats: encodeHalfFloats(logits) };
      return {
        type: 'target',
        index,
        ...encodeMask(mask),
        score: Math.min(1, Math.max(0, score)),
        logits: kept,
      };
    }
    case 'done': {
      return {
        type: 'answered',
        rawAnswer: event.rawAnswer,
        stopped: event.stopped,
        discarded: event.discarded,
        unfamiliarity: event.unfamiliarity,
        stats: answerStatsSchema.parse(event.stats),
      };
    }
    default:
      return assertNever(event);
  }
}
