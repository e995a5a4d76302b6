import { dirname, join } from 'node:path';
import { providerRequests } from '../../../native-models/names.ts';
import type { ModelEvaluation } from '../../backend/evaluate/evaluate-model.ts';
import { reportText } from '../../backend/evaluate/report-text.ts';
import { placeToWrite, writeFileWhole } from '../../backend/formats/atomic-file.ts';
import { nodeHost } from '../node-host.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';

/** A sheet of this many is still looked through. */
const worstShown = 24;

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'Put the questions of a MUSE file to a model and measure its answers',
  usage: 'MUSE.json',
  details:
    'Figures: gIoU and cIoU over questions with targets, sets with every target found at IoU > 0.5 and nothing else drawn, ' +
    'precision and recall at 0.5, exact texts, yes/no, and what was asked for but is not there.\n' +
    'Example: pixellm evaluate scenes/muse.json --images scenes/images --worst worst.png --json > result.json',
  options: {
    images: { type: 'string', value: 'DIR', help: 'folder of the images (images/ beside the file)' },
    model: { type: 'string', value: 'DIR', help: 'model folder (the bundled one)' },
    provider: { type: 'string', value: 'P', help: `${providerRequests.join(', ')} (cpu)` },
    threads: { type: 'string', value: 'N', help: 'threads (chosen from the machine)' },
    threshold: { type: 'string', value: 'X', help: 'logit a pixel must exceed to be in a mask (0)' },
    limit: { type: 'string', value: 'N', help: 'stop after N questions' },
    pixellm: {
      type: 'boolean',
      help: 'also gIoU and cIoU as the PixelLM repository computes them, oddities included',
    },
    worst: { type: 'string', value: 'PNG', help: `write a picture of the ${worstShown} worst answers` },
  },
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { input, terminal, signal } = context;
    const sheet = input.path('worst');
    // Known before hours of answers, not after.
    if (sheet !== null) await placeToWrite(sheet);
    const result = await evaluate(context);
    terminal.line(
      `${result.model.name}, ${result.model.precision}, on ${result.device.provider}: ${result.model.folder}`,
    );
    terminal.line();
    terminal.line(reportText(result.evaluation));
    if (sheet !== null) {
      const { worstAnswersPng } = await import('../../backend/evaluate/worst-sheet.ts');
      const picture = await worstAnswersPng(result.evaluation.worst);
      await writeFileWhole(sheet, [picture], signal);
      terminal.line(`The ${result.evaluation.worst.length} worst answers: ${sheet}`);
    }
    terminal.result(toJson(result));
    return exitCodes.done;
  },
};

async function evaluate(context: CommandContext): Promise<ModelEvaluation> {
  const { input, terminal, signal, folders, version } = context;
  // Loaded here and not above: they bring the picture library, which a help text should not wait for.
  const { evaluateModel } = await import('../../backend/evaluate/evaluate-model.ts');
  const { bundledModel } = await import('../../backend/models/model-folders.ts');
  const [file = ''] = input.positionals;
  const museFile = input.resolve(file);
  const host = nodeHost({ door: 'cli', folders, version, roots: null });
  const engine = {
    folder: input.path('model') ?? (await bundledModel(host)),
    provider: input.choice('provider', providerRequests) ?? 'cpu',
    threads: input.number('threads', { min: 1, max: 256, whole: true }),
    signal,
  };
  return evaluateModel(engine, {
    museFile,
    imagesFolder: input.path('images') ?? join(dirname(museFile), 'images'),
    threshold: input.number('threshold', { min: -100, max: 100 }) ?? 0,
    limit: input.number('limit', { min: 1, max: Number.MAX_SAFE_INTEGER, whole: true }),
    isPixellmCompatible: input.flag('pixellm'),
    worst: input.path('worst') === null ? 0 : worstShown,
    signal,
    onProgress: ({ questions, done, total }) =>
      terminal.progress({ stage: `Asked ${questions} questions`, done, total }),
  });
}

/** All figures and every question's result; masks are left out. */
function toJson({ model, device, evaluation }: ModelEvaluation): unknown {
  const { all, byKind, byTargets, pixellm, images, losses, questions } = evaluation;
  return {
    model,
    device,
    images,
    all,
    byTargets: Object.fromEntries(byTargets),
    byKind: Object.fromEntries(byKind),
    pixellm,
    losses,
    questions,
  };
}
