import type { AnnotationId, Diff, ImageId, ImageRecord } from '../../electron/common/document/records.ts';
import { AppError } from '../../electron/common/errors.ts';
import { invertDiff, isEmptyDiff } from '../../electron/common/document/diff.ts';
import { commitChange } from '../../electron/common/commit-change.ts';
import { backend, windowId } from './client.ts';
import {
  type Obstacle,
  applyToDocument,
  firstObstacle,
  isApplicable,
} from '../../electron/common/document/apply-to-document.ts';
import { renamingAsItStands } from '../../electron/common/document/label-set.ts';
import { recordWords } from '../../electron/common/document/record-words.ts';
import { imagesTouched } from '../../electron/common/document/touched.ts';
import type { DocumentState } from './document.ts';
import {
  type HistoryEntry,
  type HistoryState,
  dropped,
  entryOf,
  moved,
  pushed,
  pushedBeside,
} from './history.ts';
import { checkChangedImages } from './image-files.ts';
import { isAtWork } from './project-jobs.ts';
import { reloadProject } from './project.ts';
import { lookedAt } from './looked-at.ts';
import { useStudio } from './studio.ts';
import { dismissToast, showToast } from './toasts.ts';
import { select, showImage } from './view.ts';
import { isWhole, whenWhole } from './whole-project.ts';

/**
 * Every edit of a person goes through here: shown at once, sent in order, durable when the promise resolves.
 * A refused edit is taken back by reading the project again; edits made on top of it are dropped with it.
 */

/** Edits leave one after another, so that the store sees them in the order they were made. */
let queue: Promise<void> = Promise.resolve();
/** Grows when an edit is refused: what was queued behind it believed in a document that never was. */
let generation = 0;

/**
 * Applies `diff`, one undo step named `label` ("Move cup"), and saves it.
 *
 * @throws AppError 'conflict' when another window changed one of the records first; any other code when it could not be saved
 */
export async function commit(label: string, diff: Diff): Promise<void> {
  if (isEmptyDiff(diff)) return;
  if (!isWhole(useStudio.getState())) await untilItFits(label, diff);
  withdrawAnnounced('commit');
  useStudio.setState((state) => ({ history: pushed(state.history, entryOf(label, invertDiff(diff))) }));
  return apply(label, diff);
}

/** An edit made while the project was still being read: what came since may be in its way. */
async function untilItFits(label: string, diff: Diff): Promise<void> {
  const { project } = useStudio.getState().document;
  await whenWhole();
  const { document } = useStudio.getState();
  const isClosed = document.project === null || document.project.folder !== project?.folder;
  const obstacle = isClosed ? null : firstObstacle(document, diff);
  if (!isClosed && obstacle === null) return;
  const why = obstacle === null ? 'It was closed first.' : obstacleWords(obstacle);
  showToast({
    tone: 'warning',
    title: `${quoted(label)} was not done`,
    text: `The project was still being read. ${why}`,
  });
  throw new AppError('conflict', `The project was still being read. ${why}`);
}

/** Takes the newest step back. Nothing happens when there is none. */
export function undo(): Promise<void> {
  return step('undo');
}

export function redo(): Promise<void> {
  return step('redo');
}

/** A change the backend made that this window may take back in one step (an answer, an import). */
export function rememberForeignChange(label: string, undoDiff: Diff, step: string | null): void {
  useStudio.setState(({ history, projectJobs }) => {
    const entry = entryOf(label, undoDiff, step);
    const isOfJob = projectJobs.some(({ id }) => id === step);
    return { history: isOfJob ? pushedBeside(history, entry) : pushed(history, entry) };
  });
}

/** What was said of the step that the next press would take: true until then, or until something else is done. A refusal stays for who has yet to read it. */
let announced: { readonly id: string; readonly isRefusal: boolean } | null = null;

function withdrawAnnounced(on: 'step' | 'commit'): void {
  if (announced === null || (on === 'commit' && announced.isRefusal)) return;
  dismissToast(announced.id);
  announced = null;
}

async function step(direction: 'undo' | 'redo'): Promise<void> {
  withdrawAnnounced('step');
  const { history, document, view, projectJobs } = useStudio.getState();
  const last = history[direction].at(-1);
  if (last === undefined) return;
  const entry = { ...last, change: renamingAsItStands(document, last.change) };
  const verb = direction === 'undo' ? 'Undo' : 'Redo';
  if (projectJobs.some((job) => job.id === entry.step && isAtWork(job))) {
    showToast({
      tone: 'warning',
      title: `${quoted(entry.label)} is still going on`,
      text: `Nothing has changed. Pause or cancel the job first: then ${verb} takes back all that it made so far.`,
    });
    return;
  }
  const obstacle = firstObstacle(document, entry.change);
  if (obstacle !== null) {
    useStudio.setState({ history: dropped(history, direction) });
    const id = showToast({
      tone: 'warning',
      title: `${verb} ${quoted(entry.label)} is no longer possible`,
      text: `${obstacleWords(obstacle)} ${history[direction].length > 1 ? `${verb} again takes the step before it.` : ''}`.trim(),
    });
    announced = { id, isRefusal: true };
    return;
  }
  const elsewhere = imageElsewhere(document, entry.change, view.imageId);
  if (elsewhere !== null) {
    showImage(elsewhere.id);
    const id = showToast({
      tone: 'info',
      title: `${quoted(entry.label)} is on this image, ${elsewhere.name}`,
      text: `Nothing has changed yet. ${verb} again ${direction === 'undo' ? 'takes it back' : 'brings it back'}.`,
    });
    announced = { id, isRefusal: false };
    return;
  }
  useStudio.setState({
    history: moved({ ...history, [direction]: history[direction].with(-1, entry) }, direction),
  });
  const decided = view.reviewing ? decidedOn(entry.change, view.imageId) : [];
  if (decided.length > 0) select(decided);
  // A failure was shown and taken back already; nobody waits for the step itself.
  await apply(`${verb} ${entry.label}`, entry.change).catch(() => undefined);
  checkChangedImages(entry.change);
}

