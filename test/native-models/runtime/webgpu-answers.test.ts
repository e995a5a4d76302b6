import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { placeImage } from '../../../native-models/runtime/image/placement.ts';
import { upscaleMask } from '../../../native-models/runtime/upscale-mask.ts';
import { overlapOf } from '../../helpers/image-mask.ts';
import { GoldenFolder } from '../../parity/golden.ts';
import type { GoldenCase } from '../../parity/golden.ts';
import { aModelOfSide } from './golden-engine.ts';
import { goldenFolder } from './golden-folder.ts';
import { answerCases } from './webgpu/answer-cases.ts';
import type { CaseAnswers } from './webgpu/answer-cases.ts';
import { runOnSoftwareVulkan } from './webgpu/run-child.ts';
import { findSoftwareVulkan } from './webgpu/software-vulkan.ts';

// Three questions about one picture: a plain one, one whose prompt is cut, one with codebook tokens. Nothing is compared with golden values (the
// ladder does that on the CPU), so the picture's square has 168 pixels instead of 448: in software the picture then takes seconds instead of a
// minute of processor time, each mask a seventh. PIXELLM_QUICK_TESTS=1 leaves them out.
const side = 112;
/** What the golden checkpoint happens to find at that side, of each question. */
const masks: Readonly<Record<string, number>> = { ev1: 1, ev_unk: 1, ev_typed: 1 };
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
      const model = await aModelOfSide(side);
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
        const count = masks[example.name];
        expect([expected.length, found.length], example.name).toEqual([count, count]);
        for (const [at, mask] of expected.entries())
          expect(overlap(example, mask, found[at] ?? []), `${example.name}, ${at}`).toBeGreaterThanOrEqual(
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
  const placement = placeImage(image, side);
  const [first, second] = [a, b].map((logits) =>
    upscaleMask({ logits: Float32Array.from(logits), side: Math.sqrt(logits.length) }, placement, image),
  );
  return first && second ? overlapOf(first, second) : Number.NaN;
}
