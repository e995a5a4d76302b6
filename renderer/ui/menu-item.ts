import type { ReactNode } from 'react';

/** One line of a menu, as data: the same list serves the dropdown and the context menu. */
export type MenuItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'label'; readonly text: string }
  | {
      readonly kind: 'item';
      readonly text: string;
      readonly icon?: ReactNode;
      readonly keys?: readonly string[];
      readonly isDisabled?: boolean;
      readonly isDangerous?: boolean;
      /** Shows a check mark's place, and the mark when true. */
      readonly isChecked?: boolean;
      readonly run: () => void;
    };
