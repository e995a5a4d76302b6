import type { TargetStates } from './mask-decoder.ts';

/** The codebook of a model: token ids in order, levels * tokens per level of them. */
export interface Codebook {
  readonly ids: readonly number[];
}

/**
 * Gathers codebook tokens into groups of one target each, as they are generated.
 *
 * A group is the next `ids.length` codebook tokens whatever their order, as in the reference. One difference, where the reference would give up or
 * mix two targets: a group that ordinary text interrupts is dropped when the tokens after the text start afresh with the first one.
 */
export class CodebookGroups {
  readonly #ids: ReadonlySet<number>;
  readonly #first: number;
  readonly #size: number;
  #open: Float32Array[] = [];
  #isInterrupted = false;
  #dropped = 0;

  constructor(codebook: Codebook) {
    this.#ids = new Set(codebook.ids);
    this.#first = codebook.ids[0] ?? -1;
    this.#size = codebook.ids.length;
  }

  isCodebookToken(id: number): boolean {
    return this.#ids.has(id);
  }

  /** Tokens of the group being gathered; 0 between groups. */
  get openCount(): number {
    return this.#open.length;
  }

  /** Codebook tokens that became part of no target, as far as known now. */
  get discarded(): number {
    return this.#dropped + this.#open.length;
  }

  /**
   * Takes the next token of an answer.
   *
   * @param state  the state that predicted it
   * @returns the states of a target when this token completes its group, else null
   */
  push(id: number, state: Float32Array): TargetStates | null {
    if (!this.#ids.has(id)) {
      this.#isInterrupted = this.#open.length > 0;
      return null;
    }
    if (this.#isInterrupted && id === this.#first) {
      this.#dropped += this.#open.length;
      this.#open = [];
    }
    this.#isInterrupted = false;
    this.#open.push(state);
    if (this.#open.length < this.#size) return null;
    const complete = this.#open;
    this.#open = [];
    return complete;
  }
}

/**
 * Groups as the reference's evaluate() makes them: all codebook tokens in order, or none at all when their number is no multiple of a group.
 * Source: native-models/pixellm/REFERENCE.md section 7
 */
export function referenceGroups(
  states: readonly Float32Array[],
  codebook: Codebook,
): { groups: TargetStates[]; discarded: number } {
  const size = codebook.ids.length;
  if (states.length % size !== 0) return { groups: [], discarded: states.length };
  const groups = Array.from({ length: states.length / size }, (_, index) =>
    states.slice(index * size, (index + 1) * size),
  );
  return { groups, discarded: 0 };
}
