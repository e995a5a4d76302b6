import { join } from 'node:path';
import { z } from 'zod';
import { openJsonFile } from '../app/json-file.ts';
import { mayBeProjectFolder } from './project-folder.ts';

const recentSchema = z.object({
  name: z.string(),
  folder: z.string(),
  openedAt: z.string(),
  images: z.int().min(0),
  // Lists written by older versions do not count these.
  done: z.int().min(0).default(0),
  targets: z.int().min(0).default(0),
  toReview: z.int().min(0).default(0),
});
export type Recent = z.infer<typeof recentSchema>;
const mostRecent = 20;

/** Projects that were open, the latest first. */
export interface RecentProjects {
  list(): Promise<(Recent & { exists: boolean })[]>;
  /** Their folders, as they were when the app started or last changed one. */
  known(): string[];
  note(project: Omit<Recent, 'openedAt'>): Promise<void>;
  forget(folder: string): Promise<void>;
  /** Resolves when the list on the disk is the one in memory, or could not be written. */
  settled(): Promise<void>;
}

export async function openRecentProjects(dataFolder: string): Promise<RecentProjects> {
  const file = await openJsonFile(join(dataFolder, 'recent-projects.json'), z.array(recentSchema), []);
  const without = (all: readonly Recent[], folder: string): Recent[] =>
    all.filter((known) => known.folder !== folder);
  return {
    known: () => file.read().map(({ folder }) => folder),
    list: async () =>
      Promise.all(
        (await file.fresh()).map(async (known) => ({
          ...known,
          exists: await mayBeProjectFolder(known.folder),
        })),
      ),
    async note(project) {
      const now = { ...project, openedAt: new Date().toISOString() };
      await file.change((all) => [now, ...without(all, project.folder)].slice(0, mostRecent));
    },
    async forget(folder) {
      await file.change((all) => without(all, folder));
    },
    settled: () => file.settled(),
  };
}
