import type { LucideIcon } from 'lucide-react';
import type { CanvasSession } from '../store/canvas-session.ts';

/** A tool's setting as data: the option bar makes the control, tools read the value with `read(workbench.options())`. */
export type ToolOption = NumberOption | FlagOption | ChoiceOption;

/** How an option's value is read from the session, and what of the session a new value changes. */
interface Kept<Value> {
  readonly read: (session: CanvasSession) => Value;
  readonly write: (session: CanvasSession, value: Value) => Partial<CanvasSession>;
}

interface Named {
  /** Unique among all options; also where an option of its own is kept. */
  readonly id: string;
  /** The whole name, read out and shown where there is room. */
  readonly label: string;
  /** What a narrow bar shows of it; '' shows nothing beside the control. */
  readonly short: string;
}

export interface NumberOption extends Named, Kept<number> {
  readonly kind: 'number';
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  /** 'px' and the like; '' for a plain number. */
  readonly unit: string;
  /** `doubling`: equal lengths of the slider double the value. */
  readonly scale: 'linear' | 'doubling';
  readonly control: 'slider' | 'box' | 'both';
}

export interface FlagOption extends Named, Kept<boolean> {
  readonly kind: 'flag';
}

export interface ChoiceOption extends Named, Kept<string> {
  readonly kind: 'choice';
  readonly choices: readonly { readonly value: string; readonly label: string; readonly icon: LucideIcon }[];
  /** The action that steps through the choices and whose key is shown; null for none. */
  readonly action: string | null;
}

/** A number that only its tool knows: kept in the session under the option's id. */
export function ownNumber(
  option: Omit<NumberOption, 'kind' | 'read' | 'write'> & { readonly initial: number },
): NumberOption {
  const { initial, ...rest } = option;
  return {
    ...rest,
    kind: 'number',
    read: ({ own }) => {
      const value = own[option.id];
      return typeof value === 'number' ? value : initial;
    },
    write: ({ own }, value) => ({ own: { ...own, [option.id]: value } }),
  };
}

/** A yes or no that only its tool knows. */
export function ownFlag(
  option: Omit<FlagOption, 'kind' | 'read' | 'write'> & { readonly initial: boolean },
): FlagOption {
  const { initial, ...rest } = option;
  return {
    ...rest,
    kind: 'flag',
    read: ({ own }) => {
      const value = own[option.id];
      return typeof value === 'boolean' ? value : initial;
    },
    write: ({ own }, value) => ({ own: { ...own, [option.id]: value } }),
  };
}
