import { useEffect, useState } from 'react';
import { toWireError } from '../../electron/common/errors.ts';
import { isCancelled } from '../store/toasts.ts';

/** What was asked for, while it is on its way and when it came. */
export type Asked<Result> =
  | { readonly state: 'nothing' }
  | { readonly state: 'asking' }
  | { readonly state: 'here'; readonly result: Result }
  | { readonly state: 'failed'; readonly message: string };

/**
 * Asks anew whenever `key` changes and breaks the earlier request off; null asks nothing.
 *
 * @param work called with the signal of this request; what it reads must be said by `key`
 */
export function useAnswer<Result>(
  key: string | null,
  work: (signal: AbortSignal) => Promise<Result>,
): Asked<Result> {
  const [asked, setAsked] = useState<{ readonly key: string | null; readonly answer: Asked<Result> }>({
    key: null,
    answer: { state: 'nothing' },
  });
  useEffect(() => {
    if (key === null) return undefined;
    const abort = new AbortController();
    work(abort.signal)
      .then((result) => {
        if (!abort.signal.aborted) setAsked({ key, answer: { state: 'here', result } });
      })
      .catch((thrown: unknown) => {
        if (!abort.signal.aborted && !isCancelled(thrown))
          setAsked({ key, answer: { state: 'failed', message: toWireError(thrown).message } });
      });
    return () => abort.abort();
    // The key says all that the work reads.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [key]);
  if (key === null) return { state: 'nothing' };
  return asked.key === key ? asked.answer : { state: 'asking' };
}
