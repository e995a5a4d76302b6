import { buildPromptIds } from '../../native-models/runtime/prompt.ts';
import { answerRungs } from './answer-rungs.ts';
import { checkpointRungs } from './checkpoint-rungs.ts';
import { decoderRungs, layOutSequence } from './decoder-rungs.ts';
import { runWholeSequence } from './decoder-run.ts';
import type { GoldenCase, GoldenFolder } from './golden.ts';
import { imageRungs, pixelRungs } from './image-rungs.ts';
import { pixelDecoderRungs, upscaleRungs } from './mask-rungs.ts';
import { openParityModel } from './parity-model.ts';
import type { ParityModel, ParityOptions } from './parity-model.ts';
import { brokenRung, compareEqual } from './rung.ts';
import type { Rung } from './rung.ts';
import { tokenizerRungs } from './tokenizer-rungs.ts';
import { runVision, visionRungs } from './vision-rungs.ts';

/** Climbs the whole ladder of a golden folder. A rung that breaks is reported and the climb goes on. */
export async function* climb(golden: GoldenFolder, options: ParityOptions): AsyncGenerator<Rung> {
  const model = await openParityModel(golden, options);
  try {
    const { network } = model.manifest;
    yield* guarded('checkpoint', checkpointRungs(golden, model, network));
    yield* guarded('tokenizer', tokenizerRungs(golden, model.tokenizer, model.manifest));
    yield* guarded('images', imageRungs(golden, network.image));
    for (const example of golden.manifest.cases)
      yield* guarded(example.name, caseRungs(golden, example, model));
  } finally {
    await model.dispose();
  }
}

async function* caseRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  model: ParityModel,
): AsyncGenerator<Rung> {
  const { manifest } = model;
  yield* pixelRungs(golden, example, manifest.network.image);
  const outputs = await runVision(golden, example, model);
  yield* visionRungs(golden, example, outputs, model);

  const prompt = golden.ids(example, 'prompt_ids');
  if (prompt)
    yield compareEqual(
      example.name,
      'prompt_ids',
      buildPromptIds({ history: [], question: example.question }, manifest, model.tokenizer),
      prompt,
    );
  // The reference's states are of all ids but the last generated one; teacher-forced cases feed them all.
  const whole = golden.ids(example, 'input_ids');
  const ids = whole ?? golden.ids(example, 'output_ids')?.slice(0, -1);
  if (ids) {
    const sequence = await layOutSequence(example, ids, outputs, model);
    yield* decoderRungs(golden, example, sequence, model, outputs);
    const states = golden.tensor(example, 'last_hidden_state');
    const found = states
      ? (states.values as Float32Array)
      : (
          await runWholeSequence(
            model.tapped.decoder,
            manifest.network.language,
            sequence.embeds,
            sequence.visible,
          )
        ).hidden;
    yield* pixelDecoderRungs(
      golden,
      example,
      { states: found, ids: whole ?? golden.ids(example, 'output_ids') ?? [], outputs },
      model,
    );
  }
  yield* upscaleRungs(golden, example, manifest);
  if (example.kind === 'evaluate') yield* answerRungs(golden, example, model);
}

async function* guarded(scope: string, rungs: Iterable<Rung> | AsyncIterable<Rung>): AsyncGenerator<Rung> {
  try {
    yield* rungs;
  } catch (cause) {
    yield brokenRung(scope, 'could not go on', cause);
  }
}
