import { toWireError } from '../../electron/common/errors.ts';
import { maskOperations } from './mask-operations.ts';
import type { WorkOrder, WorkResult } from './worker-messages.ts';

/** One order after another; the window ends the whole worker to cancel the one that runs. */
addEventListener('message', (event: MessageEvent<WorkOrder>) => {
  postMessage(resultOf(event.data));
});

function resultOf({ id, name, input }: WorkOrder): WorkResult {
  try {
    // `run` (mask-work.ts) only pairs a name with its own input.
    const operate = maskOperations[name] as (input: unknown) => unknown;
    return { id, output: operate(input) };
  } catch (thrown) {
    return { id, error: toWireError(thrown) };
  }
}
