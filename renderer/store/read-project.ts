import type { ProjectChanged, Snapshot } from '../../electron/common/contract.ts';
import { growingDocument } from '../../electron/common/document/apply-to-document.ts';
import { recordsOf } from '../../electron/common/record-texts.ts';
import { backend } from './client.ts';
import { type DocumentState, documentOf } from './document.ts';
import { holdChanges } from './held-changes.ts';

/** Takes in changes of the project that is shown; follow.ts brings it. */
let takeIn: (changes: readonly ProjectChanged[]) => void = () => undefined;

export function onHeldChanges(listener: (changes: readonly ProjectChanged[]) => void): void {
  takeIn = listener;
}

/** What becomes of a project that is read. */
export interface Reader {
  /**
   * A large one while its records come: first with all of its images and classes, then again from time to time; `toCome` says how many are
   * missing. @returns whether the rest is wanted
   */
  readonly showSoFar?: (document: DocumentState) => boolean;
  readonly show: (document: DocumentState) => void;
}

/** Between two looks at what has come, of which the later has at least twice as much: each costs a copy of it and a drawing of the window. */
const soFarMs = 1_000;

/**
 * Hands a project with all of its records to `show`, and what was changed while they travelled to whoever follows the backend.
 *
 * @throws AppError 'no-project-open' when the connection has another project by now, and as opening does: a record may turn out damaged late
 */
export async function readProject(told: Snapshot, { showSoFar, show }: Reader): Promise<void> {
  const { rest, project, entities } = told;
  if (rest === undefined) return show(documentOf(project, entities));
  const release = holdChanges();
  const growing = growingDocument();
  let held: readonly ProjectChanged[] = [];
  let { revision } = project;
  let [come, shown, shownAt] = [0, 0, -Infinity];
  try {
    for await (const part of backend().stream('project.records', { folder: project.folder })) {
      const records = recordsOf(part);
      growing.add(records);
      come += records.length;
      ({ revision } = part);
      const last = records.at(-1)?.kind;
      const areImagesHere = last !== 'image' && last !== 'category';
      if (!showSoFar || !areImagesHere || come >= rest) continue;
      if (come < 2 * shown || performance.now() - shownAt < soFarMs) continue;
      // The backend has begun with this revision, so that what it tells meanwhile is news (follow.ts).
      if (!showSoFar({ ...growing.soFar(), project, revision, toCome: rest - come })) return;
      [shown, shownAt] = [come, performance.now()];
    }
    show({ ...growing.whole(), project: { ...project, revision }, revision, toCome: 0 });
  } finally {
    held = release();
  }
  takeIn(held);
}
