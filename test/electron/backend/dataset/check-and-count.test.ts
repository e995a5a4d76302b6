import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chartSvg, statisticsCsv } from '../../../../electron/common/muse/chart-svg.ts';
import { splitOf } from '../../../../electron/backend/dataset/split.ts';
import { createBackend } from '../../../../electron/backend/create-backend.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { withScenes } from '../../../helpers/annotated-project.ts';
import { aChatEndpoint } from '../../../helpers/chat-endpoint.ts';
import { anImage, anImageId } from '../../../helpers/records.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';

const size = { width: 12, height: 8 };

function anAnnotation(name: string, left: number, more: object = {}): object {
  const counts = [...boxRuns([left, 1, 3, 5], size).counts];
  return {
    ...{ category_id: 1, category_name: 'cup', rephrased_name: name, bbox: [left, 1, 3, 5] },
    segmentation: { size: [8, 12], counts },
    ...more,
  };
}

async function aMuseFile(folder: string, more: object = {}): Promise<string> {
  const [left, right] = [anAnnotation('the left cup', 0), anAnnotation('the right cup', 6)];
  const entry = {
    ...{ file_name: 'a.png', ...size, ann_list: [left, right] },
    questions: ['What could one drink from?', 'Which cup is nearer to the window?'],
    text_answers: ['From the left cup {seg} or the right cup {seg}.', 'The right cup {seg}.'],
    answers: [[left, right], [right]],
    ...more,
  };
  const path = join(folder, 'muse.json');
  await writeFile(path, JSON.stringify([entry]));
  return path;
}

test('a sound MUSE file has nothing to say of', async () => {
  const app = await anApp();
  const path = await aMuseFile(app.folder);
  expect(await app.client.call('muse.lint', { path })).toEqual({
    images: 1,
    questions: 2,
    sound: 2,
    counts: {},
    findings: [],
  });
});

test('where one rule is broken everywhere, all are counted, the first of each rule are listed, and the rarest is among them', async () => {
  const app = await anApp();
  const cup = anAnnotation('the left cup', 0);
  const questions = Array.from({ length: 1500 }, () => 'Where is {it}?');
  const path = await aMuseFile(app.folder, {
    questions: [...questions, 'Where is the cup?'],
    text_answers: [...questions, 0].map(() => 'The left cup {seg}.'),
    answers: [...questions.map(() => [cup]), [cup, cup]],
  });
  const { counts, findings } = await app.client.call('muse.lint', { path });
  expect(counts).toEqual({
    braces: 1500,
    'seg-count': 1,
    'instance-twice': 1,
    'same-description': 1,
    reader: 1,
  });
  expect(findings.filter(({ rule }) => rule === 'braces')).toHaveLength(1000);
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(Object.keys(counts)));
});

test.each<[string, object, string, RegExp]>([
  [
    'unequal text_answers',
    { text_answers: ['From the left cup {seg} or the right cup {seg}.'] },
    'record',
    /2 questions and 1 text_answers/u,
  ],
  [
    'a {seg} too few',
    { text_answers: ['From the left cup {seg}.', 'The right cup {seg}.'] },
    'seg-count',
    /1 times for 2 instances/u,
  ],
  [
    'compressed masks',
    { answers: [[anAnnotation('a', 0, { segmentation: { size: [8, 12], counts: '0n0' } })], []] },
    'record',
    /compressed RLE/u,
  ],
  [
    'no rephrased_name',
    { answers: [[anAnnotation('x', 0, { rephrased_name: undefined })], []] },
    'record',
    /no rephrased_name/u,
  ],
  ['an empty ann_list', { ann_list: [] }, 'record', /take the first record/u],
  ['no mask at all', { answers: [[], []], text_answers: ['No.', 'No.'] }, 'record', /No answer has a mask/u],
  [
    'the bare class twice',
    {
      answers: [
        [anAnnotation('cup', 0), anAnnotation('the right cup', 6)],
        [anAnnotation('the right cup', 6)],
      ],
    },
    'bare-class-name',
    /only the class/u,
  ],
  [
    'one mask twice',
    {
      answers: [
        [anAnnotation('the left cup', 0), anAnnotation('another cup', 0)],
        [anAnnotation('the right cup', 6)],
      ],
    },
    'instance-twice',
    /named before/u,
  ],
])('what is wrong with a MUSE file is told with its place: %s', async (_name, more, rule, message) => {
  const app = await anApp();
  const report = await app.client.call('muse.lint', { path: await aMuseFile(app.folder, more) });
  expect(report.counts[rule]).toBeGreaterThan(0);
  expect(report.findings.find((found) => found.rule === rule)?.message).toMatch(message);
});

