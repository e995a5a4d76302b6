import type { Diff, Entity } from '../../electron/common/document/records.ts';
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
  /** How many steps lay there when a job began, by its id: what it makes belongs behind these, before what was done since. */
  readonly begun: ReadonlyMap<string, number>;
}

export const initialHistory: HistoryState = { undo: [], redo: [], begun: new Map() };

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
  return { ...history, undo: withinLimit(undone, limitBytes), redo: [] };
}

/** A job begins: what it will make is one step, here. */
export function withJobBegun(history: HistoryState, id: string): HistoryState {
  return { ...history, begun: new Map(history.begun).set(id, history.undo.length) };
}

/**
 * After a part of what a job makes, beside the person's own steps: all its parts are one step, where the job began, so that what the person did
 * since is still taken back first, and what could be redone still can.
 */
export function pushedBeside(
  history: HistoryState,
  entry: HistoryEntry,
  limitBytes = historyLimitBytes,
): HistoryState {
  const at = history.undo.findIndex(({ step }) => step !== null && step === entry.step);
  const known = history.undo[at];
  const place = Math.min(history.undo.length, history.begun.get(entry.step ?? '') ?? history.undo.length);
  const undone =
    known === undefined
      ? history.undo.toSpliced(place, 0, entry)
      : history.undo.with(at, joined(known, entry));
  return { ...history, undo: withinLimit(undone, limitBytes) };
}

/** Two parts of one step: what came last is taken back first. */
function joined(first: HistoryEntry, second: HistoryEntry): HistoryEntry {
  const change = squashDiffs(second.change, first.change);
  const count = (wanted: Entity['kind']): number =>
    change.removed.filter(({ kind }) => kind === wanted).length;
  const [images, answers] = [count('image'), count('turn')];
  const label =
    images > 1
      ? `Add ${images} images`
      : answers > 1
        ? `Ask about many images (${answers} answers)`
        : second.label;
  return { label, change, bytes: first.bytes + second.bytes, step: first.step };
}

/** After the newest step of `from` was taken: its inverse lies on the other list. */
export function moved(history: HistoryState, from: 'undo' | 'redo'): HistoryState {
  const entry = history[from].at(-1);
  if (entry === undefined) return history;
  const back = { ...entry, change: invertDiff(entry.change) };
  const rest = history[from].slice(0, -1);
  return from === 'undo'
    ? { ...history, undo: rest, redo: [...history.redo, back] }
    : { ...history, undo: [...history.undo, back], redo: rest };
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
