import { counted } from '../ui/format.ts';
import { imagesWithDrafts } from '../canvas/current-canvas.ts';
import { whenFinished } from '../tools/finishing.ts';
import { closeDialog, confirmed, openDialog } from '../store/dialogs.ts';
import { pickPath } from '../store/files.ts';
import { importLabelFile } from '../store/label-file.ts';
import { closeProject, deleteProject, openProject } from '../store/project.ts';
import { showToast } from '../store/toasts.ts';
import type { Studio } from '../store/studio.ts';
import { defineAction } from './registry.ts';

export const hasProject = (state: Studio): boolean => state.document.project !== null;

export const projectActions = [
  defineAction({
    id: 'project.new',
    title: 'New project…',
    group: 'Project',
    keys: ['mod+shift+n'],
    run: async () => {
      if (await mayLeaveDrafts()) openDialog({ kind: 'new-project' });
    },
  }),
  defineAction({
    id: 'project.open',
    title: 'Open project…',
    group: 'Project',
    keys: ['mod+o'],
    run: async () => {
      if (!(await mayLeaveDrafts())) return;
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
    title: 'Edit the classes…',
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
      if (!(await mayLeaveDrafts())) return;
      if (state.chat.streams.size === 0 || (await confirmed(leaveQuestion))) {
        closeDialog();
        await closeProject();
      }
    },
  }),
  defineAction({
    id: 'project.delete',
    title: 'Delete this project…',
    group: 'Project',
    when: hasProject,
    run: async ({ state }) => {
      const { project, images, annotations } = state.document;
      if (project === null) return;
      const { name, folder } = project;
      await deleteWithConsent({ name, folder, images: images.size, targets: annotations.size });
    },
  }),
  defineAction({
    id: 'project.import-labels',
    title: 'Import a label set…',
    group: 'Project',
    when: hasProject,
    run: () => importLabelFile(),
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

/** What the question before a project is deleted for good must say. */
export interface Doomed {
  readonly name: string;
  readonly folder: string;
  readonly images: number;
  readonly targets: number;
}

export async function deleteWithConsent(project: Doomed): Promise<void> {
  if (!(await confirmed(deleteQuestion(project)))) return;
  closeDialog();
  sayKept(project.name, await deleteProject(project.folder));
}

function deleteQuestion({ name, folder, images, targets }: Doomed) {
  return {
    title: `Delete the project ${name}?`,
    text: `Its ${images} images and ${targets} targets, its conversations and the pictures it copied into ${folder} are deleted for good. Pictures that lie elsewhere stay where they are.`,
    confirm: 'Delete project',
    danger: true,
  };
}

function sayKept(name: string, kept: readonly string[]): void {
  const more = kept.length > 3 ? ' and more' : '';
  showToast({
    tone: 'info',
    title: `${name} was deleted`,
    ...(kept.length === 0
      ? {}
      : { text: `Files that are not its own stayed in its folder: ${kept.slice(0, 3).join(', ')}${more}.` }),
  });
}

/** What was begun with a tool does not outlive the project's window. */
async function mayLeaveDrafts(): Promise<boolean> {
  await whenFinished();
  const images = imagesWithDrafts();
  return images.length === 0 || confirmed(draftsQuestion(images));
}

function draftsQuestion([first = '', ...others]: readonly string[]) {
  const where = others.length === 0 ? first : `${first} and ${counted(others.length, 'other image')}`;
  return {
    title: 'Something you began to draw is not finished',
    text: `Points or a proposal on ${where} were neither applied nor discarded, and go with the project. Leave them?`,
    confirm: 'Leave them',
    danger: true,
  };
}

const leaveQuestion = {
  title: 'A question is still being answered',
  text: 'The answer goes on in the background and is saved in the project. Close the project now?',
  confirm: 'Close project',
  danger: false,
};
