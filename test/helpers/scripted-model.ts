import type { AskEvent, AskRequest, Engine, ReadAheadRequest } from '../../native-models/runtime/engine.ts';
import type { ModelRoom } from '../../electron/inference/inference-server.ts';
import { upscaleMask } from '../../native-models/runtime/upscale-mask.ts';
import type { InferenceExit, InferenceProcess } from '../../electron/inference/inference-process.ts';
import { createInferenceServer } from '../../electron/inference/inference-server.ts';

/**
 * A model that says what a test wrote, behind the real protocol. `{left}`, `{right}`, `{all}` and `{none}` in an answer are targets:
 * the left half of the image, the right half, everything, nothing.
 */
export interface Script {
  answer(request: AskRequest): string;
  /** Runs before the first word; a promise that stays open is a model that thinks. */
  beforeAnswer?(request: AskRequest, signal: AbortSignal): Promise<void>;
  /** Runs while it reads ahead; a promise that stays open is a slow one. */
  readAhead?(request: ReadAheadRequest, signal: AbortSignal): Promise<void>;
  beforeLoad?(folder: string, signal: AbortSignal): Promise<void>;
  discarded?: number;
  unfamiliarity?: number | null;
  stopped?: 'end' | 'limit';
}

const side = 8;
const kinds: Readonly<Record<string, (x: number) => boolean>> = {
  left: (x) => x < side / 2,
  right: (x) => x >= side / 2,
  all: () => true,
  none: () => false,
};

export function scriptedRoom(script: Script): ModelRoom {
  return {
    async loadEngine({ folder, provider, threads, signal }) {
      await script.beforeLoad?.(folder, signal);
      signal.throwIfAborted();
      const engine = {
        manifest: { name: `scripted ${folder}` },
        device: {
          provider: 'cpu',
          requested: provider,
          reason: null,
          tried: [{ provider: 'cpu', ok: true, reason: null }],
          measured: [],
          precision: 'fp32',
          threads: threads ?? 1,
          memoryBytes: 1000,
        },
        ask: (request: AskRequest, asked: AbortSignal) => speak(script, request, asked),
        async readAhead(request: ReadAheadRequest, asked: AbortSignal) {
          await script.readAhead?.(request, asked);
          asked.throwIfAborted();
        },
        dispose: () => Promise.resolve(),
      };
      // Only the name of the manifest is read by what is under test.
      return engine as unknown as Engine;
    },
    // The real one: what it is given are small graphs of a test's own. Loaded when asked for: it brings ONNX Runtime.
    async loadSegmenter(files, signal) {
      const { loadSegmenter } = await import('../../native-models/runtime/segmenter/segmenter.ts');
      return loadSegmenter(files, signal);
    },
    async convertCheckpoint({ out, onProgress, signal }) {
      for (let done = 0; done < 3; done++) {
        onProgress({ stage: 'decoder', done, total: 3, bytes: done });
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
      }
      return { out };
    },
    verifyModel: () => Promise.resolve({ ok: false, problems: ['decoder.data differs'] }),
  };
}

async function* speak(
  script: Script,
  request: AskRequest,
  signal: AbortSignal,
): AsyncGenerator<AskEvent, void> {
  yield { type: 'stage', stage: 'reading-image' };
  await script.beforeAnswer?.(request, signal);
  signal.throwIfAborted();
  yield { type: 'stage', stage: 'thinking' };
  const answer = script.answer(request);
  let index = 0;
  for (const piece of answer.split(/(\{\w+\})/u)) {
    signal.throwIfAborted();
    const kind = kinds[piece.slice(1, -1)];
    if (!piece.startsWith('{') || !kind) {
      for (const delta of piece.split(/(?<= )/u)) if (delta !== '') yield { type: 'text', delta };
      continue;
    }
    yield { type: 'target-start', index };
    yield { type: 'stage', stage: 'drawing' };
    yield { type: 'target', index, ...drawing(request, kind) };
    index += 1;
  }
  yield {
    type: 'done',
    rawAnswer: answer.replaceAll(/\{\w+\}/gu, '[SEG0]'),
    ids: [],
    stopped: script.stopped ?? 'end',
    discarded: script.discarded ?? 0,
    unfamiliarity: script.unfamiliarity ?? null,
    stats: {
      ...{ firstTokenMs: 1, totalMs: 2, visionMs: 1, prefillTokens: 3, reusedTokens: 0, newTokens: 4 },
      ...{ tokensPerSecond: 5, imageCached: false, maskMs: [] },
    },
  };
}

function drawing({ image }: AskRequest, isSet: (x: number) => boolean) {
  const logits = Float32Array.from({ length: side * side }, (_, at) => (isSet(at % side) ? 4 : -4));
  // The image fills the whole square, whatever its shape: halves stay halves.
  const placement = { side, resizedWidth: side, resizedHeight: side };
  const mask = upscaleMask({ logits, side }, placement, image);
  return { logits, side, placement, imageWidth: image.width, imageHeight: image.height, mask, score: 0.9 };
}

export interface ScriptedProcess extends InferenceProcess {
  /** Ends it as the system would. */
  crash(exit: InferenceExit): void;
  readonly messages: { readonly type: string }[];
}

/** A process without a process: messages are cloned and arrive later, as they would over a pipe. */
export function aScriptedProcess(room: ModelRoom): ScriptedProcess {
  const messageListeners: ((message: unknown) => void)[] = [];
  const exitListeners: ((exit: InferenceExit) => void)[] = [];
  let isAlive = true;
  const later = (work: () => void): void => void setImmediate(() => isAlive && work());
  const receive = createInferenceServer(room, (reply) => {
    const cloned: unknown = structuredClone(reply);
    later(() => messageListeners.forEach((listener) => listener(cloned)));
  });
  const end = (exit: InferenceExit): void => {
    if (!isAlive) return;
    isAlive = false;
    setImmediate(() => exitListeners.forEach((listener) => listener(exit)));
  };
  const messages: ScriptedProcess['messages'] = [];
  return {
    messages,
    send(message) {
      const cloned: unknown = structuredClone(message);
      messages.push(cloned as ScriptedProcess['messages'][number]);
      later(() => receive(cloned));
    },
    onMessage: (listener) => void messageListeners.push(listener),
    onExit: (listener) => void exitListeners.push(listener),
    kill: () => end({ code: null, signal: 'SIGKILL' }),
    crash: end,
  };
}
