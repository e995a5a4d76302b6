import type { KeyboardPen } from './keyboard-pen.ts';
import type { ToolRunner } from '../tools/tool-runner.ts';
import type { Workbench } from '../tools/workbench.ts';

/** The canvas on the screen: what actions and the tool options act on. */
export interface CurrentCanvas {
  readonly workbench: Workbench;
  readonly runner: ToolRunner;
  readonly pen: KeyboardPen;
}

let current: CurrentCanvas | null = null;

/** Null while no image pane is on the screen. */
export function currentCanvas(): CurrentCanvas | null {
  return current;
}

export function setCurrentCanvas(canvas: CurrentCanvas | null): void {
  current = canvas;
}
