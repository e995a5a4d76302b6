import { writeFileWhole } from '../../backend/formats/atomic-file.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { outputGuard } from './output-guard.ts';

/** So many of each kind are still looked through. */
const shownQuestions = 24;

export const compareCommand: Command = {
  name: 'compare',
  summary: 'Compare the result files of two or more evaluations, question by question',
  usage: 'A B...',
  details:
    'Figures over the questions that all of them answered, differences to the first with 95 % intervals (paired bootstrap over images), each kind of question, and with --html the pictures whose answers changed most.\n' +
    'Example: pixellm compare fp32.jsonl int4.jsonl --html int4.html',
  options: {
    html: {
      type: 'string',
      value: 'FILE',
      help: 'write one page that needs nothing else, pictures and masks included',
    },
    replace: { type: 'boolean', help: 'that page may replace a file that this app did not write' },
  },
  positionals: { min: 2, max: 26 },

  async run(context) {
    const { input, terminal, signal } = context;
    const page = input.path('html');
    const guard = await outputGuard(context, input.positionals.map(input.resolve));
    if (page !== null) await guard.place(page);
    // Loaded here and not above: they bring the picture library, which a help text should not wait for.
    const { readRun } = await import('../../backend/evaluate/compare/run.ts');
    const { compareRuns } = await import('../../backend/evaluate/compare/compare-runs.ts');
    const { comparisonText } = await import('../../backend/evaluate/compare/comparison-text.ts');
    const runs = [];
    for (const path of input.positionals) runs.push(await readRun(input.resolve(path)));
    const comparison = compareRuns(runs, { shown: shownQuestions });
    terminal.line(comparisonText(comparison));
    if (page !== null) {
      const { comparisonHtml } = await import('../../backend/evaluate/compare/comparison-html.ts');
      await writeFileWhole(page, comparisonHtml(comparison, signal), { guard, signal });
      terminal.line(`\nWritten: ${page}`);
    }
    const { figures, byKind, paired, unpaired, images, worst, changed } = comparison;
    const named = runs.map(({ path, header }) => ({ path, header }));
    terminal.result({ runs: named, paired, unpaired, images, figures, byKind, worst, changed });
    return exitCodes.done;
  },
};
