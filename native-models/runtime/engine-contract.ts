import type { AnswerStage, Provider, ProviderRequest } from '../names.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import type { AnswerCost, DeviceReport, Placement } from '../shapes.ts';
import type { StopReason } from './generate.ts';
import type { KeyedImage } from './image-features.ts';
import type { AnsweredTurn } from './prompt.ts';
import type { ImageMask } from './upscale-mask.ts';

/**
 * 'full-groups' draws every complete group of codebook tokens the model wrote. 'reference' does what the original evaluate() does: the prompt ends
 * at its first <unk>, codebook tokens in the question count, and a number of them that is no multiple of a group draws nothing.
 */
export type MaskPolicy = 'full-groups' | 'reference';

export interface AskRequest {
  readonly image: KeyedImage;
  /** Earlier turns about the same image, with the model's raw answers. */
  readonly history: readonly AnsweredTurn[];
  readonly question: string;
  /** null: the model's usual limit. */
  readonly maxNewTokens: number | null;
  readonly maskPolicy?: MaskPolicy;
  /** Whether codebook runs are drafted; the answer is the same either way. */
  readonly draft?: boolean;
}

/** What is known before the next question is asked. */
export type ReadAheadRequest = Pick<AskRequest, 'image' | 'history'>;

/** A target's mask, at the image's size and as the low-resolution logits it comes from. */
export interface TargetEvent {
  readonly type: 'target';
  readonly index: number;
  /** f32 [side, side] over the network's square. */
  readonly logits: Float32Array;
  readonly side: number;
  readonly placement: Placement;
  readonly imageWidth: number;
  readonly imageHeight: number;
  /** Where the logits are positive; upscaleMask() draws it for other thresholds. */
  readonly mask: ImageMask;
  /** Mean probability over the mask at the image's size; 0 for an empty mask. */
  readonly score: number;
}

export interface AnswerStats extends AnswerCost {
  readonly imageCached: boolean;
  /** Cells of the prompt that were computed. */
  readonly prefillTokens: number;
}

export interface DoneEvent {
  readonly type: 'done';
  /** The answer as the model wrote it, codebook tokens included: what `history` wants next time. */
  readonly rawAnswer: string;
  /** New token ids, the end token included when it was written. */
  readonly ids: readonly number[];
  readonly stopped: StopReason;
  /** Codebook tokens that became part of no target. */
  readonly discarded: number;
  /** How far the picture lies from those the model was trained on: over 1 it is foreign. Null where the model does not say. */
  readonly unfamiliarity: number | null;
  readonly stats: AnswerStats;
}

export type AskEvent =
  | { readonly type: 'stage'; readonly stage: AnswerStage }
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'target-start'; readonly index: number }
  /** The GPU failed; what follows, and every later question, is computed elsewhere. Nothing that was said before is said again. */
  | { readonly type: 'fell-back'; readonly device: DeviceReport }
  | TargetEvent
  | DoneEvent;

export interface EngineOptions {
  /** A model folder as convertCheckpoint() writes it. */
  readonly folder: string;
  readonly provider: ProviderRequest;
  /** null: chosen from the machine. */
  readonly threads: number | null;
  /** File that remembers what was measured on this machine; null: measure every time. */
  readonly choices?: string | null;
  /** Measures again whatever is remembered. */
  readonly remeasure?: boolean;
  readonly signal: AbortSignal;
  onProgress?(progress: LoadProgress): void;
}

export interface LoadProgress {
  readonly stage: 'checking-device' | 'loading-vision' | 'loading-decoder' | 'loading-masks' | 'ready';
  readonly provider: Provider | null;
}

export interface Engine {
  readonly manifest: ModelManifest;
  readonly device: DeviceReport;
  /**
   * Answers one question. Questions wait for each other; cancelling works between any two runs of a graph.
   *
   * @throws ModelError 'cancelled', 'image-invalid', 'image-too-thin', 'prompt-too-long', 'out-of-memory', 'run-failed'
   */
  ask(request: AskRequest, signal: AbortSignal): AsyncGenerator<AskEvent, void>;
  /**
   * Computes what the next question begins with, so that it is answered sooner and the same. Waits for the question being answered.
   *
   * @throws ModelError 'cancelled', 'image-invalid', 'image-too-thin', 'out-of-memory', 'run-failed'
   */
  readAhead(request: ReadAheadRequest, signal: AbortSignal): Promise<void>;
  dispose(): Promise<void>;
}
