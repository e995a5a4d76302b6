import { closeDialog, confirmed, openDialog } from '../store/dialogs.ts';
import { pickPath } from '../store/files.ts';
import { closeProject, openProject } from '../store/project.ts';
import type { Studio } from '../store/studio.ts';
import { defineAction } from './registry.ts';

export const hasProject = (state: Studio): boolean => state.document.project !== null;

export const projectActions = [
  defineAction({
    id: 'project.new',
    title: 'New project…',
    group: 'Project',
    keys: ['mod+shift+n'],
    run: () => openDialog({ kind: 'new-project' }),
  }),
  defineAction({
    id: 'project.open',
    title: 'Open project…',
    group: 'Project',
    keys: ['mod+o'],
    run: async () => {
      const folder = await pickPath({ title: 'Open a project', want: 'project' });
      if (folder !== null) await openProject(folder);
    },
  }),
  defineAction({
    id: 'project.rename',
    title: 'Rename project…',
    group: 'Project',
    when: hasProject,
    run: () => openDialog({ kind: 'rename-project' }),
  }),
  defineAction({
    id: 'project.jobs',
    title: 'Jobs…',
    group: 'Project',
    when: hasProject,
    run: () => openDialog({ kind: 'jobs' }),
  }),
  defineAction({
    id: 'project.categories',
    title: 'Categories…',
    group: 'Project',
    when: hasProject,
    run: () => openDialog({ kind: 'categories' }),
  }),
  defineAction({
    id: 'project.close',
    title: 'Close project',
    group: 'Project',
    keys: ['mod+shift+w'],
    when: hasProject,
    run: async ({ state }) => {
      if (state.chat.streams.size === 0 || (await confirmed(leaveQuestion))) {
        closeDialog();
        await closeProject();
      }
    },
  }),
  defineAction({
    id: 'project.export',
    title: 'Export…',
    group: 'Project',
    keys: ['mod+e'],
    when: (state) => state.document.images.size > 0,
    run: () => openDialog({ kind: 'export' }),
  }),
  defineAction({
    id: 'project.import',
    title: 'Import annotations…',
    group: 'Project',
    keys: ['mod+shift+i'],
    when: hasProject,
    run: () => openDialog({ kind: 'import' }),
  }),
] as const;

const leaveQuestion = {
  title: 'A question is still being answered',
  text: 'The answer goes on in the background and is saved in the project. Close the project now?',
  confirm: 'Close project',
  danger: false,
};
