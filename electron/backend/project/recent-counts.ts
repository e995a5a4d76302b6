import type { OpenProjects } from './open-projects.ts';
import type { ProjectStore } from './project-store.ts';
import type { Recent, RecentProjects } from './recent-projects.ts';

type Counted = Omit<Recent, 'openedAt'>;

/** What the list of recent projects says of an open one. */
export function countsOf({ info, document, unreviewed }: ProjectStore): Counted {
  const images = [...document.images.values()];
  return {
    name: info.name,
    folder: info.folder,
    images: images.length,
    done: images.filter(({ state }) => state === 'done').length,
    targets: document.annotations.size,
    toReview: unreviewed,
  };
}

/** Brings the list's counts of open projects up to date. One that was taken out of the list stays out. */
export async function recountOpen(projects: OpenProjects, recent: RecentProjects): Promise<void> {
  const listed = await recent.list();
  for (const store of await projects.openStores()) {
    const now = countsOf(store);
    const known = listed.find(({ folder }) => folder === now.folder);
    if (known !== undefined && !isSame(known, now)) await recent.note(now);
  }
}

function isSame(known: Counted, now: Counted): boolean {
  return (['name', 'images', 'done', 'targets', 'toReview'] as const).every((key) => known[key] === now[key]);
}
