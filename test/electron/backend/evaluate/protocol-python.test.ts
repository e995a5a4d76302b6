import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { EvaluatedQuestion } from '../../../../electron/backend/evaluate/evaluated-question.ts';
import { measureAnswer } from '../../../../electron/backend/evaluate/measure-answer.ts';
import { withoutMasks } from '../../../../electron/backend/evaluate/evaluated-question.ts';
import { summaryOf } from '../../../../electron/backend/evaluate/summary.ts';
import type { Judge } from '../../../../electron/backend/evaluate/judge.ts';
import type { MuseTarget } from '../../../../electron/backend/formats/muse/muse-file.ts';
import { plainTarget } from '../../../../electron/backend/formats/questions/question-set.ts';
import { decodeRle, rleOf } from '../../../../electron/common/rle.ts';
import { isEmptyMask, type Runs } from '../../../../electron/common/runs.ts';
import { randomBitmap, runsOfBitmap } from '../../../helpers/masks.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';

/**
 * The protocol's numbers on a constructed set against an independent implementation (test/helpers/python/protocol.py; numpy, scipy, pycocotools).
 * Its answers are kept in test/fixtures/evaluate for everybody; with PIXELLM_PYTHON naming a Python that has the three, they are computed anew
 * (and written down again with WRITE_GOLDEN=1).
 */
const python = process.env['PIXELLM_PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('../../../helpers/python/protocol.py', import.meta.url));
const golden = fileURLToPath(new URL('../../../fixtures/evaluate/protocol-golden.json', import.meta.url));
const size = { width: 61, height: 47 };

interface Constructed {
  readonly image: string;
  readonly targets: readonly Runs[];
  /** Whole numbers over eight: the same in 32 and 64 bits. */
  readonly predictions: readonly Float32Array[];
  readonly confidences: readonly number[];
  readonly scores: readonly number[];
}

/** Some questions are near their targets, some guess; there are too many and too few predictions, empty ones, nothing wanted, ties. */
function aConstructedSet(): Constructed[] {
  const random = seededRandom(2024);
  return Array.from({ length: 60 }, (_, number) => {
    const targets = Array.from({ length: randomInteger(random, 0, 5) }, () => aMask(random));
    const predictions = Array.from({ length: randomInteger(random, 0, 5) }, (__, index) => {
      const near = targets[index];
      return near && random() < 0.7 ? logitsNear(near, random) : logitsNear(aMask(random), random);
    });
    if (number % 7 === 0) predictions.push(new Float32Array(size.width * size.height).fill(-2));
    return {
      image: `${Math.floor(number / 3)}.png`,
      ...{ targets, predictions },
      confidences: predictions.map(() => Math.round(random() * 10) / 10),
      scores: targets.map(() => Math.round(random() * 10) / 10),
    };
  });
}

function aMask(random: () => number): Runs {
  for (;;) {
    const mask = runsOfBitmap(randomBitmap(random, size, randomInteger(random, 1, 4)));
    if (!isEmptyMask(mask)) return mask;
  }
}

function logitsNear(mask: Runs, random: () => number): Float32Array {
  const pixels = decodeRle(rleOf(mask)).data;
  return Float32Array.from(
    pixels,
    (pixel) => Math.round((pixel ? 1.5 : -1.5) * 8 + (random() - 0.5) * 30) / 8,
  );
}

/** The score belongs to the instance, whoever is matched with it. */
function judgeOf({ scores }: Constructed): Judge {
  return {
    name: 'constructed',
    score: async ({ pairs }) => pairs.map(({ description }) => scores[Number(description)] ?? 0),
  };
}

async function measured(set: Constructed, number: number): Promise<EvaluatedQuestion> {
  const targets = set.targets.map((mask, index): MuseTarget => plainTarget(`${index}`, `${index}`, mask));
  const question = { place: 0, question: '?', answer: null, targets, kinds: [], history: [], facts: null };
  const entry = { image: set.image, sha256: null, index: number, ...size, instances: targets, questions: [] };
  const answer = {
    text: set.predictions.map(() => 'a thing {seg}').join(' '),
    masks: set.predictions.map((logits, index) => ({
      kind: 'logits' as const,
      logits,
      score: set.confidences[index]!,
    })),
  };
  const record = await measureAnswer(
    { key: `${number}/0`, path: set.image, entry, question, answer, milliseconds: 1 },
    { threshold: 0, style: 'repository', judge: judgeOf(set), signal: new AbortController().signal },
  );
  return withoutMasks(record);
}

function hasPython(): boolean {
  try {
    execFileSync(python, ['-c', 'import numpy, scipy, pycocotools'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function pythonsAnswer(sets: readonly Constructed[]): unknown {
  const input = sets.map(({ predictions, targets, ...rest }) => ({
    ...{ ...rest, ...size },
    predictions: predictions.map((logits) => [...logits]),
    targets: targets.map((mask) => [...decodeRle(rleOf(mask)).data]),
  }));
  const options = { input: JSON.stringify(input), encoding: 'utf8' as const, maxBuffer: 1 << 26 };
  return JSON.parse(execFileSync(python, [script], { ...options, stdio: ['pipe', 'pipe', 'ignore'] }));
}

/** Equal to 1e-9, number by number. */
function expectClose(actual: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number') {
    expect(Math.abs(Number(actual) - expected), `${path}: ${String(actual)} for ${expected}`).toBeLessThan(
      1e-9,
    );
    return;
  }
  if (expected === null) return expect(actual, path).toBeNull();
  for (const [name, value] of Object.entries(expected as object))
    expectClose((actual as Record<string, unknown>)[name], value, `${path}.${name}`);
}

const sets = aConstructedSet();
const figures = async () => {
  const summary = summaryOf(await Promise.all(sets.map(measured)));
  const { paper, pixellm, averagePrecision, boundaryIoU } = summary;
  return { ...paper, pixellm, averagePrecision, boundaryIoU };
};

test('the protocol’s figures on a constructed set are those an independent implementation gave', async () => {
  expectClose(await figures(), JSON.parse(readFileSync(golden, 'utf8')));
});

describe.skipIf(!hasPython())('with numpy, scipy and pycocotools (skipped: no such Python)', () => {
  test('the independent implementation gives the same figures now', { timeout: 120_000 }, async () => {
    const answer = pythonsAnswer(sets);
    if (process.env['WRITE_GOLDEN'] === '1') writeFileSync(golden, `${JSON.stringify(answer, null, 2)}\n`);
    expectClose(await figures(), answer);
  });
});
