import { checkFits, isEmptyDiff, outlookOf, type EntityMap } from '../../common/document/diff.ts';
import type { Document } from '../../common/document/document.ts';
import type {
  AnnotationId,
  Diff,
  Entity,
  EntityId,
  EntityKind,
  ImageId,
  TargetId,
} from '../../common/document/records.ts';
import type { ProjectInfo, Snapshot as ProjectSnapshot } from '../../common/contract.ts';
import { AppError, assert } from '../../common/errors.ts';
import type { BegunWork } from '../app/begun-work.ts';
import { fileError } from '../app/file-errors.ts';
import { ownFile } from '../app/owned-files.ts';
import { checkChange } from './check-change.ts';
import { Checkpoints, pagesOf } from './checkpoints.ts';
import type { Tally } from './check-records.ts';
import {
  copyDatabase,
  inTransaction,
  flushedLater,
  remembering,
  translating,
  type Database,
  type Prepare,
} from './database.ts';
import { findProject, type Found, type PendingCheck } from './found-project.ts';
import { forgetFileStamps, readFileStamp, writeFileStamp, type FileStamp } from './image-file-table.ts';
import { migrations as releasedMigrations, type Migration } from './migrations.ts';
import { writeEmptyProject } from './empty-project.ts';
import { dropLogits } from './orphaned-logits.ts';
import { openingError } from './opening-error.ts';
import { databaseFile, expectProjectFolder } from './project-folder.ts';
import { makeUnfinishedFolder } from './unfinished-project.ts';
import { NotedFiles } from './noted-files.ts';
import { type FileIdentity, identityOf, isSameFile, movedError } from './file-identity.ts';
import { readProjectMeta, writeProjectMeta, type ProjectMeta } from './project-meta.ts';
import { beginWitness, endWitness, lostLogWords } from './log-witness.ts';
import { writeDiff } from './record-tables.ts';
import type { Moment, StoredRecords } from './stored-records.ts';
import { type SessionMark, beginSession, lossOf } from './session-mark.ts';
import { copyToView, isWritable, onlyToView, type ViewCopy } from './view-copy.ts';
import { clearUnfinishedSnapshots, takeRoutineSnapshot, takeSnapshot } from './snapshots.ts';
import {
  readLogitsOfAnnotation,
  readLogitsOfTarget,
  reassignLogits,
  writeLogits,
  type StoredLogits,
} from './stored-logits.ts';

/** What a commit may write beside the records, in the same transaction. */
export interface CommitExtras {
  readonly logits?: readonly StoredLogits[];
  readonly files?: readonly { readonly imageId: ImageId; readonly stamp: FileStamp }[];
  readonly reassigned?: readonly { readonly targetId: TargetId; readonly annotationId: AnnotationId }[];
  /** Part of a change that goes on: the disk need not have it before the last part, whose flush brings all of them there. */
  readonly goesOn?: boolean;
}

interface Opening {
  readonly begun?: Pick<BegunWork, 'begin'> | undefined;
  readonly migrations?: readonly Migration[];
  readonly checkWorker?: string | null;
}

/** From when on a project may be changed; of one that is only looked at there is nothing to keep. */
interface Session {
  readonly mark: SessionMark | null;
  readonly checkpoints: Checkpoints | null;
  readonly snapshot: Promise<void>;
}

/**
 * An open project: its records read from its database when they are asked for, every accepted change on disk before `commit` returns.
 * It owns its database alone until `close`.
 */
export class ProjectStore {
  readonly folder: string;
  /**
   * When all of it was looked at and may be changed: at once, but for a large project, which may be looked at before. Rejects with AppError
   * 'project-damaged' (details.snapshots), the project being closed by then, and 'no-project-open' where it was closed before.
   */
  readonly checked: Promise<void>;
  readonly #database: Database;
  #meta: ProjectMeta;
  readonly #records: StoredRecords;
  readonly #check: PendingCheck | null;
  #isClosing = false;
  /** What may be written and taken since it was checked; null before. */
  #session: Session | null = null;
  readonly #view: ViewCopy | null;
  readonly #loss: string | null;
  readonly #file: FileIdentity;
  /** Others may open the database's file again. */
  #disown: () => void = () => undefined;
  readonly #prepare: Prepare;
  readonly #notedFiles: NotedFiles;
  readonly #begun: Pick<BegunWork, 'begin'> | undefined;

