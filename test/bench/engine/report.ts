import type { CheckpointShapeName } from '../checkpoint/shapes.ts';
import type { Duration } from './clock.ts';
import type { LlamaFigures } from './llama.ts';
import type { ModelFigures, StepCommands } from './measure-model.ts';
import { newTokens } from './workload.ts';

/**
 * Seconds of the original code for the same work, float32, with the PyTorch of 2026 (2.15, MKL and oneDNN), two threads of a quiet machine of this
 * class. Nobody measured the large shape with it, and the older PyTorch's seconds would flatter us by half.
 */
const referenceSeconds: Readonly<Partial<Record<CheckpointShapeName, number>>> = {
  tiny: 6.7,
  mid: 33.4,
};

/** What the project promises, printed beside what was measured. */
export function reportModel(
  name: { shape: CheckpointShapeName; precision: string },
  figures: ModelFigures,
  commands: StepCommands | null,
): string {
  const { answer, followUp, step, codebookRun, prefill, stats } = { ...figures, stats: figures.answer.stats };
  const reference = referenceSeconds[name.shape];
  const goal = goalOf(name.precision);
  const bytesPerSecond = figures.stepBytes / (step.wallMs / 1000);
  const lines: [string, string][] = [
    ['load', both(figures.load)],
    ['vision', both(figures.vision)],
    ['prefill', `${both(prefill)}, ${prefill.tokens} tokens, ${rate(prefill.tokens, prefill)} tokens/s`],
    [
      'one step',
      `${both(step)}, ${rate(1, step)} tokens/s, ${percent(bytesPerSecond / figures.bandwidth)} of the read bandwidth (${gigabytes(figures.stepBytes)} at ${gigabytes(figures.bandwidth)}/s; goal 65 % at int4)`,
    ],
    [
      'over the bus a step',
      figures.provider === 'cpu'
        ? 'nothing: the cache lies in main memory'
        : `${(step.sentBytes / 1e6).toFixed(3)} MB (goal 1 MB)`,
    ],
    ...(commands === null ? [] : [['commands a step', spellCommands(commands)] as [string, string]]),
    [
      'codebook run',
      `${both(codebookRun)}, ${(codebookRun.cpuMs / step.cpuMs).toFixed(2)} steps by processor, ${(codebookRun.wallMs / step.wallMs).toFixed(2)} by wall (goal 2.6)`,
    ],
    ...figures.masks.map((masks): [string, string] => [
      `masks of ${masks.targets}`,
      `${both(masks)}, ${ms(masks.wallMs / masks.targets)} each`,
    ]),
    [
      'two-target answer',
      `${both(answer)}, first token ${ms(stats.firstTokenMs)}, targets at ${stats.maskMs.map(ms).join(' and ')}${reference === undefined ? '' : againstReference(answer, reference, figures.threads, goal)}`,
    ],
    [
      'without drafts',
      `${both(figures.undraftedAnswer)}, ${ratio(figures.undraftedAnswer, answer)} of the drafted`,
    ],
    [
      'follow-up',
      `${both(followUp)}, ${ratio(answer, followUp)} times faster than the first (goal 3), ${followUp.stats.reusedTokens} tokens reused, ${followUp.stats.prefillTokens} computed, ${newTokens} new`,
    ],
    [
      'after reading ahead',
      `${both(figures.readAhead)}, first token ${ms(figures.readAhead.stats.firstTokenMs)}, ${ratio(answer, figures.readAhead)} times faster than the first`,
    ],
    ['peak memory', gigabytes(figures.peakMemoryBytes)],
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  return [
    `${name.shape} ${name.precision}, ${figures.provider}, ${figures.threads} threads (medians: wall / processor)`,
    ...lines.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
    '',
  ].join('\n');
}

function spellCommands({ dispatches, layers, crossings, toldAnew }: StepCommands): string {
  const repeated =
    toldAnew === null ? 'told anew each time' : `repeated from a recording, ${toldAnew} told anew`;
  return `${dispatches} dispatches, ${(dispatches / layers).toFixed(1)} a layer (commit 16db65b: 24 at int4 and int8, 18 at fp32), ${repeated}; ${crossings} tensors cross the bus inside of the graph`;
}

/** One step of ours beside llama.cpp's. */
export function reportLlama(shape: string, threads: number, { ours, llama, prefill }: LlamaFigures): string {
  return [
    `${shape}, one step at some 315 places, ${threads} threads, by turns (medians: wall / processor)`,
    `  ours, int4       ${both(ours)}, ${rate(1, ours)} tokens/s`,
    `  llama.cpp, Q4_0  ${both(llama)}, ${rate(1, llama)} tokens/s`,
    `  ours takes ${ratio(ours, llama)} times as long by wall, ${(ours.cpuMs / llama.cpuMs).toFixed(2)} by processor (goal 1.0)`,
    `${shape}, a prompt of ${prefill.tokens} (medians: wall / processor)`,
    `  ours, int4       ${both(prefill.ours)}, ${rate(prefill.tokens, prefill.ours)} tokens/s`,
    `  llama.cpp, Q4_0  ${both(prefill.llama)}, ${rate(prefill.tokens, prefill.llama)} tokens/s`,
    `  ours takes ${ratio(prefill.ours, prefill.llama)} times as long by wall, ${(prefill.ours.cpuMs / prefill.llama.cpuMs).toFixed(2)} by processor (goal 1.0)`,
  ].join('\n');
}

/** The second figure is what would be left of a busy machine's wall time if all threads ran freely: an upper bound, not a measurement. */
/** Times as fast as the original that an answer is to be. */
function goalOf(precision: string): number {
  return precision === 'fp32' ? 33 : 80;
}

/** The original's arithmetic and our whole answer, timed one after the other on the same machine. */
export function reportReference(
  { shape, precision }: { shape: CheckpointShapeName; precision: string },
  original: Duration,
  answer: Duration,
): string {
  return `${shape} ${precision} beside the original's arithmetic here: it takes at least ${both(original)}; ours is ${ratio(original, answer)} times as fast by the clock, ${(original.cpuMs / answer.cpuMs).toFixed(1)} by processor (goal ${goalOf(precision)})\n`;
}

function againstReference(answer: Duration, reference: number, threads: number, goal: number): string {
  const wall = (reference * 1000) / answer.wallMs;
  const free = (reference * 1000) / (answer.cpuMs / threads);
  return `; ${wall.toFixed(0)} times faster than the reference's ${reference} s (goal ${goal}); by processor time over ${threads} free threads at most ${free.toFixed(0)} times`;
}

function both({ wallMs, cpuMs }: Duration): string {
  return `${ms(wallMs)} / ${ms(cpuMs)}`;
}

function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

function rate(count: number, { wallMs }: Duration): string {
  return ((count / wallMs) * 1000).toFixed(1);
}

function ratio(a: Duration, b: Duration): string {
  return (a.wallMs / b.wallMs).toFixed(2);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 3 : 2)} GB`;
}
