import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evaluateModel } from '../../../../electron/backend/evaluate/evaluate-model.ts';
import type { EvaluationOptions } from '../../../../electron/backend/evaluate/evaluate-muse.ts';
import { aGoldenModel } from '../../../native-models/runtime/golden-engine.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** Cases in which earlier versions gave other figures than the paper or the repository; test/fixtures/evaluate holds their inputs. */
const cases = fileURLToPath(new URL('../../../fixtures/evaluate', import.meta.url));
const bundled = fileURLToPath(
  new URL('../../../../native-models/bundled/pixellm-drawn-scenes', import.meta.url),
);

async function evaluated(file: string, model: string, more: Partial<EvaluationOptions> = {}) {
  const museFile = join(cases, file);
  const signal = new AbortController().signal;
  const { evaluation } = await evaluateModel(
    { folder: model, provider: 'cpu', threads: 1, signal },
    {
      ...{ museFile, signal, threshold: 0, limit: null, judge: null, isResumed: false, worst: 0 },
      format: 'muse',
      imagesFolder: join(museFile, '..', 'images'),
      style: 'app',
      resultFile: join(await temporaryFolder(), 'results.jsonl'),
      onProgress: () => undefined,
      ...more,
    },
  );
  return evaluation;
}

test('an empty prediction beside one that is met exactly halves the IoU', async () => {
  const { all, paper } = await evaluated('empty-mask-not-counted-in-P/muse.json', await aGoldenModel(), {
    threshold: 4.852,
  });
  expect(all).toMatchObject({ predicted: 2, emptyPredictions: 1, targets: 1, correctSets: 0 });
  expect(all.gIoU).toBeCloseTo(0.5, 6);
  expect(paper.unjudged.all.gIoU).toBeCloseTo(0.5, 6);
});

test('asked as the repository asks, an answer with leftover codebook tokens has no mask at all', async () => {
  const { pixellm, all } = await evaluated('pixellm-leftover-tokens/muse.json', await aGoldenModel(), {
    style: 'repository',
  });
  expect(pixellm).toEqual({ gIoU: 0, cIoU: 0 });
  expect(all.predicted).toBe(0);
});

test.each(['long-question.json', 'thin-image.json'])(
  'one bad question costs the others nothing: %s',
  async (file) => {
    const { questions, failed, losses } = await evaluated(`one-bad-question-loses-all/${file}`, bundled);
    expect(questions).toHaveLength(2);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.image).toBe(file === 'thin-image.json' ? 'thin.png' : 'a.png');
    expect(failed[0]?.failed.message).not.toBe('');
    expect(losses).toEqual([]);
  },
);

test('a file that records of two folders could mean is measured for one of them, and the other is said', async () => {
  const { questions, losses } = await evaluated('same-name/muse.json', bundled);
  expect(questions.map(({ image }) => image)).toEqual(['y/a.png']);
  expect(losses).toHaveLength(1);
  expect(losses[0]?.examples).toEqual(['x/a.png: a.png counts as y/a.png']);
});
