import { commitShown } from '../tools/apply-shape.ts';
import {
  type CopiedTargets,
  clipboardText,
  copyOf,
  fromClipboardText,
  pasted,
} from '../tools/target-clipboard.ts';
import type { Workbench } from '../tools/workbench.ts';
import { currentCanvas } from './current-canvas.ts';

/** What was copied last in this window: still there when the system's clipboard may not be used. */
let copied: CopiedTargets | null = null;

export function hasCopiedTargets(): boolean {
  return copied !== null;
}

/** Copies the selected targets, for this window and as text for others. */
export async function copyTargets(workbench: Workbench): Promise<void> {
  const image = workbench.image();
  const records = workbench.selected();
  if (image === null || records.length === 0) return;
  copied = copyOf(image, records, workbench.classes());
  try {
    await navigator.clipboard.writeText(clipboardText(copied));
  } catch {
    // Without leave to use the system's clipboard pasting works in this window only.
  }
}

export function pasteTargets(workbench: Workbench): void {
  if (copied !== null) paste(workbench, copied);
}

/** Ctrl+V: files belong to the image list, text fields keep theirs; what is left may be targets. */
export function listenForPaste(target: Window): () => void {
  const onPaste = (event: ClipboardEvent): void => {
    const workbench = currentCanvas()?.workbench;
    if (workbench === undefined || isTextField(event.target)) return;
    if ((event.clipboardData?.files.length ?? 0) > 0) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const targets = fromClipboardText(text) ?? (text === '' ? copied : null);
    if (targets !== null) paste(workbench, targets);
  };
  target.addEventListener('paste', onPaste);
  return () => target.removeEventListener('paste', onPaste);
}

function paste(workbench: Workbench, targets: CopiedTargets): void {
  const image = workbench.image();
  if (image === null) return;
  try {
    const place = { image, others: workbench.annotations(), classes: workbench.classes() };
    const { diff, added, outside } = pasted(place, targets);
    if (added.length > 0) {
      commitShown(workbench, added.length === 1 ? 'Paste target' : `Paste ${added.length} targets`, diff);
      workbench.select(added.map(({ id }) => id));
    }
    if (outside > 0)
      workbench.hint(`${outside} of the copied targets lie outside this image and were left out.`);
  } catch (thrown) {
    workbench.report('The targets could not be pasted', thrown);
  }
}

function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
