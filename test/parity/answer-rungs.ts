import type { DoneEvent, TargetEvent } from '../../native-models/runtime/engine.ts';
import { decodeImage } from './decode-image.ts';
import type { GoldenCase, GoldenFolder } from './golden.ts';
import { finalRungs } from './mask-rungs.ts';
import type { ParityModel } from './parity-model.ts';
import { compareEqual, compareNumbers } from './rung.ts';
import type { Rung } from './rung.ts';
import { imageMarker } from '../../native-models/runtime/sequence.ts';

export interface WholeAnswer {
  readonly targets: readonly TargetEvent[];
  readonly done: DoneEvent;
}

/** Asks a golden question as the app would, with the reference's rules for masks. */
export async function askGolden(
  golden: GoldenFolder,
  example: GoldenCase,
  { engine }: Pick<ParityModel, 'engine'>,
  draft = true,
): Promise<WholeAnswer> {
  const image = { key: example.image, ...(await decodeImage(golden.path(example.image))) };
  const request = {
    image,
    history: [],
    question: example.question,
    maxNewTokens: example.max_new_tokens ?? null,
    maskPolicy: 'reference' as const,
    draft,
  };
  const targets: TargetEvent[] = [];
  for await (const event of engine.ask(request, new AbortController().signal)) {
    if (event.type === 'target') targets.push(event);
    if (event.type === 'done') return { targets, done: event };
  }
  throw new Error('The answer ended without being done.');
}

/** The whole way, from the picture's file and the question to ids, text and masks. */
export async function* answerRungs(
  golden: GoldenFolder,
  example: GoldenCase,
  model: ParityModel,
): AsyncGenerator<Rung> {
  const output = golden.ids(example, 'output_ids');
  if (!output) return;
  const drafted = await askGolden(golden, example, model);
  const expected = output.slice(output.length - drafted.done.ids.length);
  yield compareEqual(example.name, 'greedy ids', drafted.done.ids, expected);
  const prompt = output.slice(0, output.length - drafted.done.ids.length);
  yield compareEqual(
    example.name,
    'output_ids',
    [...promptOf(golden, example, model), ...drafted.done.ids],
    [...prompt, ...expected],
  );
  if (example.text !== undefined) {
    const text = model.tokenizer.decode(output.filter((id) => id !== imageMarker));
    yield compareEqual(example.name, 'text', [text], [example.text]);
  }
  yield compareEqual(example.name, 'targets of the answer', [drafted.targets.length], [example.targets]);
  const combined = golden.tensor(example, 'combined_mask');
  const found = drafted.targets.map((target) => target.logits);
  if (combined)
    yield compareNumbers(
      example.name,
      'combined_mask (answer)',
      found.flatMap((logits) => [...logits]),
      combined.values as Float32Array,
      combined.tolerance,
    );
  yield* finalRungs(golden, example, found, model.manifest, 'answer');

  const plain = await askGolden(golden, example, model, false);
  yield compareEqual(example.name, 'ids, drafted = plain', drafted.done.ids, plain.done.ids);
  const masks = (answer: WholeAnswer): number[] => answer.targets.flatMap((target) => [...target.logits]);
  yield compareNumbers(
    example.name,
    'masks, drafted = plain',
    masks(drafted),
    masks(plain),
    golden.tolerance('combined_mask'),
  );
}

/** The prompt as evaluate() saw it: cut at the first unknown token. */
function promptOf(golden: GoldenFolder, example: GoldenCase, { manifest }: ParityModel): number[] {
  const ids = golden.ids(example, 'prompt_ids') ?? [];
  const unknown = ids.indexOf(manifest.tokens.unk);
  return unknown < 0 ? ids : ids.slice(0, unknown);
}
