import type { Loss } from '../../common/contract.ts';
import type { Terminal } from './terminal.ts';

/** What an export or import could not carry: never silent, and beside the data rather than in it. */
export function reportLosses(terminal: Terminal, losses: readonly Loss[]): void {
  for (const loss of losses) {
    const examples =
      loss.examples.length === 0 ? '' : ` (for example ${loss.examples.slice(0, 3).join(', ')})`;
    terminal.warn(`Not carried, ${loss.count} times: ${loss.what}${examples}`);
  }
}
