import type { Run } from '../../backend/evaluate/compare/run.ts';
import { writeFileWhole } from '../../backend/formats/atomic-file.ts';
import { documentOfRecords } from '../../common/document/apply-to-document.ts';
import { wholeSnapshot } from '../../common/whole-snapshot.ts';
import { UsageError } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { findProject } from './find-project.ts';
import { outputGuard } from './output-guard.ts';
import { withApp } from './session.ts';

/** So many of each kind are still looked through. */
const shownQuestions = 24;

export const compareCommand: Command = {
  name: 'compare',
  summary: 'Compare the result files of two or more evaluations, question by question',
  usage: 'A [B...]',
  details:
    'Figures over the questions that all of them answered, differences to the first with 95 % intervals (paired bootstrap over images), each kind of question, and with --html the pictures whose answers changed most.\n' +
    'Example: pixellm compare fp32.jsonl int4.jsonl --html int4.html',
  options: {
    html: {
      type: 'string',
      value: 'FILE',
      help: 'write one page that needs nothing else, pictures and masks included',
    },
    corrections: {
      type: 'string',
      value: 'PROJECT',
      help: 'what people corrected in this project, as one more answer to the same questions',
    },
    truth: {
      type: 'boolean',
      help: 'with --corrections: they are what is right, in place of the targets of the file',
    },
    replace: { type: 'boolean', help: 'that page may replace a file that this app did not write' },
  },
  positionals: { min: 1, max: 26 },

  async run(context) {
    const { input, terminal, signal } = context;
    if (input.flag('truth') && input.text('corrections') === null)
      throw new UsageError('--truth needs --corrections.');
    const page = input.path('html');
    const guard = await outputGuard(context, input.positionals.map(input.resolve));
    if (page !== null) await guard.place(page);
    // Loaded here and not above: they bring the picture library, which a help text should not wait for.
    const { readRun } = await import('../../backend/evaluate/compare/run.ts');
    const { compareRuns } = await import('../../backend/evaluate/compare/compare-runs.ts');
    const { comparisonText } = await import('../../backend/evaluate/compare/comparison-text.ts');
    const read = [];
    for (const path of input.positionals) read.push(await readRun(input.resolve(path)));
    const runs = await corrected(read, context);
    const comparison = compareRuns(runs, { shown: shownQuestions });
    terminal.line(comparisonText(comparison));
    if (page !== null) {
      const { comparisonHtml } = await import('../../backend/evaluate/compare/comparison-html.ts');
      await writeFileWhole(page, comparisonHtml(comparison, signal), { guard, signal });
      terminal.line(`\nWritten: ${page}`);
    }
    const { figures, byKind, paired, unpaired, images, worst, changed } = comparison;
    const named = runs.map(({ path, name, header }) => ({ path, name, header }));
    terminal.result({ runs: named, paired, unpaired, images, figures, byKind, worst, changed });
    return exitCodes.done;
  },
};

async function corrected(runs: readonly Run[], context: CommandContext): Promise<readonly Run[]> {
  const { input, signal } = context;
  const written = input.text('corrections');
  if (written === null) return runs;
  const folder = await findProject(written, context);
  const { project, entities } = await withApp(context, async (client) =>
    wholeSnapshot(client, await client.call('project.open', { folder }, { signal })),
  );
  const { correctionsOf, withCorrections } = await import('../../backend/evaluate/compare/corrections.ts');
  const corrections = correctionsOf(documentOfRecords(entities), project.name);
  return withCorrections(runs, corrections, input.flag('truth') ? 'truth' : 'run');
}
