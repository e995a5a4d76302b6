import type { ReactElement } from 'react';
import { Tooltip as Radix } from 'radix-ui';
import { KeyCaps } from './key-caps.tsx';
import styles from './tooltip.module.css';

/** Says what a control does, and its key. The control must name itself too: a tooltip is no label. */
export function Tooltip({
  text,
  keys,
  side = 'bottom',
  children,
}: {
  readonly text: string;
  readonly keys?: readonly string[] | undefined;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  readonly children: ReactElement;
}) {
  const combination = keys?.[0];
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles['content']} side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {combination !== undefined && <KeyCaps combination={combination} isInverse />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function TooltipProvider({ children }: { readonly children: ReactElement }) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={200}>
      {children}
    </Radix.Provider>
  );
}
