import { useEffect } from 'react';
import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react';
import { dismissToast } from '../store/toasts.ts';
import { useStudio } from '../store/studio.ts';
import type { Toast } from '../store/window-state.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import styles from './toasts.module.css';

const icons = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;
/** Good news may pass; what went wrong stays until it was read. */
const passingMs = { info: 6_000, success: 5_000 } as const;

export function Toasts() {
  const toasts = useStudio((state) => state.toasts);
  const hasDialog = useStudio((state) => state.dialog !== null || state.question !== null);
  return (
    <section
      className={classNames(styles['list'], hasDialog && styles['besideDialog'])}
      data-toasts
      aria-label="Notifications"
      aria-live="polite"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastCard({ toast }: { readonly toast: Toast }) {
  const Icon = icons[toast.tone];
  const { id, tone, action } = toast;
  useEffect(() => {
    if (tone === 'warning' || tone === 'error') return undefined;
    const timer = setTimeout(() => dismissToast(id), passingMs[tone]);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return (
    <div className={classNames(styles['toast'], styles[tone])} role={tone === 'error' ? 'alert' : 'status'}>
      <Icon size={16} aria-hidden />
      <div>
        <div className={styles['title']}>{toast.title}</div>
        {toast.text !== null && <div className={styles['text']}>{toast.text}</div>}
        {action !== null && (
          <Button
            className={styles['action'] ?? ''}
            size="small"
            onClick={() => {
              dismissToast(id);
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
      </div>
      <IconButton label="Dismiss" size="small" onClick={() => dismissToast(id)}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  );
}