  private constructor(
    folder: string,
    found: Found,
    { view, begun }: Pick<Opening, 'begun'> & { readonly view: ViewCopy | null },
  ) {
    const { database, records, known, isLogLost, check } = found;
    this.folder = folder;
    this.#file = identityOf(databaseFile(folder));
    this.#database = database;
    this.#prepare = remembering(database);
    this.#notedFiles = new NotedFiles(database, (work) => this.#write(this.#meta, work));
    this.#meta = readProjectMeta(database);
    this.#records = records;
    this.#loss = lossOf(known, this.#meta.revision) ?? (isLogLost ? lostLogWords : null);
    this.#view = view;
    this.#begun = begun;
    if ('unreviewed' in check) {
      this.#check = null;
      this.#begin(check);
      this.checked = Promise.resolve();
    } else {
      this.#check = check;
      this.checked = check.tally
        .then((tally) => this.#begin(tally))
        .catch((thrown: unknown) => this.#fail(thrown));
      this.checked.catch(() => undefined); // told to whoever waits for it
    }
    if (view === null && this.#file !== null) this.#disown = ownFile(this.#file);
  }

  /**
   * Makes the project under another name and gives it its own when it is whole: a kill leaves a project or nothing.
   *
   * @param begun notes what is unfinished, for the next start to clear; only tests leave it out
   * @throws AppError 'project-exists', 'file-not-writable', 'disk-full'
   */
  static async create(folder: string, name: string, begun?: Pick<BegunWork, 'begin'>): Promise<ProjectStore> {
    const unfinished = await makeUnfinishedFolder(folder, begun);
    try {
      await writeEmptyProject(databaseFile(unfinished.path), name);
      await unfinished.finish();
    } finally {
      await unfinished.discard();
    }
    return ProjectStore.open(folder, { begun });
  }

  /**
   * @param begun as `create` takes it
   * @param migrations only tests pass others than the released ones
   * @param checkWorker the built check-worker.ts, for large projects (`checked`); left out, all is looked at in this thread before it opens
   * @throws AppError 'project-not-found', 'file-not-readable', 'project-locked', 'project-damaged' (details.snapshots), 'project-newer'
   */
  static async open(
    folder: string,
    { begun, migrations = releasedMigrations, checkWorker = null }: Opening = {},
  ): Promise<ProjectStore> {
    await expectProjectFolder(folder);
    if (!(await isWritable(folder))) return ProjectStore.openToView(folder, { migrations, checkWorker });
    return ProjectStore.#open(folder, { begun, migrations, checkWorker, view: null });
  }

  /**
   * Opens a project that cannot be written, to be looked at: what it was changed by is refused with a sentence.
   *
   * @throws AppError 'file-not-readable', 'disk-full' of the temporary folder, and as `open`
   */
  static async openToView(
    folder: string,
    { migrations = releasedMigrations, checkWorker = null }: Omit<Opening, 'begun'> = {},
  ): Promise<ProjectStore> {
    const view = await copyToView(folder).catch((error: unknown) => {
      throw fileError(error, databaseFile(folder), 'read');
    });
    return ProjectStore.#open(folder, { begun: undefined, migrations, checkWorker, view });
  }

  static async #open(
    folder: string,
    { begun, view, ...opening }: Required<Opening> & { readonly view: ViewCopy | null },
  ): Promise<ProjectStore> {
    try {
      const found = await findProject({
        ...{ ...opening, folder, file: view?.file ?? databaseFile(folder) },
        // Of a copy no other copy is needed.
        beforeChange: async (database) => {
          const { revision } = readProjectMeta(database);
          const copy = (file: string): Promise<void> => copyDatabase(database, file);
          if (view === null) await takeSnapshot({ copy, folder, begun, reason: 'upgrade', revision });
        },
      });
      try {
        if (view === null) await clearUnfinishedSnapshots(folder);
        return new ProjectStore(folder, found, { view, begun });
      } catch (error) {
        if ('stop' in found.check) await found.check.stop();
        found.database.close();
        throw error;
      }
    } catch (thrown) {
      await view?.remove();
      throw await openingError(folder, thrown);
    }
  }

  /** Nothing is wrong: from here on it may be changed. */
  #begin(tally: Tally): void {
    const [database, folder, { revision }] = [this.#database, this.folder, this.#meta];
    this.#records.tally(tally);
    dropLogits(database, tally.orphanedLogits);
    if (this.#view) {
      this.#session = { mark: null, checkpoints: null, snapshot: Promise.resolve() };
      return;
    }
    translating(databaseFile(folder), () => beginWitness(database));
    const checkpoints = new Checkpoints(database, databaseFile(folder));
    // A safety copy must not keep the person waiting, and a full disk must not keep the project shut.
    const snapshot = checkpoints
      .copied((copy) => takeRoutineSnapshot({ copy, folder, revision, begun: this.#begun }))
      .catch(() => undefined);
    this.#session = { mark: beginSession(folder, revision), checkpoints, snapshot };
  }

  /** It was not begun: nothing was written, and nothing is lost with it. */
  async #fail(thrown: unknown): Promise<never> {
    if (this.#database.isOpen) this.#database.close();
    this.#disown();
    await this.#view?.remove();
    throw await openingError(this.folder, thrown);
  }

  /** `checked` for whoever waits for it: it begins now. */
  whenChecked(): Promise<void> {
    this.#check?.hurry();
    return this.checked;
  }

  get isChecked(): boolean {
    return this.#session !== null;
  }

  get info(): ProjectInfo {
    const { id, name, createdAt, revision } = this.#meta;
    const facts = { id, name, createdAt, revision, folder: this.folder };
    return this.#view ? { ...facts, isReadOnly: true } : facts;
  }

  get revision(): number {
    return this.#meta.revision;
  }

  /** The records by kind, for the rules of common/document. */
  get document(): Document {
    return this.#records.document;
  }

  get entities(): EntityMap {
    return this.#records.entities;
  }

  /** Masks that nobody has accepted or rejected yet. */
  get unreviewed(): number {
    return this.#records.unreviewed;
  }

  /** The records as they stand now, for work that others go on beside. Whoever takes it lets it go. */
  moment(): Moment {
    return this.#records.moment();
  }

  /** Work on the records as they stand now, beside which others go on changing them. */
  async asItStands<T>(work: (document: Document) => Promise<T>): Promise<T> {
    const moment = this.moment();
    try {
      return await work(moment.document);
    } finally {
      moment.release();
    }
  }

  /** What is said of the project beside its records. */
  facts(): Omit<ProjectSnapshot, 'entities' | 'rest'> {
    return {
      project: this.info,
      view: { ...this.#meta.view },
      ...(this.#loss === null ? {} : { notes: [this.#loss] }),
    };
  }

  /** @throws AppError 'unknown-record' */
  find<K extends EntityKind>(kind: K, id: EntityId): Extract<Entity, { kind: K }> {
    const found = this.entities.get(id);
    if (found?.kind === kind) return found as Extract<Entity, { kind: K }>; // narrowed by the line above
    throw new AppError('unknown-record', `There is no such ${kind} in this project any more.`, { kind, id });
  }

  /** All of a kind at once: for images and categories. Of the others there may be a million; `moment` gives them some at a time. */
  all<K extends EntityKind>(kind: K): Extract<Entity, { kind: K }>[] {
    const { images, categories, annotations, turns, targets } = this.document;
    const maps = {
      ...{ image: images, category: categories },
      ...{ annotation: annotations, turn: turns, target: targets },
    } satisfies Record<EntityKind, ReadonlyMap<string, Entity>>;
    return [...maps[kind].values()] as Extract<Entity, { kind: K }>[]; // each map has its own kind
  }

  /**
   * Accepts a change: durable when it returns, nothing of it is kept when it throws.
   *
   * @returns the new revision
   * @throws AppError 'conflict', 'invalid-change', 'bad-rle', 'mask-size-mismatch', 'disk-full', 'file-not-writable'
   */
  commit(diff: Diff, extras: CommitExtras = {}): number {
    if (isEmptyDiff(diff)) return this.#meta.revision;
    checkFits(this.entities, diff);
    checkChange(outlookOf(this.#records, diff), diff);
    this.#records.prepare(diff);
    const write = (): void => {
      this.#notedFiles.write();
      writeDiff(this.#database, diff);
      forgetFileStamps(this.#database, diff);
      for (const logits of extras.logits ?? []) writeLogits(this.#database, logits);
      for (const { imageId, stamp } of extras.files ?? []) writeFileStamp(this.#database, imageId, stamp);
      for (const { targetId, annotationId } of extras.reassigned ?? []) {
        reassignLogits(this.#database, targetId, annotationId);
      }
    };
    const how = {
      flush: extras.goesOn ? 'later' : 'now',
      pages: pagesOf(diff, extras.logits ?? []),
    } as const;
    this.#write({ ...this.#meta, revision: this.#meta.revision + 1 }, write, how);
    this.#notedFiles.forget();
    this.#records.follow(diff);
    this.#session?.mark?.note(this.#meta.revision);
    return this.#meta.revision;
  }

  rename(name: string): void {
    this.#write({ ...this.#meta, name }, () => undefined);
  }

  /** Of a project that can only be looked at, nothing is remembered. */
  saveView(view: Readonly<Record<string, unknown>>): void {
    if (this.#view) return;
    this.#write({ ...this.#meta, view }, () => undefined);
  }

  fileStamp(id: ImageId): FileStamp | null {
    return this.#notedFiles.of(id) ?? translating(this.folder, () => readFileStamp(this.#prepare, id));
  }

  /** Kept soon, together with what is noted beside it: a kill costs that the file is read once more. */
  noteFile(id: ImageId, stamp: FileStamp): void {
    if (!this.#view && this.#session) this.#notedFiles.note(id, stamp);
  }

  logitsOfAnnotation(id: AnnotationId): StoredLogits | null {
    return translating(this.folder, () => readLogitsOfAnnotation(this.#database, id));
  }

  logitsOfTarget(id: TargetId): StoredLogits | null {
    return translating(this.folder, () => readLogitsOfTarget(this.#database, id));
  }

  /** Waits for the safety copy under way, then lets the file go. A check under way is given up. */
  async close(): Promise<void> {
    if (this.#session === null) {
      await this.#check?.stop();
      await this.checked.catch(() => undefined);
    }
    await this.#session?.snapshot;
    if (!this.#database.isOpen || this.#isClosing) return;
    this.#notedFiles.flush();
    this.#isClosing = true;
    const { checkpoints = null, mark = null } = this.#session ?? {};
    const { isSafeToClose } = (await checkpoints?.end()) ?? { isSafeToClose: true };
    // Where the disk failed, the log has all of it and stays: it ends with the process.
    if (!isSafeToClose) return;
    this.#endWitness();
    this.#database.close();
    checkpoints?.close();
    this.#disown();
    await mark?.end();
    await this.#view?.remove();
  }

  /** For whoever makes many changes, one after the other: between two of them, so that none waits for the disk on behalf of all before it. */
  async settled(): Promise<void> {
    await this.#session?.checkpoints?.settled();
  }

  /** Before the last of them, whose flush everybody waits for. */
  async flushed(): Promise<void> {
    // The last one's own flush says what is wrong.
    await this.#session?.checkpoints?.flushed().catch(() => undefined);
  }

  #endWitness(): void {
    if (this.#view) return;
    try {
      endWitness(this.#database);
    } catch {
      // A full disk, or a folder that is gone: the next start then asks after the log, and finds all of it in the database.
    }
  }

  #write(meta: ProjectMeta, work: () => void, { flush, pages }: Writing = { flush: 'now', pages: 4 }): void {
    assert(this.#database.isOpen && !this.#isClosing, 'the project is open');
    if (this.#view) throw onlyToView(this.folder);
    assert(this.#session !== null, 'the project was checked');
    if (!isSameFile(this.#file, identityOf(databaseFile(this.folder)))) throw movedError(this.folder);
    const { checkpoints } = this.#session;
    const change = (): void =>
      inTransaction(this.#database, databaseFile(this.folder), () => {
        work();
        writeProjectMeta(this.#database, meta);
      });
    checkpoints?.beforeWrite();
    if (flush === 'now') change();
    else flushedLater(this.#database, change);
    checkpoints?.wrote(pages, flush === 'now');
    this.#meta = meta;
  }
}

/** How much a transaction writes, about, and whether the disk has to have it when it returns. */
interface Writing {
  readonly flush: 'now' | 'later';
  readonly pages: number;
}
