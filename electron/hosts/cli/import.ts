import type { ImportEvent } from '../../common/contract.ts';
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
  details:
    'Images are found by content, path or name; --images adds a folder of them first, --pictures those that PATH brings itself. Exit 3: nothing of PATH came in.',
  options: {
    format: { type: 'string', short: 'f', value: 'ID', help: 'format of PATH (found out from it)' },
    option: {
      type: 'string',
      value: 'NAME=VALUE',
      multiple: true,
      help: 'an option of the format; of coco boxes=skip|fill',
    },
    images: { type: 'string', value: 'DIR', help: 'folder of images to add to the project first' },
    pictures: {
      type: 'boolean',
      help: 'add the pictures in PATH (or beside it) that the project has not',
    },
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
      format: input.text('format'),
      source: { kind: 'path' as const, path },
      images: input.path('images'),
      ownPictures: input.flag('pictures'),
      options: readPairs('option', input),
      categoryMap: Object.fromEntries(renamed.map(([from, to]) => [from, to === '' ? null : to])),
    };
    let cameIn = 0;
    await withApp(context, async (client) => {
      await client.call('project.open', { folder }, { signal });
      for await (const event of client.stream('formats.import', request, { signal })) {
        if (event.type === 'progress') {
          terminal.progress(event);
          continue;
        }
        cameIn = event.annotations + event.images;
        const readAs = request.format === null ? ` It was read as "${event.format}".` : '';
        if (event.added > 0) terminal.line(`Added ${countOf(event.added, 'image')}.`);
        terminal.line(`${cameIn === 0 ? 'Nothing was imported.' : sentenceOf(event)}${readAs}`);
        reportLosses(terminal, event.losses);
        terminal.result(event);
        if (cameIn > 0 || request.ownPictures) continue;
        const { format, source } = request;
        const { ownPictures } = await client.call('formats.inspect', { format, source }, { signal });
        if (ownPictures > 0)
          terminal.warn(`${countOf(ownPictures, 'picture')} of it can be added: --pictures does that.`);
      }
    });
    return cameIn === 0 ? exitCodes.notAllGood : exitCodes.done;
  },
};

function sentenceOf({
  annotations,
  images,
  categories,
  foundBy,
}: Extract<ImportEvent, { type: 'done' }>): string {
  const ways = [
    [foundBy.hash, 'by our hash'],
    [foundBy.path, 'by path'],
    [foundBy.content, 'by content'],
    [foundBy.name, 'by name'],
  ] as const;
  const found = ways.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`);
  return `Read ${countOf(annotations, 'mask')} on ${countOf(images, 'image')} (found ${found.join(', ')}), ${countOf(categories, 'category', 'categories')}.`;
}
