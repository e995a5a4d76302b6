import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { placeImage } from '../../../native-models/runtime/image/placement.ts';
import { upscaleMask } from '../../../native-models/runtime/upscale-mask.ts';
import { overlapOf } from '../../helpers/image-mask.ts';
import { GoldenFolder } from '../../parity/golden.ts';
import type { GoldenCase } from '../../parity/golden.ts';
import { aGoldenModel } from './golden-engine.ts';
import { goldenFolder } from './golden-folder.ts';
import { answerCases } from './webgpu/answer-cases.ts';
import type { CaseAnswers } from './webgpu/answer-cases.ts';
import { runOnSoftwareVulkan } from './webgpu/run-child.ts';
import { findSoftwareVulkan } from './webgpu/software-vulkan.ts';

// Three cases about one picture: a plain one, one whose prompt is cut, one with codebook tokens in the question. In software the picture and each
// mask take most of a minute of processor time, three and a half minutes in all; PIXELLM_QUICK_TESTS=1 leaves them out.
const names = ['ev1', 'ev_unk', 'ev_typed'];
const golden = new GoldenFolder(goldenFolder);
const cases = golden.manifest.cases.filter(({ name }) => names.includes(name));
const driver = findSoftwareVulkan();
const isLeftOut = driver === null || process.env['PIXELLM_QUICK_TESTS'] === '1';
const longestMs = 30 * 60_000;

describe.skipIf(isLeftOut)('WebGPU, through Chromium’s Vulkan driver in software', () => {
  test(
    'runs vision, decoder with its cache on the device, and masks, and agrees with the CPU',
    async () => {
      const model = await aGoldenModel();
      const [cpu, gpu] = await Promise.all([
        answerCases(model, golden, { provider: 'cpu', names }),
        answerInChild(model),
      ]);
      await rm(path.dirname(model), { recursive: true, force: true });

      expect(gpu.device).toMatchObject({ provider: 'webgpu', requested: 'webgpu', reason: null });
      expect(gpu.answers.map(({ name, ids }) => ({ name, ids }))).toEqual(
        cpu.answers.map(({ name, ids }) => ({ name, ids })),
      );
      for (const [index, example] of cases.entries()) {
        const [expected, found] = [cpu.answers[index]?.masks ?? [], gpu.answers[index]?.masks ?? []];
        expect([expected.length, found.length], example.name).toEqual([1, 1]);
        expect(overlap(example, expected[0] ?? [], found[0] ?? []), example.name).toBeGreaterThanOrEqual(
          0.99,
        );
      }
    },
    longestMs,
  );
});

async function answerInChild(model: string): Promise<CaseAnswers> {
  const result = path.join(path.dirname(model), 'result.json');
  const args = [model, goldenFolder, 'webgpu', names.join(','), result];
  await runOnSoftwareVulkan(
    fileURLToPath(new URL('webgpu/answer-cases-process.ts', import.meta.url)),
    args,
    driver ?? '',
  );
  return JSON.parse(await readFile(result, 'utf8')) as CaseAnswers; // our own child wrote it
}

/** Intersection over union of the masks at the picture's size. */
function overlap(example: GoldenCase, a: readonly number[], b: readonly number[]): number {
  const [height, width] = example.original_size;
  const image = { width, height };
  const placement = placeImage(image, 448);
  const [first, second] = [a, b].map((logits) =>
    upscaleMask({ logits: Float32Array.from(logits), side: Math.sqrt(logits.length) }, placement, image),
  );
  return first && second ? overlapOf(first, second) : Number.NaN;
}
