import { type ReactNode, createContext, useContext, useState } from 'react';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import styles from './dialog.module.css';

/** How a dialog is closed that says nothing of its own; the host of the dialogs knows. */
export const DialogClosing = createContext<() => void>(() => undefined);

/**
 * A modal window over the app. Radix keeps the focus inside and gives it back. Its own overlay is not used: it
 * locks scrolling by an inline style sheet, which our content security policy forbids, and nothing scrolls behind.
 */
export function Dialog({
  title,
  description,
  width = 'normal',
  footer,
  children,
  onClose: closeThis,
}: {
  readonly title: string;
  readonly description?: string;
  readonly width?: 'narrow' | 'normal' | 'wide' | 'full';
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
  readonly onClose?: () => void;
}) {
  const closeAny = useContext(DialogClosing);
  const onClose = closeThis ?? closeAny;
  const [before] = useState(() => document.activeElement);
  return (
    <Radix.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Radix.Portal>
        <div className={styles['scrim']} />
        <Radix.Content
          className={classNames(styles['content'], width !== 'normal' && styles[width])}
          onOpenAutoFocus={focusFirst}
          onInteractOutside={keepOpenForToasts}
          onCloseAutoFocus={(event) => {
            // Radix gives the focus back to its own trigger; our dialogs have none, they are opened by actions.
            event.preventDefault();
            if (before instanceof HTMLElement && before.isConnected) before.focus();
          }}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header className={styles['header']}>
            <Radix.Title className={styles['title']}>{title}</Radix.Title>
            <IconButton label="Close" onClick={onClose}>
              <X size={16} aria-hidden />
            </IconButton>
          </header>
          {description !== undefined && (
            <Radix.Description className={styles['description']}>{description}</Radix.Description>
          )}
          {children !== undefined && <div className={styles['body']}>{children}</div>}
          {footer !== undefined && <footer className={styles['footer']}>{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Pressing a notification, which lies above every dialog, closes none. */
export function keepOpenForToasts(event: Event): void {
  // Radix sends its own event from the content; what was pressed is in its detail.
  const { originalEvent } = (event as CustomEvent<{ readonly originalEvent?: Event }>).detail;
  const pressed = originalEvent?.target;
  if (pressed instanceof Element && pressed.closest('[data-toasts]') !== null) event.preventDefault();
}

/** The focus goes to the field marked for it, else to the dialog itself: never to its close button, whose tooltip would open. */
export function focusFirst(event: Event): void {
  event.preventDefault();
  // Radix sends the event from the content element.
  const content = event.currentTarget as HTMLElement;
  (content.querySelector<HTMLElement>('[data-autofocus]') ?? content).focus();
}
