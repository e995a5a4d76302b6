import type { ImageId } from '../../electron/common/document/records.ts';
import { useCanvas } from '../store/canvas-session.ts';
import { useStudio } from '../store/studio.ts';
import type { KeyboardPen } from './keyboard-pen.ts';
import type { ToolRunner } from '../tools/tool-runner.ts';
import type { Workbench } from '../tools/workbench.ts';

/** The canvas on the screen: what actions and the tool options act on. */
export interface CurrentCanvas {
  readonly workbench: Workbench;
  readonly runner: ToolRunner;
  readonly pen: KeyboardPen;
  /** What is drawn at this moment, with the button or the pen down. */
  readonly stroke: {
    /** With the button down. */
    readonly isUnderWay: () => boolean;
    /** Ends it: what was drawn so far stands. */
    readonly letGo: () => void;
    /** Takes it back. */
    readonly drop: () => void;
  };
}

/** Names of the images on which something was begun with a tool and is neither applied nor discarded; the one shown first. */
export function imagesWithDrafts(): readonly string[] {
  const { document, view } = useStudio.getState();
  const shown = useCanvas.getState().hasDraft ? view.imageId : null;
  const ids = new Set([...(shown === null ? [] : [shown]), ...(current?.runner.waitingOn ?? [])]);
  // Ids of tools' drafts are texts: the tools' floor knows no records of its own.
  return current === null ? [] : [...ids].flatMap((id) => document.images.get(id as ImageId)?.name ?? []);
}

let current: CurrentCanvas | null = null;

/** Null while no image pane is on the screen. */
export function currentCanvas(): CurrentCanvas | null {
  return current;
}

export function setCurrentCanvas(canvas: CurrentCanvas | null): void {
  current = canvas;
}
