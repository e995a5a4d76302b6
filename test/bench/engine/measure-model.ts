import type { Provider } from '../../../native-models/names.ts';
import { readManifest } from '../../../native-models/convert.ts';
import type { ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import { ask } from '../../../native-models/runtime/ask.ts';
import type { AnswerStats } from '../../../native-models/runtime/engine-contract.ts';
import { prefill } from '../../../native-models/runtime/generate.ts';
import { buildPromptIds } from '../../../native-models/runtime/prompt.ts';
import { readAhead } from '../../../native-models/runtime/read-ahead.ts';
import { promptCells } from '../../../native-models/runtime/sequence.ts';
import type { Cell } from '../../../native-models/runtime/sequence.ts';
import { measureReadBandwidth } from './bandwidth.ts';
import { median, medianOf, measure } from './clock.ts';
import type { Duration } from './clock.ts';
import { openBenchModel } from './open-model.ts';
import type { BenchModel } from './open-model.ts';
import {
  answerIds,
  aPicture,
  firstAnswerPosition,
  newTokens,
  questionOfLength,
  withBareTemplate,
} from './workload.ts';

/** Everything measured about one model; times in milliseconds. */
export interface ModelFigures {
  readonly precision: string;
  readonly threads: number;
  readonly provider: Provider;
  readonly load: Duration;
  readonly vision: Duration;
  readonly prefill: Duration & { readonly tokens: number };
  /** `sentBytes`: from main memory into the decoder's run and back, which on a card is the bus. */
  readonly step: Duration & { readonly sentBytes: number };
  readonly codebookRun: Duration;
  readonly masks: readonly (Duration & { readonly targets: number })[];
  /** Two targets, 30 tokens, a new picture: the work of native-models/pixellm/REFERENCE.md's last table. */
  readonly answer: Duration & { readonly stats: AnswerStats };
  readonly undraftedAnswer: Duration;
  /** The same work as a second question about the same picture. */
  readonly followUp: Duration & { readonly stats: AnswerStats };
  /** The same work about a new picture that was read ahead while nobody waited. */
  readonly readAhead: Duration & { readonly stats: AnswerStats };
  /** Bytes of weights and cache that one step reads, and how fast the machine reads. */
  readonly stepBytes: number;
  readonly bandwidth: number;
  readonly peakMemoryBytes: number;
}

/** What a step asks of a GPU; null on the CPU, and where the provider does not tell. */
export interface StepCommands {
  readonly dispatches: number;
  readonly layers: number;
  readonly crossings: number;
  /** Dispatches that are told anew in a step that the card repeats from a recording; null where it repeats none. */
  readonly toldAnew: number | null;
}

interface Asked {
  readonly stats: AnswerStats;
  readonly rawAnswer: string;
  readonly targets: number;
}

const never = new AbortController().signal;

/** Measures one converted model in this process. */
export async function measureModel(
  folder: string,
  { threads, repeats, provider }: { threads: number; repeats: number; provider: Provider },
): Promise<ModelFigures> {
  const manifest = withBareTemplate(await readManifest(folder));
  const bandwidth = await measureReadBandwidth(threads);
  const opened = await measure(() => openBenchModel(folder, manifest, { threads, provider }));
  const model = opened.result;
  try {
    const question = questionOfLength(manifest, model.tokenizer);
    const context = { model, manifest, question, repeats };
    const vision = await medianOf(repeats, (repeat) => model.images.read(aPicture(`vision ${repeat}`)));
    const parts = await measureDecoder(context);
    const masks = await measureMasks(context);
    const answers = await measureAnswers(context);
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    return {
      precision: manifest.precision,
      threads,
      provider,
      load: duration(opened),
      vision,
      ...parts,
      masks,
      ...answers,
      stepBytes: bytesPerStep(manifest, parts.prefill.tokens),
      bandwidth,
      peakMemoryBytes,
    };
  } finally {
    await model.release();
  }
}

interface Context {
  readonly model: BenchModel;
  readonly manifest: ModelManifest;
  readonly question: string;
  readonly repeats: number;
}

async function measureDecoder({
  model,
  manifest,
  question,
  repeats,
}: Context): Promise<Pick<ModelFigures, 'prefill' | 'step' | 'codebookRun'>> {
  const features = await model.images.read(aPicture('decoder'));
  const ids = buildPromptIds({ history: [], question }, manifest, model.tokenizer);
  const cells = promptCells(ids, { key: 'decoder', kept: features.keptTokens }, manifest.network.image);
  const decoder = await model.freshDecoder();
  const prefilled = await medianOf(repeats, async () => {
    decoder.truncate(0);
    await prefill(decoder, cells, [], never);
  });
  const next = (count: number): Cell[] =>
    Array.from({ length: count }, (_, index) => ({
      token: manifest.tokens.codebook[index] ?? 0,
      image: null,
      position: firstAnswerPosition(manifest, ids) + index,
      isVisible: true,
    }));
  const forward = (count: number) => async (): Promise<void> => {
    await decoder.forward(next(count), [...Array(count).keys()]);
  };
  const before = { ...model.traffic };
  const timed = await medianOf(repeats * 4, forward(1));
  const sentBytes = (model.traffic.bytes - before.bytes) / (model.traffic.runs - before.runs);
  const step = { ...timed, sentBytes };
  const codebookRun = await medianOf(repeats * 2, forward(manifest.tokens.codebook.length));
  return { prefill: { ...prefilled, tokens: cells.length }, step, codebookRun };
}

async function measureMasks({ model, manifest, repeats }: Context): Promise<ModelFigures['masks']> {
  const features = await model.images.read(aPicture('masks'));
  const state = Float32Array.from({ length: manifest.network.language.hidden }, (_, index) =>
    Math.sin(index),
  );
  const target = manifest.tokens.codebook.map(() => state);
  const figures: ModelFigures['masks'][number][] = [];
  for (const targets of [1, 2, 4])
    figures.push({
      ...(await medianOf(repeats, () => model.masks.draw(new Array(targets).fill(target), features))),
      targets,
    });
  return figures;
}

async function measureAnswers(
  context: Context,
): Promise<Pick<ModelFigures, 'answer' | 'undraftedAnswer' | 'followUp' | 'readAhead'>> {
  const { model, manifest, question, repeats } = context;
  const firsts: (Duration & { result: Asked })[] = [];
  const followUps: (Duration & { result: Asked })[] = [];
  const ahead: (Duration & { result: Asked })[] = [];
  const undrafted: Duration[] = [];
  await askForced(context, { key: 'warm up', history: [], draft: true });
  for (let repeat = 0; repeat < repeats; repeat++) {
    model.decoder.truncate(0);
    undrafted.push(
      await measure(() => askForced(context, { key: `undrafted ${repeat}`, history: [], draft: false })),
    );
    model.decoder.truncate(0);
    const first = await measure(() =>
      askForced(context, { key: `answer ${repeat}`, history: [], draft: true }),
    );
    firsts.push(first);
    followUps.push(
      await measure(() =>
        askForced(context, {
          key: `answer ${repeat}`,
          history: [{ question, answer: first.result.rawAnswer }],
          draft: true,
        }),
      ),
    );
    const key = `read ahead ${repeat}`;
    await readAhead(model, manifest, { image: aPicture(key), history: [] }, never);
    ahead.push(await measure(() => askForced(context, { key, history: [], draft: true })));
  }
  return {
    answer: medianAnswer(firsts),
    undraftedAnswer: medianDuration(undrafted),
    followUp: medianAnswer(followUps),
    readAhead: medianAnswer(ahead),
  };
}

async function askForced(
  { model, manifest, question }: Context,
  request: { key: string; history: readonly { question: string; answer: string }[]; draft: boolean },
): Promise<Asked> {
  const { history, draft } = request;
  const ids = buildPromptIds({ history, question }, manifest, model.tokenizer);
  const start = firstAnswerPosition(manifest, ids);
  model.script.clear();
  for (const [index, id] of answerIds(manifest, model.tokenizer).entries())
    model.script.set(start + index, id);
  let targets = 0;
  for await (const event of ask(
    model,
    manifest,
    { image: aPicture(request.key), history, question, maxNewTokens: null, draft },
    never,
  )) {
    if (event.type === 'target') targets++;
    if (event.type !== 'done') continue;
    model.script.clear();
    if (event.ids.length !== newTokens || targets !== 2)
      throw new Error(`The scripted answer came out as ${event.ids.length} tokens with ${targets} targets.`);
    return { stats: event.stats, rawAnswer: event.rawAnswer, targets };
  }
  throw new Error('The answer ended without being done.');
}

/** Median durations, with the statistics of the run in the middle. */
function medianAnswer(runs: readonly (Duration & { result: Asked })[]): Duration & { stats: AnswerStats } {
  const middle = [...runs].sort((a, b) => a.wallMs - b.wallMs)[Math.floor(runs.length / 2)];
  if (middle === undefined) throw new Error('Nothing was measured.');
  return { ...medianDuration(runs), stats: middle.result.stats };
}

function medianDuration(runs: readonly Duration[]): Duration {
  return { wallMs: median(runs.map((run) => run.wallMs)), cpuMs: median(runs.map((run) => run.cpuMs)) };
}

/** Every weight of the decoder is read once per step, and every row of the cache. */
function bytesPerStep({ graphs, memory }: ModelManifest, rows: number): number {
  return graphs.decoder.loadedBytes + memory.cacheBytesPerToken * rows;
}

function duration({ wallMs, cpuMs }: Duration): Duration {
  return { wallMs, cpuMs };
}
