import type { ExportEvent, FormatInfo } from '../../common/contract.ts';
import type { ImageId } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { folderOfMany } from '../../common/folder-of-many.ts';
import { UsageError } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { findProject } from './find-project.ts';
import { countOf } from './format-text.ts';
import { reportLosses } from './losses.ts';
import { readPairs } from './pairs.ts';
import { type AppClient, withApp } from './session.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write a project in the format a trainer reads',
  usage: '[PROJECT]',
  details: '"pixellm export --formats" lists the formats and their options.',
  options: {
    formats: { type: 'boolean', help: 'list the formats and stop' },
    format: { type: 'string', short: 'f', value: 'ID', help: 'format to write (coco)' },
    out: { type: 'string', short: 'o', value: 'PATH', help: 'file or folder to write' },
    replace: { type: 'boolean', help: 'PATH may be a file that this app did not write: replace it' },
    option: { type: 'string', value: 'NAME=VALUE', multiple: true, help: 'an option of the format' },
  },
  positionals: { min: 0, max: 1 },

  async run(context) {
    const { input, terminal, signal } = context;
    if (input.flag('formats')) return listFormats(context);
    const [project] = input.positionals;
    const path = input.path('out');
    if (project === undefined || path === null)
      throw new UsageError('"pixellm export" needs PROJECT and --out PATH.');
    const folder = await findProject(project, context);
    const request = {
      format: input.text('format') ?? 'coco',
      options: readPairs('option', input),
      path,
      imageIds: null,
      replace: input.flag('replace'),
    };
    await withApp(context, async (client) => {
      await client.call('project.open', { folder }, { signal });
      terminal.result(await exportTo(client, request, context));
    });
    return exitCodes.done;
  },
};

export interface ExportRequest {
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  readonly path: string;
  /** Null for every image of the project. */
  readonly imageIds: readonly ImageId[] | null;
  /** The person said that what lies at `path` may go. */
  readonly replace: boolean;
}
type ExportDone = Extract<ExportEvent, { type: 'done' }>;

/** Exports the open project and says what was written and what could not be. */
export async function exportTo(
  client: AppClient,
  request: ExportRequest,
  { terminal, signal }: Pick<CommandContext, 'terminal' | 'signal'>,
): Promise<ExportDone> {
  const imageIds = request.imageIds === null ? null : [...request.imageIds];
  for await (const event of client.stream('formats.export', { ...request, imageIds }, { signal })) {
    if (event.type === 'progress') {
      terminal.progress(event);
      continue;
    }
    const holds = `${countOf(event.images, 'image')}, ${countOf(event.annotations, 'mask')}, ${countOf(event.categories, 'category', 'categories')}`;
    terminal.line(`Wrote ${holds}${event.verified ? ', read back and checked' : ''}:`);
    const folder = folderOfMany(event.files);
    const listed = folder === null ? event.files : [`${folder} (${countOf(event.files.length, 'file')})`];
    for (const file of listed) terminal.line(`  ${file}`);
    reportLosses(terminal, event.losses);
    return event;
  }
  throw new AppError('bad-message', 'The export ended without a report.');
}

async function listFormats(context: CommandContext): Promise<typeof exitCodes.done> {
  const { terminal, signal } = context;
  const formats = await withApp(context, (client) => client.call('formats.list', {}, { signal }));
  for (const format of formats) {
    terminal.line(`${format.id}  ${format.label} (${waysOf(format)})`);
    terminal.line(`    ${format.description}`);
    const line = (option: FormatInfo['options'][number], ofWhat: string): void => {
      const hint = option.other === undefined ? [] : [`<${option.other.hint}>`];
      const choices = [...option.choices.map((choice) => choice.value), ...hint].join(' | ');
      terminal.line(`    --option ${option.name}=${choices}  (${option.initial})  ${ofWhat}${option.label}`);
    };
    for (const option of format.options) line(option, '');
    for (const option of format.importOptions ?? []) line(option, 'Of an import: ');
  }
  terminal.result(formats);
  return exitCodes.done;
}

function waysOf(format: FormatInfo): string {
  return [format.canExport ? 'export' : '', format.canImport ? 'import' : ''].filter(Boolean).join(', ');
}
