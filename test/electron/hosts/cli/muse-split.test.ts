import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newWrittenTurn } from '../../../../electron/common/muse/written-turn.ts';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import { newTurnId } from '../../../../electron/common/document/new-ids.ts';
import type { Entity } from '../../../../electron/common/document/records.ts';
import { anApp } from '../../../helpers/an-app.ts';
import { withScenes } from '../../../helpers/annotated-project.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';

interface Muse {
  readonly file_name: string;
  readonly questions: string[];
  readonly answers: readonly { readonly rephrased_name: string }[][];
}

test('a division writes train and val, and the test as questions with few and with many targets', async () => {
  const app = await anApp();
  const imageIds = await withScenes(app, 10);
  const masks = await app.records('annotation');
  const added: Entity[] = [];
  for (const imageId of imageIds) {
    const own = masks.filter((mask) => mask.imageId === imageId).map(({ id }) => id);
    for (const count of [1, 3]) {
      const document = documentOfRecords([...(await app.records('image')), ...masks, ...added]);
      const change = newWrittenTurn(
        document,
        { turnId: newTurnId(), imageId, now: '2026-11-27T00:00:00.000Z' },
        {
          question: `Which ${count}?`,
          answer: `${own
            .slice(0, count)
            .map((_, at) => `Thing ${at} {seg}`)
            .join(', ')}.`,
          targets: own
            .slice(0, count)
            .map((annotationId, at) => ({ annotationId, description: `thing number ${at}` })),
        },
      );
      added.push(...change.added);
    }
  }
  await app.commit({ added, changed: [], removed: [] });
  const [project] = (await app.client.call('project.recent', {})).map(({ folder }) => folder);
  const out = join(app.folder, 'parts');
  const { code, out: said } = await runPixellm(
    ['muse', 'split', project ?? '', '--train', '6', '--val', '2', '--test', '2', '--out', out],
    {
      ...{ backend: app.backend, folder: app.folder },
    },
  );
  expect({ code, said }).toMatchObject({ code: 0 });
  const read = async (name: string): Promise<Muse[]> =>
    JSON.parse(await readFile(join(out, name), 'utf8')) as Muse[];
  const [train, val, less, many] = [
    await read('muse_train.json'),
    await read('muse_val.json'),
    await read('muse_test_less.json'),
    await read('muse_test_many.json'),
  ];
  expect([train, val, less, many].map((set) => set.length)).toEqual([6, 2, 2, 2]);
  expect(less.flatMap(({ answers }) => answers.map((targets) => targets.length))).toEqual([1, 1]);
  expect(many.flatMap(({ answers }) => answers.map((targets) => targets.length))).toEqual([3, 3]);
  expect(train[0]?.answers[0]?.[0]?.rephrased_name).toBe('thing number 0');
  // No image is in two splits.
  const names = [train, val, less].flatMap((set) => set.map((record) => record.file_name));
  expect(new Set(names).size).toBe(10);
});

test('a part that no question falls into is told and has no file', async () => {
  const app = await anApp();
  await withScenes(app, 2);
  const [project] = (await app.client.call('project.recent', {})).map(({ folder }) => folder);
  const { code, err } = await runPixellm(
    ['muse', 'split', project ?? '', '--out', join(app.folder, 'parts')],
    {
      ...{ backend: app.backend, folder: app.folder },
    },
  );
  expect(code).toBe(0);
  expect(err).toContain('muse_test_many.json is not written');
});
