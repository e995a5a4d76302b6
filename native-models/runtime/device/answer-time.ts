import { providerNames } from '../../names.ts';
import type { MeasuredProvider } from '../../shapes.ts';

/** What the parts of a question cost with one provider, in milliseconds. */
export interface PartTimes {
  /** One picture through the vision tower. */
  readonly vision: number;
  /** One cell of the prompt, read in a long run. */
  readonly cell: number;
  /** One token of the answer. */
  readonly step: number;
  readonly mask: number;
}

/** A usual question: a new picture, its prompt, some thirty tokens of which two codebook runs are drafted, two targets. */
const often: Readonly<Record<keyof PartTimes, number>> = { vision: 1, cell: 251, step: 20, mask: 2 };

/** What a usual answer takes, as far as its parts are known. */
export function answerTime(parts: Partial<PartTimes>): number {
  const { vision = 0, cell = 0, step = 0, mask = 0 } = parts;
  return vision * often.vision + cell * often.cell + step * often.step + mask * often.mask;
}

/** "CUDA takes about 0.4 s for an answer and 9 ms for a token". */
export function describeTime({ provider, answerMs, tokenMs, isWhole }: MeasuredProvider): string {
  if (!isWhole) return `${providerNames[provider]} takes more than ${spell(answerMs)} for an answer`;
  return `${providerNames[provider]} takes about ${spell(answerMs)} for an answer and ${spell(tokenMs)} for a token`;
}

function spell(milliseconds: number): string {
  if (milliseconds >= 950) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds >= 9.5 ? `${Math.round(milliseconds)} ms` : `${milliseconds.toFixed(1)} ms`;
}
