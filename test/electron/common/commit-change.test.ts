import { expect, test } from 'vitest';
import { StagedChanges } from '../../../electron/backend/project/staged-changes.ts';
import { commitChange } from '../../../electron/common/commit-change.ts';
import { emptyDiff } from '../../../electron/common/document/diff.ts';
import { anApp } from '../../helpers/an-app.ts';
import { aCategory, aCategoryId } from '../../helpers/records.ts';

const classes = (count: number) =>
  Array.from({ length: count }, (_, at) => aCategory({ id: aCategoryId(`c${at}`), name: `class ${at}` }));
const change = { label: 'Many', window: 'w', baseRevision: 0 };

test('a change of ten thousand records goes to the door in parts, is committed as one, and others are answered between the parts', async () => {
  const app = await anApp();
  const second = app.openWindow();
  const calls: string[] = [];
  const client: Pick<typeof app.client, 'call'> = {
    async call(name, input, options) {
      const answer = await app.client.call(name, input, options);
      calls.push(name);
      await second.client.call('app.info', {});
      calls.push('another');
      return answer;
    },
  };
  const added = classes(10_000);
  const { revision } = await commitChange(client, { ...change, diff: { ...emptyDiff, added } });
  const parts = Array.from({ length: 20 }, () => ['project.stage', 'another']).flat();
  expect(calls).toEqual([...parts, 'project.commit', 'another']);
  expect([revision, await app.records('category')]).toEqual([40, added]);
});

test('a large change that does not fit leaves nothing, and neither does one whose parts were never handed in', async () => {
  const app = await anApp();
  await app.commit({ ...emptyDiff, added: classes(1) });
  const late = { ...emptyDiff, added: classes(1_200).toReversed() };
  await expect(commitChange(app.client, { ...change, diff: late })).rejects.toMatchObject({
    code: 'conflict',
  });
  const unknown = { ...change, diff: emptyDiff, staged: 'never' };
  await expect(app.client.call('project.commit', unknown)).rejects.toMatchObject({ code: 'bad-input' });
  expect(await app.records('category')).toEqual(classes(1));
});

test('parts belong to their connection and their change: another name gives the first up, a closed window forgets them', () => {
  const staged = new StagedChanges();
  const diff = { ...emptyDiff, added: classes(1) };
  staged.add('a', 'first', diff);
  staged.add('a', 'first', diff);
  expect(() => staged.take('b', 'first')).toThrow(expect.objectContaining({ code: 'bad-input' }));
  expect([...staged.take('a', 'first').added]).toHaveLength(2);
  staged.add('a', 'first', diff);
  staged.add('a', 'second', diff);
  expect(() => staged.take('a', 'first')).toThrow();
  expect([...staged.take('a', 'second').added]).toHaveLength(1);
  staged.add('a', 'third', diff);
  staged.release('a');
  expect(() => staged.take('a', 'third')).toThrow();
});