test('generated questions pass the lint of their project, drafts included', async () => {
  const app = await anApp();
  await withScenes(app, 2);
  const server = await aChatEndpoint(() => 'good');
  const endpoint = { baseUrl: server.baseUrl, model: 'scripted', vision: false };
  const { id } = await app.client.call('muse.generate', { imageIds: null, endpoint, perImage: 1 });
  while ((await app.client.call('jobs.list', {}))[0]?.state === 'running')
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(id).toBeTruthy();
  expect(await app.client.call('muse.lint', { path: null })).toMatchObject({
    images: 2,
    questions: 2,
    sound: 2,
    counts: {},
  });
  // Nobody has accepted them yet.
  expect(await app.client.call('muse.statistics', { path: null })).toMatchObject({ questions: 0 });
});

test('a file is counted: categories, words, targets, questions and sizes', async () => {
  const app = await anApp();
  const statistics = await app.client.call('muse.statistics', { path: await aMuseFile(app.folder) });
  expect(statistics).toMatchObject({ images: 1, questions: 2, targets: 3 });
  const seriesOf = (id: string) => statistics.series.find((series) => series.id === id);
  const filled = (id: string) => seriesOf(id)?.bars.filter(({ count }) => count > 0);
  expect(filled('categories')).toEqual([{ label: 'cup', count: 3 }]);
  expect(filled('targets')).toEqual([
    { label: '1', count: 1 },
    { label: '2', count: 1 },
  ]);
  expect(filled('description-words')).toEqual([{ label: '3', count: 3 }]);
  expect(filled('questions')).toEqual([{ label: '2', count: 1 }]);
  expect(seriesOf('mask-sizes')?.mean).toBeCloseTo(Math.sqrt(15), 9);
});

test('charts are whole SVGs for one set and for two, in light and dark, whatever the names hold', async () => {
  const bars = [
    { label: '<b>&"\u0001', count: 3 },
    { label: '=cmd', count: 1 },
  ];
  const series = [{ id: 'categories', title: 'Instances per category', unit: 'instances', bars, mean: null }];
  const set = { name: 'A <set>', images: 1, questions: 2, targets: 4, series };
  for (const svg of [
    chartSvg([set], 'categories', 'light'),
    chartSvg([set, { ...set, name: 'B' }], 'categories', 'dark'),
  ]) {
    expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/u);
    expect(svg).toContain('&lt;b&gt;&amp;&quot;');
    expect(svg).not.toContain('<b>');
    expect(svg).not.toContain('\u0001');
  }
  expect(statisticsCsv([set])).toBe(
    'set,series,value,count\nA <set>,categories,"<b>&""\u0001",3\nA <set>,categories,\'=cmd,1\n',
  );
});

test('images are divided by their bytes, the same for the same seed, in about the shares asked for', () => {
  const images = Array.from({ length: 200 }, (_, number) =>
    anImage({ id: anImageId(`i${number}`), sha256: (number % 100).toString(16).padStart(64, '0') }),
  );
  const splits = splitOf(images, { train: 8, val: 1, test: 1 }, 7);
  const counts = { train: 0, val: 0, test: 0 };
  for (const split of splits.values()) counts[split]++;
  expect(counts).toEqual({ train: 160, val: 20, test: 20 });
  for (let number = 0; number < 100; number++)
    expect(splits.get(images[number]!.id)).toBe(splits.get(images[number + 100]!.id));
  expect(splitOf(images.toReversed(), { train: 8, val: 1, test: 1 }, 7)).toEqual(splits);
  expect(splitOf(images, { train: 8, val: 1, test: 1 }, 8)).not.toEqual(splits);
  expect(() => splitOf(images, { train: 0, val: 0, test: 0 }, 1)).toThrow('more than 0');
});

test('on the command line: lint exits with 3 on a finding, split is one undo step, statistics writes charts and CSV', async () => {
  const app = await anApp();
  await withScenes(app, 10);
  const { project } = await app.client.call('project.snapshot', {});
  const bad = await aMuseFile(app.folder, { ann_list: [] });
  await app.backend.dispose();
  const run = (...words: string[]) =>
    runPixellm(words, { backend: () => createBackend(app.host), folder: app.folder });
  const lint = await run('muse', 'lint', bad);
  expect(lint.code).toBe(3);
  expect(lint.out).toContain('record 0: "ann_list" is empty');
  const split = await run('muse', 'split', project.folder, '--seed', '3');
  expect(split).toMatchObject({ code: 0, out: 'train 8 images, val 1 image, test 1 image\n' });
  const charts = join(app.folder, 'charts');
  const csv = join(app.folder, 'counts.csv');
  const counted = await run('muse', 'statistics', bad, project.folder, '--charts', charts, '--csv', csv);
  expect(counted.code).toBe(0);
  expect(await readFile(join(charts, 'targets.svg'), 'utf8')).toContain('Targets per question');
  expect(await readFile(csv, 'utf8')).toContain('muse.json,categories,cup,3');
});
