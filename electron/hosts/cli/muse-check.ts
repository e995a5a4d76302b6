import { basename, join } from 'node:path';
import { makeFolder } from '../../backend/app/make-folder.ts';
import type { ImageRecord } from '../../common/document/records.ts';
import { AppError } from '../../common/errors.ts';
import { isProjectFolder } from '../../backend/project/project-folder.ts';
import { writeFileWhole } from '../../backend/formats/atomic-file.ts';
import { UsageError } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { findProject } from './find-project.ts';
import { countOf } from './format-text.ts';
import { outputGuard } from './output-guard.ts';
import { type AppClient, withApp } from './session.ts';

/** As many as fit a screen; --json has all that are listed. */
const shownFindings = 40;

export const museLintCommand: Command = {
  name: 'muse lint',
  summary: 'Check the questions of a project or of a MUSE file',
  usage: 'PROJECT|FILE',
  details:
    "The nine rules of PixelLM's loaders and what the paper demands of a question. Exit code 3 when anything was found.",
  options: {},
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { terminal, signal } = context;
    const source = await sourceOf(context.input.positionals[0] ?? '', context);
    const report = await withApp(context, async (client) => {
      if ('project' in source) await client.call('project.open', { folder: source.project }, { signal });
      return client.call('muse.lint', { path: 'file' in source ? source.file : null }, { signal });
    });
    for (const { where, message } of report.findings.slice(0, shownFindings))
      terminal.line(`${where}: ${message}`);
    const more = report.findings.length - shownFindings;
    if (more > 0) terminal.line(`... and ${more} more (--json shows them)`);
    const unlisted =
      Object.values(report.counts).reduce((sum, count) => sum + count, 0) - report.findings.length;
    if (unlisted > 0) terminal.line(`${unlisted} are counted only: of each rule the first 1000 are listed.`);
    for (const [rule, count] of Object.entries(report.counts).sort(([, a], [, b]) => b - a))
      terminal.line(`${String(count).padStart(6)}  ${rule}`);
    terminal.line(
      `${countOf(report.questions, 'question')} of ${countOf(report.images, 'image')}: ${report.sound} without a fault.`,
    );
    terminal.result(report);
    return Object.keys(report.counts).length === 0 ? exitCodes.done : exitCodes.notAllGood;
  },
};

export const museSplitCommand: Command = {
  name: 'muse split',
  summary: 'Divide the images of a project into train, val and test',
  usage: 'PROJECT',
  details: 'By image, pictures of the same bytes together; the same for the same seed.',
  options: {
    train: { type: 'string', value: 'X', help: 'share of the images (0.8)' },
    val: { type: 'string', value: 'X', help: 'share of the images (0.1)' },
    test: { type: 'string', value: 'X', help: 'share of the images (0.1)' },
    seed: { type: 'string', value: 'N', help: 'another number gives another division (1)' },
    out: {
      type: 'string',
      value: 'DIR',
      help: 'also write muse_train.json, muse_val.json, and the test as muse_test_less.json and muse_test_many.json',
    },
    replace: { type: 'boolean', help: 'these files may replace others that this app did not write' },
  },
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { input, terminal, signal } = context;
    const share = (name: string, initial: number): number =>
      input.number(name, { min: 0, max: 1e6 }) ?? initial;
    const shares = { train: share('train', 0.8), val: share('val', 0.1), test: share('test', 0.1) };
    if (shares.train + shares.val + shares.test === 0)
      throw new UsageError('At least one share must be more than 0.');
    const seed = input.number('seed', { min: 0, max: 2 ** 31, whole: true }) ?? 1;
    const folder = await findProject(input.positionals[0] ?? '', context);
    const out = input.path('out');
    const replace = input.flag('replace');
    const done = await withApp(context, async (client) => {
      await client.call('project.open', { folder }, { signal });
      const divided = await client.call('muse.split', { ...shares, seed }, { signal });
      if (out !== null) await writeParts(client, out, { replace, ...context });
      return divided;
    });
    const names: readonly NonNullable<ImageRecord['split']>[] = ['train', 'val', 'test'];
    terminal.line(names.map((name) => `${name} ${countOf(done.counts[name], 'image')}`).join(', '));
    terminal.result(done);
    return exitCodes.done;
  },
};

