import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { checkFits, invertDiff } from '../../common/document/diff.ts';
import { joinedParts, type LongDiff } from '../../common/document/record-parts.ts';
import type { Diff, ImageRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { allowedPath } from '../app/allowed-paths.ts';
import type { BegunWork } from '../app/begun-work.ts';
import type { HandlersOf } from '../app-handlers.ts';
import type { Host } from '../host.ts';
import { commitInSlices, fitsOneSlice, mostInOneSlice, slicesOf } from './commit-in-slices.ts';
import { deleteProject } from './delete-project.ts';
import type { Change, OpenProject, OpenProjects } from './open-projects.ts';
import { folderNameOf } from './project-folder.ts';
import { countsOf, recountOpen } from './recent-counts.ts';
import type { RecentProjects } from './recent-projects.ts';
import { restoreSnapshot } from './snapshots.ts';
import type { StagedChanges } from './staged-changes.ts';
import { type PicturesInHand, recordsInParts, toldWhenWhole } from './told-snapshot.ts';
import { WaitingChange } from './waiting-change.ts';

export function projectCalls(parts: {
  readonly host: Host;
  readonly projects: OpenProjects;
  readonly pictures: PicturesInHand;
  readonly recent: RecentProjects;
  readonly begun: Pick<BegunWork, 'begin'>;
  readonly staged: StagedChanges;
}): HandlersOf<'project'> {
  const { host, projects, pictures, recent, begun, staged } = parts;
  const opened = ({ store, ready }: OpenProject) => {
    // The list is a convenience: a data folder that is slow, or cannot be written, must not keep a project shut.
    ready.then(() => recent.note(countsOf(store))).catch(() => undefined);
    return toldWhenWhole(store);
  };
  type Facts = Pick<Change, 'label' | 'window'>;
  const commitWhole = async (project: OpenProject, diff: Diff, facts: Facts) => {
    await checkSources(host, project, diff);
    return { revision: project.commit({ ...facts, diff, undo: invertDiff(diff) }) };
  };
  const commitLarge = async (project: OpenProject, change: LongDiff, facts: Facts, signal: AbortSignal) => {
    // What does not fit is refused before anything of it is saved; it stays open until the last slice is.
    for (const slice of slicesOf(change)) {
      await checkSources(host, project, slice);
      checkFits(project.store.entities, slice);
      await setImmediate();
      signal.throwIfAborted();
    }
    return { revision: await commitInSlices(project, change, facts, signal) };
  };
  return {
    async 'project.recent'() {
      // Counts that cannot be written down are no reason to hide the list.
      await recountOpen(projects, recent).catch(() => undefined);
      return recent.list();
    },
    async 'project.delete'({ folder }, { connection }) {
      const place = await allowedPath(host, folder);
      await projects.letGo(connection, await realpath(place).catch(() => place));
      const kept = await deleteProject(place, begun);
      await recent.forget(folder).catch(() => undefined); // it is deleted, whatever the list says
      return { kept: [...kept] };
    },
    async 'project.forget'({ folder }) {
      await recent.forget(folder);
      return {};
    },
    async 'project.create'({ name, parent }, { connection }) {
      const place = await allowedPath(host, join(parent ?? host.projectsFolder, folderNameOf(name)));
      return opened(await projects.create(connection, place, name.trim() || 'Project'));
    },
    async 'project.open'({ folder }, { connection }) {
      return opened(await projects.open(connection, await allowedPath(host, folder)));
    },
    async 'project.restoreSnapshot'({ folder, snapshot }, { connection }) {
      const place = await allowedPath(host, folder);
      if (projects.isOpen(place)) {
        throw new AppError(
          'project-locked',
          `This project is open; close it before a snapshot is restored: ${place}`,
          { folder },
        );
      }
      await projects.untilClosed(place);
      await restoreSnapshot(place, snapshot);
      return opened(await projects.open(connection, place));
    },
    async 'project.snapshot'(_, { connection }) {
      return toldWhenWhole((await projects.toLookAt(connection)).store);
    },
    'project.records': ({ folder }, caller) =>
      projects.duringLook(caller, ({ store }) => {
        if (store.folder === folder) return recordsInParts(store, pictures);
        throw new AppError('no-project-open', `This window has another project open: ${store.folder}`, {
          folder,
        });
      }),
    async 'project.rename'({ name }, { connection }) {
      const { store } = await projects.of(connection);
      if (name.trim() === '') throw new AppError('bad-input', 'A project needs a name.', {});
      store.rename(name.trim());
      await recent.note(countsOf(store)).catch(() => undefined); // it has its name, whatever the list says
      return store.info;
    },
    async *'project.largeChange'({ revision }, { connection }) {
      yield* (await projects.of(connection)).largeChanges.partsOf(revision);
    },
    async 'project.stage'({ change, diff }, { connection }) {
      staged.add(connection, change, diff);
      return {};
    },
    async 'project.commit'({ label, window, baseRevision, diff, staged: name }, caller) {
      const project = await projects.of(caller.connection);
      const facts = { label, window };
      const change = name === undefined ? new WaitingChange() : staged.take(caller.connection, name);
      try {
        if (name === undefined && fitsOneSlice(diff)) return await commitWhole(project, diff, facts);
        change.add(diff);
        if (change.size <= mostInOneSlice)
          return await commitWhole(project, joinedParts([...slicesOf(change)]), facts);
        return await projects.use(caller, (_, signal) => commitLarge(project, change, facts, signal));
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
        const { revision } = project.store;
        throw new AppError(
          'conflict',
          `${error.message} Another window changed the project (it was at ${baseRevision}, now at ${revision}); nothing of this change was saved.`,
          { ...error.details, baseRevision, revision },
          { cause: error },
        );
      } finally {
        change.close();
      }
    },
    async 'project.saveView'({ view }, { connection }) {
      (await projects.of(connection)).store.saveView(view);
      return {};
    },
  };
}

/**
 * A window names files only where this door may read; else a record would tell whether a file is there and what it holds.
 *
 * @throws AppError 'forbidden-path', 'bad-input', 'invalid-change' for a copy that is no plain name
 */
async function checkSources(
  host: Host,
  { formerLinks }: OpenProject,
  { added, changed }: Diff,
): Promise<void> {
  const befores = new Map(changed.map(([before]) => [before.id, before]));
  for (const record of [...added, ...changed.map(([, after]) => after)]) {
    if (record.kind !== 'image') continue;
    const before = befores.get(record.id);
    if (before?.kind === 'image' && isSameSource(before.source, record.source)) continue;
    if (formerLinks.has(record.source)) continue;
    if (record.source.kind === 'linked') await allowedPath(host, record.source.path);
    else if (/[\\/\0]/u.test(record.source.file) || ['', '.', '..'].includes(record.source.file)) {
      throw new AppError('invalid-change', 'A copied picture lies in the project under a plain name.', {
        id: record.id,
      });
    }
  }
}

const isSameSource = (a: ImageRecord['source'], b: ImageRecord['source']): boolean =>
  a.kind === 'linked' ? b.kind === 'linked' && a.path === b.path : b.kind === 'copied' && a.file === b.file;
