import { CodebookGroups, referenceGroups } from './codebook-groups.ts';
import type { AskEvent, MaskPolicy, TargetEvent } from './engine-contract.ts';
import type { GeneratedToken } from './generate.ts';
import type { ImageFeatures, KeyedImage } from './image-features.ts';
import { targetsPerRun } from './mask-decoder.ts';
import type { MaskDecoder, TargetStates } from './mask-decoder.ts';
import { TextStream } from './tokenizer/text-stream.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';
import { upscaleAndScore } from './upscale-mask.ts';

interface AnswerParts {
  readonly tokenizer: Tokenizer;
  readonly masks: MaskDecoder;
  readonly maskSide: number;
  readonly codebookIds: readonly number[];
  readonly endToken: number;
  readonly image: KeyedImage;
  readonly features: ImageFeatures;
  readonly policy: MaskPolicy;
  /** States that predict codebook tokens of the prompt; only the reference policy counts them. */
  readonly promptStates: readonly Float32Array[];
}

/** Turns generated tokens into text and targets, in the order a reader should see them. */
export class AnswerWriter {
  readonly ids: number[] = [];
  readonly #parts: AnswerParts;
  readonly #text: TextStream;
  readonly #groups: CodebookGroups;
  readonly #referenceStates: Float32Array[];
  #targets = 0;
  #discarded = 0;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
    this.#text = new TextStream(parts.tokenizer);
    this.#groups = new CodebookGroups({ ids: parts.codebookIds });
    this.#referenceStates = [...parts.promptStates];
  }

  get discarded(): number {
    return this.#discarded;
  }

  /** The answer as the model wrote it, without its end token. */
  get rawAnswer(): string {
    const written = this.ids.at(-1) === this.#parts.endToken ? this.ids.slice(0, -1) : this.ids;
    return this.#parts.tokenizer.decode(written);
  }

  async *push(token: GeneratedToken): AsyncGenerator<AskEvent, void> {
    this.ids.push(token.id);
    if (token.id === this.#parts.endToken) return;
    const isCodebook = this.#groups.isCodebookToken(token.id);
    yield* textEvent(isCodebook ? this.#text.interrupt() : this.#text.push(token.id));
    if (this.#parts.policy === 'reference') {
      if (isCodebook) this.#referenceStates.push(token.state);
      return;
    }
    const group = this.#groups.push(token.id, token.state);
    if (group !== null) yield* this.#draw([group]);
  }

  /** The answer is over: what was waiting, and under the reference's policy all targets. */
  async *end(): AsyncGenerator<AskEvent, void> {
    yield* textEvent(this.#text.end());
    this.#discarded = this.#groups.discarded;
    if (this.#parts.policy !== 'reference') return;
    const { groups, discarded } = referenceGroups(this.#referenceStates, { ids: this.#parts.codebookIds });
    this.#discarded = discarded;
    for (let start = 0; start < groups.length; start += targetsPerRun)
      yield* this.#draw(groups.slice(start, start + targetsPerRun));
  }

  async *#draw(groups: readonly TargetStates[]): AsyncGenerator<AskEvent, void> {
    const first = this.#targets;
    this.#targets += groups.length;
    for (const offset of groups.keys()) yield { type: 'target-start', index: first + offset };
    yield { type: 'stage', stage: 'drawing' };
    const drawn = await this.#parts.masks.draw(groups, this.#parts.features);
    for (const [offset, logits] of drawn.entries()) yield this.#targetEvent(first + offset, logits);
    yield { type: 'stage', stage: 'thinking' };
  }

  #targetEvent(index: number, logits: Float32Array): TargetEvent {
    const { image, maskSide: side } = this.#parts;
    const { placement } = this.#parts.features;
    const { score, ...mask } = upscaleAndScore({ logits, side }, placement, image);
    return {
      type: 'target',
      index,
      logits,
      side,
      placement,
      imageWidth: image.width,
      imageHeight: image.height,
      mask,
      score,
    };
  }
}

function* textEvent(delta: string): Generator<AskEvent, void> {
  if (delta !== '') yield { type: 'text', delta };
}
