import { setMaxListeners } from 'node:events';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectChanged } from '../../common/contract.ts';
import { emptyDiff, isEmptyDiff } from '../../common/document/diff.ts';
import { recordsIn } from '../../common/document/record-parts.ts';
import type { Diff, ImageId, ImageRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import type { BegunWork } from '../app/begun-work.ts';
import { clearBegunCopies } from './begun-copies.ts';
import { FormerLinks } from './former-links.ts';
import { LargeChanges, isLarge } from './large-changes.ts';
import { ProjectStore, type CommitExtras } from './project-store.ts';

/** A change on its way into a project. */
export interface Change {
  readonly diff: Diff;
  readonly label: string;
  /** What takes it back in one step; null when it cannot be undone. */
  readonly undo: Diff | null;
  /** The window that made it; left out for the backend's own changes. */
  readonly window?: string | null;
  readonly extras?: CommitExtras;
  /** Changes of one name are one undo step; left out for one that stands alone. */
  readonly step?: string;
}

/** A project at least one window or job uses. */
export interface OpenProject {
  readonly store: ProjectStore;
  /** Durable, and known to every window, when it returns the new revision. */
  commit(change: Change): number;
  /** Of which windows know only that they were. */
  readonly largeChanges: LargeChanges;
  readonly formerLinks: Pick<FormerLinks, 'has'>;
  /** Until then nothing may be changed: rejects with AppError 'project-damaged', and the project is closed. */
  readonly ready: Promise<void>;
}

/**
 * The projects of this app that are open, each once however many windows look at it. A connection has one project;
 * it keeps it until it opens another or ends, and jobs keep theirs until they are done.
 */
export class OpenProjects {
  readonly #byFolder = new Map<string, Opening>();
  readonly #byConnection = new Map<string, Opening>();
  readonly #onChange: (change: ProjectChanged) => void;
  /** Ends once the folder's file is free again: opening it anew waits for that. */
  readonly #closing = new Map<string, Promise<void>>();
  #latest: Opening | null = null;
  readonly #closingDown = new AbortController();
  #onJobEnd: () => void = () => undefined;

  readonly #begun: Pick<BegunWork, 'begin'>;
  readonly #checkWorker: string | null;

  /** @param checkWorker the built check-worker.ts, for large projects; left out, those are looked through in this thread */
  constructor(
    onChange: (change: ProjectChanged) => void,
    begun: Pick<BegunWork, 'begin'>,
    checkWorker: string | null = null,
  ) {
    this.#onChange = onChange;
    setMaxListeners(0, this.#closingDown.signal); // every job that runs listens to it
    this.#begun = begun;
    this.#checkWorker = checkWorker;
  }

  async create(connection: string, folder: string, name: string): Promise<OpenProject> {
    const path = resolve(folder);
    if (this.#byFolder.has(path))
      throw new AppError('project-exists', `There is already a project in ${path}.`, { folder: path });
    return this.#attach(connection, path, () => ProjectStore.create(path, name, this.#begun));
  }

  /** To be looked at: a large one may be worked in only later (`OpenProject.ready`), for which `of`, `use` and `during` wait. */
  async open(connection: string, folder: string): Promise<OpenProject> {
    const path = await realpath(folder).catch(() => resolve(folder));
    const opening = { begun: this.#begun, checkWorker: this.#checkWorker };
    return this.#attach(connection, path, () => ProjectStore.open(path, opening));
  }

  /**
   * The connection's project. One that has opened none yet gets the one opened last: a second window.
   *
   * @throws AppError 'no-project-open', 'project-damaged' where that is found out only now
   */
  async of(connection: string): Promise<OpenProject> {
    const project = await this.toLookAt(connection);
    await project.store.whenChecked();
    await project.ready;
    return project;
  }

  /** The same before it was looked through: nothing of it may be changed, and what is read may turn out damaged. */
  async toLookAt(connection: string): Promise<OpenProject> {
    const own = this.#byConnection.get(connection) ?? this.#latest;
    if (!own) throw new AppError('no-project-open', 'No project is open.', {});
    this.#byConnection.set(connection, own);
    return own.project;
  }

  /**
   * Runs a job on a connection's project, which stays open until the job is done. The job's signal aborts with the caller's, and when the app
   * closes: what it was shown so far is still its own to put away.
   */
  async *during<T>(caller: JobCaller, job: Job<AsyncGenerator<T>>): AsyncGenerator<T> {
    await this.of(caller.connection);
    yield* this.duringLook(caller, job);
  }

  /** The same for a job that only looks at the project, before it was looked through (`toLookAt`). */
  async *duringLook<T>(caller: JobCaller, job: Job<AsyncGenerator<T>>): AsyncGenerator<T> {
    const { connection } = caller;
    const project = await this.toLookAt(connection);
    const opening = this.#byConnection.get(connection);
    if (opening) opening.jobs += 1;
    const stop = new AbortController();
    const ends = [caller.signal, this.#closingDown.signal];
    const abort = (): void => stop.abort();
    if (ends.some(({ aborted }) => aborted)) abort();
    // Not AbortSignal.any: what it ties to a signal that lives as long as the app stays until the app ends.
    for (const end of ends) end.addEventListener('abort', abort);
    try {
      yield* job(project, stop.signal);
    } finally {
      for (const end of ends) end.removeEventListener('abort', abort);
      if (opening) {
        opening.jobs -= 1;
        this.#onJobEnd();
        await this.#closeUnused();
      }
    }
  }

  /** The same for a job that is one step. */
  async use<T>(caller: JobCaller, job: Job<Promise<T>>): Promise<T> {
    const steps = this.during(caller, async function* (project, signal) {
      yield await job(project, signal);
    });
    for await (const result of steps) return result;
    throw new Error('Broken assumption: the job has a result');
  }

  isOpen(folder: string): boolean {
    return this.#byFolder.has(folder);
  }

  /** Where an image's pictures come from; null when no open project has it. */
  async findImage(
    id: ImageId,
  ): Promise<{ readonly store: ProjectStore; readonly image: ImageRecord } | null> {
    for (const opening of this.#byFolder.values()) {
      const { store } = await opening.project;
      const image = store.entities.get(id);
      if (image?.kind === 'image') return { store, image };
    }
    return null;
  }

  /**
   * Closes a project that no other window uses, and no job, as before it is deleted.
   *
   * @throws AppError 'project-locked' while one does
   */
  async letGo(connection: string, folder: string): Promise<void> {
    const opening = this.#byFolder.get(folder);
    if (opening !== undefined) {
      const isShared = [...this.#byConnection].some(
        ([other, used]) => used === opening && other !== connection,
      );
      if (isShared || opening.jobs > 0) {
        const what = isShared
          ? 'Another window has this project open'
          : 'Something is still running in this project';
        throw new AppError('project-locked', `${what}: ${folder}`, { folder });
      }
      this.#byConnection.delete(connection);
      if (this.#latest === opening) this.#latest = null;
      await this.#closeUnused();
    }
    await this.#closing.get(folder);
  }

  /** The projects that are open now and were looked through. */
  async openStores(): Promise<readonly ProjectStore[]> {
    const opened = await Promise.all(
      [...this.#byFolder.values()].map(({ project }) => project.catch(() => null)),
    );
    return opened.flatMap((project) => (project?.store.isChecked ? [project.store] : []));
  }

  /** Once no connection has the folder's file that is being closed. */
  async untilClosed(folder: string): Promise<void> {
    await this.#closing.get(folder);
  }

  async release(connection: string): Promise<void> {
    this.#byConnection.delete(connection);
    await this.#closeUnused();
  }

  /** Aborts every job and waits, for a while, until each has put its things away; then lets all projects go. */
  async dispose(): Promise<void> {
    this.#closingDown.abort();
    await Promise.race([this.#untilIdle(), sleep(longestFarewellMs, undefined, { ref: false })]);
    this.#byConnection.clear();
    this.#latest = null;
    const openings = [...this.#byFolder.values()];
    this.#byFolder.clear();
    for (const opening of openings) await closeOpening(opening);
    await Promise.all(this.#closing.values());
  }

  async #untilIdle(): Promise<void> {
    while ([...this.#byFolder.values()].some(({ jobs }) => jobs > 0)) {
      await new Promise<void>((resolve) => {
        this.#onJobEnd = resolve;
      });
    }
  }

  async #attach(
    connection: string,
    folder: string,
    start: () => Promise<ProjectStore>,
  ): Promise<OpenProject> {
    const opening = this.#byFolder.get(folder) ?? this.#start(folder, start);
    // Nobody has it yet: a job that ends elsewhere meanwhile must not take it for one that nobody uses.
    opening.jobs += 1;
    const project = await opening.project.finally(() => (opening.jobs -= 1));
    this.#byConnection.set(connection, opening);
    this.#latest = opening;
    await this.#closeUnused();
    return project;
  }

  #start(folder: string, start: () => Promise<ProjectStore>): Opening {
    const isFree = this.#closing.get(folder) ?? Promise.resolve();
    const project = isFree.then(start).then(async (store) => {
      // Of a damaged project the pictures may be wanted that its records do not name any more.
      const ready = store.checked.then(() => clearBegunCopies(store.folder, copiesOf(store)));
      ready.catch(() => this.#drop(opening));
      if (store.isChecked) await ready;
      return openProject(store, ready, this.#onChange);
    });
    const opening: Opening = { folder, project, jobs: 0 };
    this.#byFolder.set(folder, opening);
    project.catch(() => this.#byFolder.delete(folder));
    return opening;
  }

  /** One that turned out damaged after it was shown: nobody has it any more, so that it can be opened anew, or a snapshot put in its place. */
  #drop(opening: Opening): void {
    if (this.#byFolder.get(opening.folder) !== opening) return; // closed meanwhile
    this.#byFolder.delete(opening.folder);
    for (const [connection, used] of this.#byConnection)
      if (used === opening) this.#byConnection.delete(connection);
    if (this.#latest === opening) this.#latest = null;
    this.#close(opening).catch(() => undefined); // it was closed by its check, which told why
  }

  /** The one opened last stays: a window that reloads finds it again. */
  async #closeUnused(): Promise<void> {
    const used = new Set([...this.#byConnection.values(), this.#latest]);
    for (const opening of [...this.#byFolder.values()]) {
      if (used.has(opening) || opening.jobs > 0) continue;
      this.#byFolder.delete(opening.folder);
      await this.#close(opening);
    }
  }

  #close(opening: Opening): Promise<void> {
    const closing = closeOpening(opening).finally(() => this.#closing.delete(opening.folder));
    this.#closing.set(opening.folder, closing);
    return closing;
  }
}

/** The project, all of whose changes made so are one undo step of that name. */
export function inStep(project: OpenProject, step: string): OpenProject {
  return { ...project, commit: (change) => project.commit({ ...change, step }) };
}

/** The project, whose changes made so are no step to undo. */
export function withoutUndo(project: OpenProject): OpenProject {
  return { ...project, commit: (change) => project.commit({ ...change, undo: null }) };
}

/** Who wants a job done, and until when. */
export interface JobCaller {
  readonly connection: string;
  readonly signal: AbortSignal;
}
type Job<Result> = (project: OpenProject, signal: AbortSignal) => Result;

/** A job that does not end by itself must not keep the app from closing. */
const longestFarewellMs = 5000;

interface Opening {
  readonly folder: string;
  readonly project: Promise<OpenProject>;
  /** Jobs that run in it, and connections that are about to have it. */
  jobs: number;
}

async function closeOpening(opening: Opening): Promise<void> {
  const project = await opening.project.catch(() => null);
  await project?.store.close();
}

function copiesOf(store: ProjectStore): ReadonlySet<string> {
  return new Set(store.all('image').flatMap(({ source }) => (source.kind === 'copied' ? [source.file] : [])));
}

function openProject(
  store: ProjectStore,
  ready: Promise<void>,
  onChange: (change: ProjectChanged) => void,
): OpenProject {
  const largeChanges = new LargeChanges((id) => store.entities.get(id));
  const formerLinks = new FormerLinks();
  return {
    store,
    largeChanges,
    formerLinks,
    ready,
    commit({ diff, label, undo, window = null, extras, step }) {
      const revision = store.commit(diff, extras);
      if (isEmptyDiff(diff)) return revision;
      largeChanges.follow(diff);
      formerLinks.follow(diff);
      const what = { folder: store.folder, revision, window, label, ...(step === undefined ? {} : { step }) };
      if (isLarge(diff)) {
        largeChanges.keep(revision, diff);
        const large = { records: recordsIn(diff), isUndoable: undo !== null };
        onChange({ ...what, diff: emptyDiff, undo: null, large });
      } else onChange({ ...what, diff, undo });
      return revision;
    },
  };
}
