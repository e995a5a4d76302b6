import type { TurnRecord } from './records.ts';

/** Whether an answer is all that was to be said: up to its end or to the longest there is. One that was stopped or failed is not. */
export function isFinished({ outcome }: Pick<TurnRecord, 'outcome'>): boolean {
  return outcome === 'answered' || outcome === 'limit';
}
