import type { Diff } from '../../electron/common/document/records.ts';
import { invertDiff, squashDiffs } from '../../electron/common/document/diff.ts';
import { bytesOfDiff } from './diff-bytes.ts';

/** One step: applying `change` takes it; what takes it back again is the inverse. */
export interface HistoryEntry {
  readonly label: string;
  readonly change: Diff;
  readonly bytes: number;
  /** Changes that came in parts (the slices of an import) and are one step have one name here. */
  readonly step: string | null;
}

/** The one undo/redo stack. Newest last in both lists. */
export interface HistoryState {
  readonly undo: readonly HistoryEntry[];
  readonly redo: readonly HistoryEntry[];
}

export const initialHistory: HistoryState = { undo: [], redo: [] };

/** What the two lists together may hold before the oldest steps are forgotten. */
const historyLimitBytes = 256 * 1024 * 1024;

export function entryOf(label: string, change: Diff, step: string | null = null): HistoryEntry {
  return { label, change, bytes: bytesOfDiff(change), step };
}

/** After a new change: redo is gone, the oldest steps go when the memory limit is passed. */
export function pushed(
  history: HistoryState,
  entry: HistoryEntry,
  limitBytes = historyLimitBytes,
): HistoryState {
  const last = history.undo.at(-1);
  const undone =
    last === undefined || last.step === null || last.step !== entry.step
      ? [...history.undo, entry]
      : [...history.undo.slice(0, -1), joined(last, entry)];
  return { undo: withinLimit(undone, limitBytes), redo: [] };
}

/** Two parts of one step: what came last is taken back first. */
function joined(first: HistoryEntry, second: HistoryEntry): HistoryEntry {
  const change = squashDiffs(second.change, first.change);
  const images = change.removed.filter(({ kind }) => kind === 'image').length;
  const label = images > 1 ? `Add ${images} images` : second.label;
  return { label, change, bytes: first.bytes + second.bytes, step: first.step };
}

/** After the newest step of `from` was taken: its inverse lies on the other list. */
export function moved(history: HistoryState, from: 'undo' | 'redo'): HistoryState {
  const entry = history[from].at(-1);
  if (entry === undefined) return history;
  const back = { ...entry, change: invertDiff(entry.change) };
  const rest = history[from].slice(0, -1);
  return from === 'undo'
    ? { undo: rest, redo: [...history.redo, back] }
    : { undo: [...history.undo, back], redo: rest };
}

/** Without the newest step of one list: it no longer fits what stands in the project. */
export function dropped(history: HistoryState, from: 'undo' | 'redo'): HistoryState {
  return { ...history, [from]: history[from].slice(0, -1) };
}

function withinLimit(entries: readonly HistoryEntry[], limitBytes: number): readonly HistoryEntry[] {
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  let first = 0;
  // The newest step always stays, however large: undoing what was just done must work.
  while (bytes > limitBytes && first < entries.length - 1) {
    bytes -= entries[first]?.bytes ?? 0;
    first += 1;
  }
  return first === 0 ? entries : entries.slice(first);
}
