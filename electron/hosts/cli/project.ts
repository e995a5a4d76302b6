import { basename, dirname, isAbsolute } from 'node:path';
import type { EntityKind } from '../../common/document/records.ts';
import { type WholeSnapshot, wholeSnapshot } from '../../common/whole-snapshot.ts';
import { UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { countOf } from './format-text.ts';
import { findProject } from './find-project.ts';
import { addImages } from './images.ts';
import { withApp } from './session.ts';

export const projectListCommand: Command = {
  name: 'project list',
  summary: 'The projects that were open before',
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },

  async run(context) {
    const { terminal, signal } = context;
    const projects = await withApp(context, (client) => client.call('project.recent', {}, { signal }));
    for (const project of projects) {
      const state = project.exists ? countOf(project.images, 'image') : 'gone';
      terminal.line(`${project.name}  (${state}, opened ${project.openedAt.slice(0, 10)})`);
      terminal.line(`  ${project.folder}`);
    }
    if (projects.length === 0) terminal.line('None yet. "pixellm project create NAME" makes one.');
    terminal.result(projects);
    return exitCodes.done;
  },
};

export const projectCreateCommand: Command = {
  name: 'project create',
  summary: 'Make an empty project',
  usage: 'NAME|PATH',
  options: { in: { type: 'string', value: 'DIR', help: 'folder to make it in (your projects folder)' } },
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { input, terminal, signal } = context;
    const [written = ''] = input.positionals;
    // A name may hold a slash; what begins as paths do is one.
    const isPath = isAbsolute(written) || /^\.{1,2}[/\\]/u.test(written);
    if (isPath && input.path('in') !== null)
      throw new UsageError(`"${written}" is a path: leave out --in, or give a name.`);
    const path = input.resolve(written);
    const place = isPath
      ? { name: basename(path), parent: dirname(path) }
      : { name: written, parent: input.path('in') };
    const { project } = await withApp(context, (client) => client.call('project.create', place, { signal }));
    terminal.line(`Made "${project.name}": ${project.folder}`);
    terminal.result(project);
    return exitCodes.done;
  },
};

export const projectAddCommand: Command = {
  name: 'project add',
  summary: 'Add images to a project',
  usage: 'PROJECT IMAGE...',
  options: { copy: { type: 'boolean', help: 'copy the images into the project instead of linking them' } },
  positionals: { min: 2, max: Number.POSITIVE_INFINITY },

  async run(context) {
    const { input, terminal, signal } = context;
    const [project = '', ...images] = input.positionals;
    const paths = images.map(input.resolve);
    const folder = await findProject(project, context);
    const added = await withApp(context, async (client) => {
      await client.call('project.open', { folder }, { signal });
      return addImages(client, { paths, copy: input.flag('copy'), terminal, signal });
    });
    const already =
      added.alreadyThere.length === 0 ? '' : `, ${added.alreadyThere.length} were there already`;
    terminal.line(`Added ${countOf(added.imageIds.length, 'image')}${already}.`);
    terminal.result(added);
    return added.failed.length === 0 ? exitCodes.done : exitCodes.notAllGood;
  },
};

export const projectInfoCommand: Command = {
  name: 'project info',
  summary: 'What a project holds',
  usage: 'PROJECT',
  options: {},
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { input, terminal, signal } = context;
    const [project = ''] = input.positionals;
    const folder = await findProject(project, context);
    const snapshot = await withApp(context, async (client) =>
      wholeSnapshot(client, await client.call('project.open', { folder }, { signal })),
    );
    const holds = countKinds(snapshot);
    terminal.line(`${snapshot.project.name}  (${snapshot.project.folder})`);
    terminal.line(
      [
        countOf(holds.image, 'image'),
        countOf(holds.annotation, 'mask'),
        countOf(holds.category, 'category', 'categories'),
        countOf(holds.turn, 'question'),
        `revision ${snapshot.project.revision}`,
      ].join(', '),
    );
    terminal.result({ ...snapshot.project, holds });
    return exitCodes.done;
  },
};

function countKinds({ entities }: WholeSnapshot): Record<EntityKind, number> {
  const counts = { image: 0, category: 0, annotation: 0, turn: 0, target: 0 };
  for (const entity of entities) counts[entity.kind] += 1;
  return counts;
}
