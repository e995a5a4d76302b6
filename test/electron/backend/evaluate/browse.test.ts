import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { rleOf } from '../../../../electron/common/rle.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';

const size = { width: 12, height: 8 };
const left = boxRuns([0, 1, 3, 5], size);

function anInstance(category: string, name: string): object {
  return {
    ...{ category_id: 1, category_name: category, rephrased_name: name, bbox: [0, 1, 3, 5] },
    segmentation: { size: [8, 12], counts: [...left.counts] },
  };
}

/** 40 records of three questions with 1, 2 and no targets. */
async function aMuseFile(folder: string): Promise<string> {
  await mkdir(join(folder, 'images'), { recursive: true });
  const [cup, dog] = [anInstance('cup', 'the café’s cup'), anInstance('dog', 'a dog')];
  const records = [];
  for (let number = 0; number < 40; number++) {
    if (number < 2) await writeFile(join(folder, 'images', `${number}.png`), aPng(size, number));
    records.push({
      ...{ file_name: `${number}.png`, ...size, ann_list: [cup, dog] },
      questions: [`What could one drink from in ${number}?`, 'Who waits for the cup?', 'Is there a horse?'],
      text_answers: ['From the cup {seg}.', 'The dog {seg} waits for the cup {seg}.', 'No.'],
      answers: [[cup], [dog, cup], []],
    });
  }
  const path = join(folder, 'muse.json');
  await writeFile(path, JSON.stringify(records, null, 1));
  return path;
}

async function opened(app: App, path: string) {
  const events = [];
  for await (const event of app.client.stream('browse.open', { path })) events.push(event);
  return events.at(-1);
}

test('a MUSE file is looked through without a project being changed: what is in it, by frequency', async () => {
  const app = await anApp();
  const path = await aMuseFile(app.folder);
  expect(await opened(app, path)).toEqual({
    type: 'done',
    records: 40,
    questions: 120,
    categories: [
      { name: 'cup', count: 80 },
      { name: 'dog', count: 40 },
    ],
    mostTargets: 2,
  });
  expect(app.changes).toEqual([]);
});

test.each<[string, object, number, string | null]>([
  ['all', {}, 120, 'What could one drink from in 0?'],
  [
    'by words of the question, in any order and case',
    { words: 'FROM drink' },
    40,
    'What could one drink from in 0?',
  ],
  ['by words of a name, whatever its accents', { words: 'cafe' }, 80, 'What could one drink from in 0?'],
  ['by the image', { words: '17.png' }, 3, 'What could one drink from in 17?'],
  ['by category', { category: 'dog' }, 40, 'Who waits for the cup?'],
  ['by the number of targets', { fewestTargets: 2 }, 40, 'Who waits for the cup?'],
  ['without targets', { mostTargets: 0 }, 40, 'Is there a horse?'],
  ['by all together', { words: 'drink', category: 'dog' }, 0, null],
])('questions are found %s', async (_name, search, total, first) => {
  const app = await anApp();
  const path = await aMuseFile(app.folder);
  const found = await app.client.call('browse.list', { path, limit: 2, ...search });
  expect(found.total).toBe(total);
  expect(found.rows[0]?.question ?? null).toBe(first);
  expect(found.rows.length).toBeLessThanOrEqual(2);
});

test('a question is shown with its picture and masks, and what cannot be used of its record is said', async () => {
  const app = await anApp();
  const path = await aMuseFile(app.folder);
  const shown = await app.client.call('browse.show', { path, key: '1/1', images: null });
  expect(shown).toMatchObject({
    ...{ image: '1.png', ...size, question: 'Who waits for the cup?' },
    answer: 'The dog {seg} waits for the cup {seg}.',
    targets: [
      { name: 'a dog', category: 'dog', mask: rleOf(left) },
      { name: 'the café’s cup', category: 'cup', mask: rleOf(left) },
    ],
    faults: [],
  });
  expect(shown.picture?.subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));
  const without = await app.client.call('browse.show', { path, key: '7/0', images: null });
  expect(without.picture).toBeNull();
  expect(without.faults).toEqual(['Images left out: they are not in the folder: 7.png']);
});

test('a file that changed is read again, and a question that is gone is told', async () => {
  const app = await anApp();
  const path = await aMuseFile(app.folder);
  await app.client.call('browse.list', { path });
  await writeFile(
    path,
    JSON.stringify([{ file_name: 'x.png', ...size, questions: ['New?'], answers: [[]] }]),
  );
  expect((await app.client.call('browse.list', { path })).total).toBe(1);
  await expect(app.client.call('browse.show', { path, key: '3/1', images: null })).rejects.toMatchObject({
    code: 'bad-input',
  });
  const { faults } = await app.client.call('browse.show', { path, key: '0/0', images: null });
  expect(faults.length).toBeGreaterThan(0);
});

test.each<[string, string]>([
  ['no JSON', 'hello'],
  ['a project of COCO', '{"images": [], "annotations": []}'],
  ['an empty list', '[]'],
])('%s is refused with a sentence', async (_name, text) => {
  const app = await anApp();
  const path = join(app.folder, 'other.json');
  await writeFile(path, text);
  await expect(opened(app, path)).rejects.toMatchObject({ code: 'bad-file' });
});

test('a link among the pictures does not lead out of the folders that this door was opened for', async () => {
  const app = await anApp();
  const outside = join(app.folder, '..', `outside-${process.pid}.png`);
  await writeFile(outside, aPng(size, 3));
  const path = await aMuseFile(app.folder);
  await symlink(outside, join(app.folder, 'images', '5.png'));
  const walled = await anApp({ host: { roots: [app.folder], door: 'browser' } });
  const inside = await walled.client.call('browse.show', { path, key: '0/0', images: null });
  expect(inside.picture).not.toBeNull();
  await expect(walled.client.call('browse.show', { path, key: '5/0', images: null })).rejects.toMatchObject({
    code: 'forbidden-path',
  });
});
