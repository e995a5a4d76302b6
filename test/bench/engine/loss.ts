import path from 'node:path';
import { readManifest } from '../../../native-models/convert.ts';
import { recordAnswerLoss } from '../../../native-models/convert/record-answer-loss.ts';
import type { AnswerLoss, ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import { argmax } from '../../../native-models/runtime/argmax.ts';
import { ask } from '../../../native-models/runtime/ask.ts';
import type { TargetEvent } from '../../../native-models/runtime/engine-contract.ts';
import type { KeyedImage } from '../../../native-models/runtime/image-features.ts';
import { buildPromptIds } from '../../../native-models/runtime/prompt.ts';
import { overlapOf } from '../../helpers/image-mask.ts';
import { decodeImage } from '../../parity/decode-image.ts';
import { GoldenFolder } from '../../parity/golden.ts';
import { openBenchModel } from './open-model.ts';
import type { BenchModel } from './open-model.ts';
import { firstAnswerPosition } from './workload.ts';

const threads = 2;
const longestAnswer = 96;

interface LossCase {
  readonly image: KeyedImage;
  readonly question: string;
}

/** What a model says when it is made to say `ids`: its own logits at each place, and the masks of the targets. */
interface Forced {
  readonly ids: readonly number[];
  readonly logits: readonly Float32Array[];
  readonly targets: readonly TargetEvent[];
}

/**
 * Compares converted models with the fp32 model of the same checkpoint: fp32 answers questions about the golden pictures, the others are led
 * along its words, and their logits and masks are compared. Writes the result into each model's manifest.
 *
 * @param folders  the fp32 model, then the others
 */
export async function measureLoss(folders: readonly string[]): Promise<Record<string, AnswerLoss>> {
  const [first = '', ...others] = folders;
  const cases = await goldenQuestions();
  const expected = await answerAll(first, cases, null);
  const losses: Record<string, AnswerLoss> = {};
  for (const folder of others) {
    const loss = compare(cases, expected, await answerAll(folder, cases, expected));
    await recordAnswerLoss(folder, loss);
    losses[folder] = loss;
  }
  return losses;
}

/** The pictures and questions of the project's golden folder. Found from the root, where npm starts scripts. */
async function goldenQuestions(): Promise<LossCase[]> {
  const golden = new GoldenFolder(path.join('test', 'fixtures', 'reference-a'));
  const cases = golden.manifest.cases.filter(({ kind }) => kind === 'evaluate');
  return Promise.all(
    cases.map(async ({ image, question }) => ({
      image: { key: image, ...(await decodeImage(golden.path(image))) },
      question,
    })),
  );
}

/** @param lead  whose words to say; null for one's own */
async function answerAll(
  folder: string,
  cases: readonly LossCase[],
  lead: readonly Forced[] | null,
): Promise<Forced[]> {
  const manifest = await readManifest(folder);
  const heard = new Map<number, Float32Array>();
  const model = await openBenchModel(folder, manifest, {
    threads,
    provider: 'cpu',
    listen: (position, logits) => heard.set(position, logits),
  });
  try {
    const answers: Forced[] = [];
    for (const [index, one] of cases.entries()) {
      heard.clear();
      answers.push(await answerOne(model, manifest, one, { heard, words: lead?.[index]?.ids ?? null }));
    }
    return answers;
  } finally {
    await model.release();
  }
}

async function answerOne(
  model: BenchModel,
  manifest: ModelManifest,
  { image, question }: LossCase,
  { heard, words }: { heard: Map<number, Float32Array>; words: readonly number[] | null },
): Promise<Forced> {
  const start = firstAnswerPosition(
    manifest,
    buildPromptIds({ history: [], question }, manifest, model.tokenizer),
  );
  model.script.clear();
  for (const [index, id] of words?.entries() ?? []) model.script.set(start + index, id);
  const targets: TargetEvent[] = [];
  // The same number of tokens for both, so that both stop at the same place.
  const request = { image, history: [], question, maxNewTokens: words?.length ?? longestAnswer };
  for await (const event of ask(model, manifest, request, new AbortController().signal)) {
    if (event.type === 'target') targets.push(event);
    if (event.type === 'done')
      return {
        ids: event.ids,
        logits: event.ids.map((_, index) => heard.get(start + index) ?? new Float32Array(0)),
        targets,
      };
  }
  throw new Error('The answer ended without being done.');
}

function compare(
  cases: readonly LossCase[],
  expected: readonly Forced[],
  found: readonly Forced[],
): AnswerLoss {
  const tokens = expected.flatMap((answer, index) =>
    answer.ids.map((id, place) => id === argmax(found[index]?.logits[place] ?? new Float32Array(0))),
  );
  const targets = expected.flatMap((answer, index) =>
    answer.targets.map((target, place) => ({ target, other: found[index]?.targets[place] })),
  );
  const overlaps = targets.map(({ target, other }) => (other ? overlapOf(target.mask, other.mask) : 0));
  const pairs = (of: (answer: Forced) => readonly Float32Array[]): [Float32Array, Float32Array][] => {
    return expected.flatMap((answer, index) =>
      of(answer).map((values, place): [Float32Array, Float32Array] => [
        values,
        (found[index] ? of(found[index]) : [])[place] ?? new Float32Array(0),
      ]),
    );
  };
  return {
    measured: new Date().toISOString(),
    cases: cases.length,
    tokensEqual: tokens.filter(Boolean).length / tokens.length,
    logits: relativeRms(pairs((answer) => answer.logits)),
    masks: relativeRms(pairs((answer) => answer.targets.map((target) => target.logits))),
    maskIou: overlaps.length === 0 ? 1 : overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length,
  };
}

/** sqrt(sum (a - b)^2 / sum a^2); 0 of nothing. */
function relativeRms(pairs: readonly [Float32Array, Float32Array][]): number {
  let error = 0;
  let total = 0;
  for (const [values, others] of pairs) {
    for (const [index, value] of values.entries()) {
      error += (value - (others[index] ?? 0)) ** 2;
      total += value ** 2;
    }
  }
  return total === 0 ? 0 : Math.sqrt(error / total);
}