/** The targets of the image shown whose decision a step takes back or brings back: who reviews means to decide them again. */
function decidedOn(change: Diff, imageId: ImageId | null): readonly AnnotationId[] {
  return change.changed.flatMap(([before, after]) =>
    before.kind === 'annotation' &&
    after.kind === 'annotation' &&
    before.imageId === imageId &&
    before.review !== after.review
      ? [before.id]
      : [],
  );
}

/** The first image that a step changes, where it changes none that is in sight; null for a step that is seen, or is on no image. */
function imageElsewhere(
  document: DocumentState,
  change: Diff,
  shown: ImageId | null,
): Pick<ImageRecord, 'id' | 'name'> | null {
  // What brings an image into the project or takes it out is about the list of images, which is always in sight.
  if ([...change.added, ...change.removed].some(({ kind }) => kind === 'image')) return null;
  // So is what was said of several images at once, as of those picked in the gallery.
  if (change.changed.length > 1 && change.changed.every(([{ kind }]) => kind === 'image')) return null;
  const touched = imagesTouched(document, change);
  if (shown !== null && touched.includes(shown)) return null;
  // A class renamed, merged or deleted is about the label set, and lies on no image more than on another.
  const isOfLabelSet = change.changed.some(([{ kind }]) => kind === 'category');
  const hasClass = [...change.added, ...change.removed].some(({ kind }) => kind === 'category');
  if (isOfLabelSet || (hasClass && touched.length > 1)) return null;
  const [first] = touched.flatMap((id) => document.images.get(id) ?? []);
  return first ?? null;
}

function obstacleWords({ why, record }: Obstacle): string {
  const words = capitalised(recordWords(record));
  switch (why) {
    case 'gone':
      return `${words} has been removed since, or what it belongs to has.`;
    case 'changed':
      return `${words} has been changed since, here or in another window.`;
    case 'there-already':
      return `${words} is there again already.`;
    case 'in-use':
      return `${words} is used by something else by now.`;
  }
}

/** A label in quotes; those it has itself (Ask “What can fly?”) become single ones. */
function quoted(label: string): string {
  return `“${label.replaceAll('“', '‘').replaceAll('”', '’')}”`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function apply(label: string, diff: Diff): Promise<void> {
  const mine = generation;
  useStudio.setState((state) => ({
    ...lookedAt(state, applyToDocument(state.document, diff)),
    saving: { pending: state.saving.pending + 1 },
  }));
  const saved = queue.then(() => send(label, diff, mine));
  queue = saved.catch(() => undefined);
  return saved;
}

async function send(label: string, diff: Diff, madeIn: number): Promise<void> {
  try {
    if (madeIn !== generation) {
      throw new AppError('conflict', 'An earlier edit could not be saved, so this one was dropped with it.');
    }
    const { revision } = await commitChange(backend(), {
      diff,
      label: label.slice(0, 200),
      window: windowId,
      baseRevision: useStudio.getState().document.revision,
    });
    noteRevision(revision);
  } catch (thrown) {
    if (madeIn === generation) await takeBack(thrown);
    throw thrown;
  } finally {
    useStudio.setState((state) => ({ saving: { pending: state.saving.pending - 1 } }));
  }
}

async function takeBack(thrown: unknown): Promise<void> {
  generation += 1;
  const isConflict = thrown instanceof AppError && thrown.code === 'conflict';
  showToast({
    tone: 'error',
    title: isConflict ? 'Changed in another window first' : 'This edit could not be saved',
    text: isConflict
      ? 'Your last edit was taken back and the project was read again.'
      : `${thrown instanceof Error ? thrown.message : String(thrown)} It was taken back; everything saved before is safe.`,
  });
  await reloadProject();
  useStudio.setState(({ document, history }) => ({ history: applicable(history, document) }));
}

/** Without the newest steps that no longer fit what stands in the project. */
function applicable(history: HistoryState, document: DocumentState): HistoryState {
  const fits = (entry: HistoryEntry | undefined): boolean =>
    entry === undefined || isApplicable(document, entry.change);
  let kept = history;
  while (!fits(kept.undo.at(-1))) kept = dropped(kept, 'undo');
  while (!fits(kept.redo.at(-1))) kept = dropped(kept, 'redo');
  return kept;
}

export function noteRevision(revision: number): void {
  useStudio.setState((state) => ({
    document: { ...state.document, revision: Math.max(state.document.revision, revision) },
  }));
}
