import { useEffect, useRef, useState } from 'react';
import { toWireError } from '../../../electron/common/errors.ts';
import { isCancelled } from '../../store/toasts.ts';
import type { JobProgress } from '../../store/window-state.ts';

/** A job that a dialog started, as the dialog shows it. */
export type JobView<Result> =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly progress: JobProgress }
  | { readonly state: 'done'; readonly result: Result }
  | { readonly state: 'failed'; readonly message: string };

export interface JobWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

/**
 * Runs one job for a dialog. Closing the dialog does not stop it: it goes on in the tray, where it can be
 * cancelled too.
 */
export function useJob<Result>() {
  const [view, setView] = useState<JobView<Result>>({ state: 'idle' });
  const abort = useRef<AbortController | null>(null);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);

  const show = (next: JobView<Result>): void => {
    if (isShown.current) setView(next);
  };
  const start = (work: (watch: JobWatch) => Promise<Result | null>): void => {
    const controller = new AbortController();
    abort.current = controller;
    show({ state: 'running', progress: { stage: '', done: 0, total: null } });
    work({ signal: controller.signal, onProgress: (progress) => show({ state: 'running', progress }) })
      .then((result) => show(result === null ? { state: 'idle' } : { state: 'done', result }))
      .catch((thrown: unknown) =>
        show(
          isCancelled(thrown) ? { state: 'idle' } : { state: 'failed', message: toWireError(thrown).message },
        ),
      );
  };
  return { view, start, cancel: () => abort.current?.abort(), reset: () => show({ state: 'idle' }) };
}