/** As the loaders look for them; of the test, few and many targets apart. */
const parts = {
  train: 'muse_train.json',
  val: 'muse_val.json',
  'test-less': 'muse_test_less.json',
  'test-many': 'muse_test_many.json',
} as const;

/** A part without a question is told and has no file. */
async function writeParts(
  client: AppClient,
  folder: string,
  { replace, terminal, signal }: Pick<CommandContext, 'terminal' | 'signal'> & { readonly replace: boolean },
): Promise<void> {
  await makeFolder(folder);
  for (const [part, name] of Object.entries(parts)) {
    const path = join(folder, name);
    const request = { format: 'muse', imageIds: null, options: { part }, path, replace };
    try {
      for await (const event of client.stream('formats.export', request, { signal }))
        if (event.type === 'done') terminal.line(`${path}: ${countOf(event.images, 'image')}`);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'nothing-to-export') throw error;
      terminal.warn(`${name} is not written: no question with an answer and a mask falls into it.`);
    }
  }
}

export const museStatisticsCommand: Command = {
  name: 'muse statistics',
  summary: 'Count categories, descriptions, targets and sizes, as charts for a paper',
  usage: 'PROJECT|FILE [PROJECT|FILE]',
  details:
    'Two sets are drawn side by side, as shares.\nExample: pixellm muse statistics Kitchen muse_train.json --charts charts --theme light',
  options: {
    charts: { type: 'string', value: 'DIR', help: 'write an SVG of each series' },
    png: { type: 'boolean', help: 'with --charts: PNG beside the SVG' },
    theme: { type: 'string', value: 'NAME', help: 'light or dark (light)' },
    csv: { type: 'string', value: 'FILE', help: 'write all counts' },
    replace: { type: 'boolean', help: 'these files may replace others that this app did not write' },
  },
  positionals: { min: 1, max: 2 },

  async run(context) {
    const { input, terminal, signal } = context;
    const sets = [];
    for (const written of input.positionals) sets.push(await statisticsFor(written, context));
    for (const { name, images, questions, targets, series } of sets) {
      terminal.line(
        `${name}: ${countOf(images, 'image')}, ${countOf(questions, 'question')}, ${countOf(targets, 'target')}`,
      );
      for (const { title, mean, bars } of series)
        terminal.line(
          `  ${title}: ${mean === null ? `${bars.length} kinds, most ${bars[0]?.label ?? '-'} (${bars[0]?.count ?? 0})` : `mean ${mean.toFixed(2)}`}`,
        );
    }
    const { chartSvg, statisticsCsv } = await import('../../common/muse/chart-svg.ts');
    const guard = await outputGuard(context, input.positionals.map(input.resolve));
    const csv = input.path('csv');
    if (csv !== null) await writeFileWhole(csv, [statisticsCsv(sets)], { guard, signal });
    const folder = input.path('charts');
    if (folder !== null) {
      await makeFolder(folder);
      const theme = input.choice('theme', ['light', 'dark'] as const) ?? 'light';
      for (const { id } of sets[0]?.series ?? []) {
        const svg = chartSvg(sets, id, theme);
        await writeFileWhole(join(folder, `${id}.svg`), [svg], { guard, signal });
        if (!input.flag('png')) continue;
        const { renderSvg } = await import('../../backend/images/image-decoder.ts');
        await writeFileWhole(join(folder, `${id}.png`), [await renderSvg(svg)], { guard, signal });
      }
      terminal.line(`Charts: ${folder}`);
    }
    terminal.result(sets);
    return exitCodes.done;
  },
};

async function statisticsFor(written: string, context: CommandContext) {
  const source = await sourceOf(written, context);
  return withApp(context, async (client) => {
    if ('project' in source)
      await client.call('project.open', { folder: source.project }, { signal: context.signal });
    const path = 'file' in source ? source.file : null;
    const statistics = await client.call('muse.statistics', { path }, { signal: context.signal });
    return path === null ? statistics : { ...statistics, name: basename(path) };
  });
}

/** A folder is a project; what ends in .json a file. */
async function sourceOf(
  written: string,
  context: CommandContext,
): Promise<{ readonly project: string } | { readonly file: string }> {
  const folder = await findProject(written, context);
  return (await isProjectFolder(folder)) ? { project: folder } : { file: context.input.resolve(written) };
}
