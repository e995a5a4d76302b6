import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pairedInterval } from '../../../../electron/backend/evaluate/compare/bootstrap.ts';
import { compareRuns } from '../../../../electron/backend/evaluate/compare/compare-runs.ts';
import { readRun } from '../../../../electron/backend/evaluate/compare/run.ts';
import { evaluateMuse } from '../../../../electron/backend/evaluate/evaluate-muse.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { aTestBackend } from '../../../helpers/test-backend.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 20, height: 16 };
const cup = boxRuns([1, 1, 6, 6], size);

/** Ten images, each asked for a cup and for what is not there. @returns its folder */
async function aBenchmark(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'images'));
  const target = {
    ...{ category_id: 1, category_name: 'cup', rephrased_name: 'the <cup>', bbox: [1, 1, 6, 6] },
    segmentation: { size: [16, 20], counts: [...cup.counts] },
  };
  const entries = [];
  for (let image = 0; image < 10; image++) {
    await writeFile(join(folder, 'images', `${image}.png`), aPng(size, image));
    entries.push({
      ...{ file_name: `${image}.png`, ...size, ann_list: [target] },
      questions: ['Find the <cup> & more.', 'Is there a dog?'],
      text_answers: ['The <cup> {seg}.', 'No, there is no dog.'],
      answers: [[target], []],
      kinds: [['ref'], ['yes-no', 'exists-none']],
    });
  }
  await writeFile(join(folder, 'muse.json'), JSON.stringify(entries));
  return folder;
}

/** A model whose cup is so many columns wide, of 6; on odd images one less. */
async function results(
  folder: string,
  name: string,
  columns: number,
  limit: number | null = null,
): Promise<string> {
  const resultFile = join(folder, `${name}.jsonl`);
  await evaluateMuse({
    museFile: join(folder, 'muse.json'),
    format: 'muse',
    imagesFolder: join(folder, 'images'),
    async answer({ image, question }) {
      if (question.startsWith('Is')) return { text: 'No, there is no dog.', masks: [] };
      const mask = boxRuns([1, 1, columns - (Number.parseInt(image.key) % 2), 6], size);
      return { text: 'The <cup> {seg}.', masks: [{ kind: 'mask', mask }] };
    },
    model: { name, folder: '/models', precision: 'fp32', provider: 'cpu' },
    ...{ threshold: 0, limit, style: 'app', judge: null, resultFile, isResumed: false, worst: 0 },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return resultFile;
}

test('runs are compared over the questions all answered, each figure against the first with its interval', async () => {
  const folder = await aBenchmark();
  const a = await readRun(await results(folder, 'a', 3));
  const b = await readRun(await results(folder, 'b', 6));
  const short = await readRun(await results(folder, 'short', 6, 5));
  const { figures, paired, unpaired, byKind } = compareRuns([a, b], { shown: 3 });
  expect([paired, unpaired]).toEqual([20, 0]);
  // Half the images are met with 3 of 6 columns, half with 2; then with 6 and 5.
  const [gIoU, cIoU] = figures;
  expect(gIoU?.values).toEqual([expect.closeTo((3 + 2) / 12, 12), expect.closeTo((6 + 5) / 12, 12)]);
  expect(cIoU?.values).toEqual([expect.closeTo((3 + 2) / 12, 12), expect.closeTo((6 + 5) / 12, 12)]);
  expect(gIoU?.differences).toEqual([
    null,
    {
      by: expect.closeTo(0.5, 12),
      interval: { low: expect.closeTo(0.5, 12), high: expect.closeTo(0.5, 12) },
    },
  ]);
  expect(byKind.map(({ kind, questions }) => [kind, questions])).toEqual([
    ['ref', 10],
    ['yes-no/exists-none', 10],
  ]);
  expect(compareRuns([a, short], { shown: 3 })).toMatchObject({ paired: 5, unpaired: 15 });
  const same = compareRuns([a, a], { shown: 3 });
  expect(same.changed).toEqual([]);
  expect(same.figures[0]?.differences[1]).toEqual({ by: 0, interval: { low: 0, high: 0 } });
});

test('the interval of a difference of means is about what its spread says', () => {
  const random = seededRandom(5);
  const pairs = Array.from({ length: 400 }, () => {
    const difficulty = random();
    const noise = (random() + random() + random() - 1.5) * 0.2;
    return [
      { part: difficulty, whole: 1 },
      { part: difficulty + 0.05 + noise, whole: 1 },
    ] as const;
  });
  const differences = pairs.map(([a, b]) => b.part - a.part);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const variance =
    differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1);
  const half = 1.96 * Math.sqrt(variance / differences.length);
  const interval = pairedInterval(pairs)!;
  expect(interval.low).toBeCloseTo(mean - half, 2);
  expect(interval.high).toBeCloseTo(mean + half, 2);
  expect(pairedInterval(pairs)).toEqual(interval);
  expect(pairedInterval(pairs.slice(0, 1))).toBeNull();
});

test('the page holds tables, pictures and masks, everything escaped, and nothing that runs or loads', async () => {
  const folder = await aBenchmark();
  const [a, b] = [
    await results(folder, 'a<script>alert(1)</script>'.replaceAll('/', '_'), 3),
    await results(folder, 'b', 6),
  ];
  const page = join(folder, 'page.html');
  const outcome = await runPixellm(['compare', a, b, '--html', page], { backend: aTestBackend(), folder });
  expect(outcome).toMatchObject({ code: 0, err: '' });
  expect(outcome.out).toContain('20 questions of 10 images that all answered');
  expect(outcome.out).toMatch(/gIoU +A 0\.4167 {3}B 0\.9167 \+0\.5000 \[\+0\.5000, \+0\.5000\] \*/u);
  const html = await readFile(page, 'utf8');
  expect(html).toContain('Find the &lt;cup&gt; &amp; more.');
  expect(html).not.toMatch(/<script|<link|src="http|href="http|url\(/u);
  expect(html.match(/<article>/gu)).toHaveLength(20);
  expect(html.match(/href="data:image\/jpeg;base64,/gu)).toHaveLength(60);
  expect(html.match(/<path /gu)).toHaveLength(60);
});

test.each<[string, (folder: string) => Promise<string[]>, RegExp]>([
  [
    'a file that is not there',
    async (folder) => [join(folder, 'none.jsonl'), join(folder, 'none.jsonl')],
    /no results in/u,
  ],
  [
    'a file of something else',
    async (folder) => [join(folder, 'muse.json'), join(folder, 'muse.json')],
    /no result file/u,
  ],
])('%s is refused with a sentence', async (_name, pathsOf, words) => {
  const folder = await aBenchmark();
  if (words.source.includes('no result file')) await writeFile(join(folder, 'muse.json'), '{"a":1}\n');
  const { code, err } = await runPixellm(['compare', ...(await pathsOf(folder))], {
    backend: aTestBackend(),
    folder,
  });
  expect(code).toBe(1);
  expect(err).toMatch(words);
});
