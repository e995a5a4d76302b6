import { precisions } from '../../../native-models/names.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { UsageError } from './arguments.ts';
import { formatBytes } from './format-text.ts';
import { withApp } from './session.ts';

export const convertCommand: Command = {
  name: 'convert',
  summary: 'Turn a published PixelLM checkpoint into a model folder',
  usage: 'CHECKPOINT',
  details:
    'CHECKPOINT is the folder as published: config.json, .bin or .safetensors shards, tokenizer.model.',
  options: {
    vision: { type: 'string', value: 'DIR', help: 'folder of the CLIP vision tower' },
    out: { type: 'string', value: 'DIR', help: 'model folder to write; must not exist' },
    precision: { type: 'string', value: 'P', help: `${precisions.join(', ')} (int4)` },
  },
  positionals: { min: 1, max: 1 },

  async run(context) {
    const { input, terminal, signal } = context;
    const [checkpoint = ''] = input.positionals;
    const vision = input.path('vision');
    const out = input.path('out');
    if (vision === null || out === null)
      throw new UsageError('"pixellm convert" needs --vision DIR and --out DIR.');
    const precision = input.choice('precision', precisions) ?? 'int4';
    const request = { checkpoint: input.resolve(checkpoint), vision, out, precision };
    await withApp(context, async (client) => {
      for await (const event of client.stream('models.convert', request, { signal })) {
        if (event.type === 'progress') terminal.progress(event);
        else {
          const { model } = event;
          terminal.line(`${model.name}, ${model.precision}, ${formatBytes(model.bytes)}: ${model.folder}`);
          terminal.result(model);
        }
      }
    });
    return exitCodes.done;
  },
};
