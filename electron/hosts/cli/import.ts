import type { Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { findProject } from './find-project.ts';
import { countOf } from './format-text.ts';
import { reportLosses } from './losses.ts';
import { readPairs } from './pairs.ts';
import { withApp } from './session.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Read masks and questions of another tool into a project',
  usage: 'PROJECT PATH',
  details: 'The images must be in the project already ("pixellm project add"); they are matched by name.',
  options: {
    format: { type: 'string', short: 'f', value: 'ID', help: 'format of PATH (coco)' },
    category: {
      type: 'string',
      value: 'FILE=PROJECT',
      multiple: true,
      help: 'another name for a category; an empty one drops it',
    },
  },
  positionals: { min: 2, max: 2 },

  async run(context) {
    const { input, terminal, signal } = context;
    const [project = '', file = ''] = input.positionals;
    const folder = await findProject(project, context);
    const path = input.resolve(file);
    const renamed = Object.entries(readPairs('category', input));
    const request = {
      format: input.text('format') ?? 'coco',
      source: { kind: 'path' as const, path },
      categoryMap: Object.fromEntries(renamed.map(([from, to]) => [from, to === '' ? null : to])),
    };
    await withApp(context, async (client) => {
      await client.call('project.open', { folder }, { signal });
      for await (const event of client.stream('formats.import', request, { signal })) {
        if (event.type === 'progress') {
          terminal.progress(event);
          continue;
        }
        terminal.line(
          `Read ${countOf(event.annotations, 'mask')} on ${countOf(event.images, 'image')}, ${countOf(event.categories, 'category', 'categories')}.`,
        );
        reportLosses(terminal, event.losses);
        terminal.result(event);
      }
    });
    return exitCodes.done;
  },
};
