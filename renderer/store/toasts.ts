import { AppError, isAbort, toWireError } from '../../electron/common/errors.ts';
import { useStudio } from './studio.ts';
import type { Toast, ToastAction } from './window-state.ts';

let count = 0;

/** @returns its id, for who takes it away again (`dismissToast`) */
export function showToast(toast: {
  readonly tone: Toast['tone'];
  readonly title: string;
  readonly text?: string;
  readonly action?: ToastAction;
}): Toast['id'] {
  count += 1;
  const made: Toast = {
    id: `toast-${count}`,
    tone: toast.tone,
    title: toast.title,
    text: toast.text ?? null,
    action: toast.action ?? null,
    project: useStudio.getState().document.project?.folder ?? null,
  };
  // Saying the same thing twice helps nobody: the newer one replaces the older.
  useStudio.setState((state) => ({
    toasts: [...state.toasts.filter((other) => !isSameToast(other, made)), made].slice(-4),
  }));
  return made.id;
}

export function dismissToast(id: string): void {
  useStudio.setState((state) => ({ toasts: state.toasts.filter((toast) => toast.id !== id) }));
}

/** Those that may still be shown with another project, or none: what is about a project goes with it. */
export function toastsWithout(toasts: readonly Toast[], project: string | null): readonly Toast[] {
  return toasts.filter((toast) => toast.project === null || toast.project === project);
}

/**
 * Shows a failure: `what` says what did not happen, the error's own sentence says why.
 * Cancelling is what the person asked for and shows nothing.
 */
export function showError(what: string, thrown: unknown, action?: ToastAction): void {
  if (isCancelled(thrown)) return;
  showToast({
    tone: 'error',
    title: what,
    text: toWireError(thrown).message,
    ...(action === undefined ? {} : { action }),
  });
}

export function isCancelled(thrown: unknown): boolean {
  return isAbort(thrown) || (thrown instanceof AppError && thrown.code === 'cancelled');
}

/** Runs `work` from an event handler: what it throws becomes a toast. */
export function reporting(what: string, work: () => Promise<unknown>): void {
  work().catch((thrown: unknown) => {
    showError(what, thrown);
  });
}

function isSameToast(a: Toast, b: Toast): boolean {
  return a.tone === b.tone && a.title === b.title && a.text === b.text;
}
