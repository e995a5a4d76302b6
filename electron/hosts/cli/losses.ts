import type { Loss } from '../../common/contract.ts';
import type { Terminal } from './terminal.ts';

/** What an export or import could not carry: never silent, and beside the data rather than in it. */
export function reportLosses(terminal: Terminal, losses: readonly Loss[]): void {
  for (const loss of losses) {
    const examples =
      loss.examples.length === 0 ? '' : ` (for example ${loss.examples.slice(0, 3).join(', ')})`;
    const often = loss.count === 1 ? 'once' : `${loss.count} times`;
    terminal.warn(`Not carried, ${often}: ${loss.what}${examples}`);
  }
}
