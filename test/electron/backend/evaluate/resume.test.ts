import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { bundleForNode } from '../../../helpers/bundle-for-node.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 40, height: 30 };

async function aBenchmark(images: number, questionsEach: number): Promise<{ folder: string; muse: string }> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'images'));
  await writeFile(join(folder, 'images', '0.png'), aPng(size));
  const annotation = (left: number): object => ({
    ...{ category_id: 1, category_name: 'thing', rephrased_name: `thing ${left}`, bbox: [left, 2, 12, 20] },
    segmentation: { size: [30, 40], counts: [...boxRuns([left, 2, 12, 20], size).counts] },
  });
  const entries = Array.from({ length: images }, (_, image) => {
    const places = Array.from({ length: questionsEach }, (__, place) => (image + place) % 25);
    return {
      file_name: `${image}.png`,
      ...size,
      ann_list: [annotation(1)],
      questions: places.map((_place, place) => `Where is thing ${image * questionsEach + place}?`),
      text_answers: places.map(() => 'The thing {seg}.'),
      answers: places.map((place) => [annotation(place)]),
    };
  });
  for (let image = 1; image < images; image++)
    await copyFile(join(folder, 'images', '0.png'), join(folder, 'images', `${image}.png`));
  const muse = join(folder, 'muse.json');
  await writeFile(muse, JSON.stringify(entries));
  return { folder, muse };
}

/** @returns what it printed last, or null when it was killed */
async function run(script: string, words: readonly string[], lives: number): Promise<string | null> {
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let seen = '';
  let news = 0;
  for await (const chunk of child.stdout) {
    seen = (seen + String(chunk)).slice(-20_000);
    news += String(chunk).split('\n').length - 1;
    if (news >= lives && !child.killed) child.kill('SIGKILL');
  }
  await exited;
  return child.killed ? null : (seen.trimEnd().split('\n').at(-1) ?? null);
}

test('killed 20 times at any point, an evaluation of 5,000 questions ends with the figures of one that ran through, in bounded memory', {
  timeout: 900_000,
}, async () => {
  const { folder, muse } = await aBenchmark(250, 20);
  const script = join(
    await bundleForNode('evaluate-until-killed.ts', 'evaluate-until-killed'),
    'evaluate-until-killed.js',
  );
  const whole = await run(script, [muse, join(folder, 'images'), join(folder, 'whole.jsonl')], Infinity);
  const results = join(folder, 'killed.jsonl');
  const random = seededRandom(12);
  for (let kill = 0; kill < 20; kill++)
    expect(
      await run(script, [muse, join(folder, 'images'), results], randomInteger(random, 1, 200)),
    ).toBeNull();
  const resumed = await run(script, [muse, join(folder, 'images'), results], Infinity);
  const [{ grownBytes, ...figures }, { grownBytes: _, ...after }] = [
    JSON.parse(whole!),
    JSON.parse(resumed!),
  ];
  expect(after).toEqual(figures);
  expect(figures.figures.questions).toBe(5000);
  expect(grownBytes).toBeLessThan(300 * 2 ** 20);
  const lines = (await readFile(results, 'utf8')).trimEnd().split('\n');
  const keys = lines.slice(1).map((line) => (JSON.parse(line) as { key: string }).key);
  // Nothing that was finished was asked again.
  expect(keys).toHaveLength(5000);
  expect(new Set(keys).size).toBe(5000);
});
