import type { LucideIcon } from 'lucide-react';
import type { Tool } from './tool.ts';
import type { ToolOption } from './tool-option.ts';
import type { Workbench } from './workbench.ts';

/** Tools of a group stand together in the bar; groups in the order of their first tool. */
export type ToolGroup = 'look' | 'paint' | 'shape' | 'assist';

/** What the keyboard's pen does with a tool. */
export interface PenUse {
  /** `hold` draws while the pen is down; `click` takes one point at a time. */
  readonly kind: 'hold' | 'click';
  /** Read out when it was done: 'Painted'. */
  readonly done: string;
  /** True: it draws between pixels, so a point may lie on the image's right and bottom border. */
  readonly isBetweenPixels: boolean;
}

/**
 * All there is to say about a tool; it lies in the tool's own file. The tool bar, the option bar, the shortcuts and the
 * keyboard's pen read it from the list in `all-tools.ts`.
 */
export interface ToolDescription<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  /** The combination that takes it up, as `actions/registry.ts` writes keys. */
  readonly key: string;
  readonly icon: LucideIcon;
  readonly group: ToolGroup;
  /** Null: it cannot be used by the keyboard's pen. */
  readonly pen: PenUse | null;
  /** What the option bar shows, in this order. */
  readonly options: readonly ToolOption[];
  readonly create: (workbench: Workbench) => Tool;
}

/** Keeps the id as it is written, so that the list knows all ids. */
export function describeTool<const Id extends string>(description: ToolDescription<Id>): ToolDescription<Id> {
  return description;
}
