import type { ModelInfo } from '../../common/contract.ts';
import { AppError } from '../../common/errors.ts';
import type { Command, CommandContext } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { formatBytes } from './format-text.ts';
import { withApp } from './session.ts';

export const modelListCommand: Command = {
  name: 'model list',
  summary: 'The models this machine has',
  usage: '',
  options: {},
  positionals: { min: 0, max: 0 },

  async run(context) {
    const { terminal, signal } = context;
    const models = await withApp(context, (client) => client.call('models.list', {}, { signal }));
    for (const model of models) {
      const state = model.problem === null ? '' : `  - ${model.problem}`;
      const origin = model.bundled ? ', bundled' : '';
      terminal.line(`${model.name}  (${model.precision}, ${formatBytes(model.bytes)}${origin})${state}`);
      terminal.line(`  ${model.folder}`);
      if (model.origin !== null) terminal.line(`  ${model.origin}`);
    }
    terminal.result(models);
    return exitCodes.done;
  },
};

export const modelCardCommand: Command = {
  name: 'model card',
  summary: 'What a model knows, what it cannot do, its measured figures and licence',
  usage: '[FOLDER]',
  details: 'Without FOLDER: the bundled model.',
  options: {},
  positionals: { min: 0, max: 1 },

  async run(context) {
    const { input, terminal } = context;
    const [folder] = input.positionals;
    const model = folder === undefined ? await bundledModel(context) : await modelIn(input.resolve(folder));
    if (model.card === null) {
      throw new AppError('file-not-found', `${model.folder} has no model card.`, { folder: model.folder });
    }
    terminal.line(model.card.text.trimEnd());
    terminal.result(model.card);
    return exitCodes.done;
  },
};

async function bundledModel(context: CommandContext): Promise<ModelInfo> {
  const { signal } = context;
  const models = await withApp(context, (client) => client.call('models.list', {}, { signal }));
  const found = models.find((model) => model.bundled);
  if (found) return found;
  throw new AppError('no-model', 'The bundled model is missing. Name the folder of another one.');
}

/** Any folder: the app's own list knows only the models in its folders. */
async function modelIn(folder: string): Promise<ModelInfo> {
  const { describeModel } = await import('../../backend/models/model-folders.ts');
  const model = await describeModel(folder, false);
  if (model.card === null && model.problem !== null)
    throw new AppError('model-not-found', model.problem, { folder });
  return model;
}

export const modelVerifyCommand: Command = {
  name: 'model verify',
  summary: 'Check a model folder: every file there, every checksum right',
  usage: 'FOLDER',
  details: `Exit code ${exitCodes.notAllGood} when something is wrong with it.`,
  options: {},
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { input, terminal, signal } = context;
    const [folder = ''] = input.positionals;
    const report = await withApp(context, async (client) => {
      for await (const event of client.stream(
        'models.verify',
        { folder: input.resolve(folder) },
        { signal },
      )) {
        if (event.type === 'done') return event;
        terminal.progress(event);
      }
      throw new AppError('bad-message', 'The check ended without a result.');
    });
    for (const problem of report.problems) terminal.line(`- ${problem}`);
    terminal.line(report.ok ? 'The model is whole.' : 'The model is not whole.');
    terminal.result({ ok: report.ok, problems: report.problems });
    return report.ok ? exitCodes.done : exitCodes.notAllGood;
  },
};
