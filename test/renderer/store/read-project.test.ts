import { expect, test } from 'vitest';
import { emptyDiff } from '../../../electron/common/document/diff.ts';
import { recordsPart } from '../../helpers/records-part.ts';
import { AppError } from '../../../electron/common/errors.ts';
import type { AnnotationRecord } from '../../../electron/common/document/records.ts';
import { defineAction } from '../../../renderer/actions/registry.ts';
import { runAction } from '../../../renderer/actions/run-action.ts';
import { commit } from '../../../renderer/store/edit.ts';
import { closeProject, reloadProject } from '../../../renderer/store/project.ts';
import { windowId } from '../../../renderer/store/client.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow, delivered } from '../../helpers/a-window.ts';
import { anAnnotation, anAnnotationId, anImage } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const mask = (name: string) => anAnnotation({ id: anAnnotationId(name), name });
const names = () => [...useStudio.getState().document.annotations.keys()];

test('a large project is shown whole, with what was changed while its records travelled, whoever changed it', async () => {
  let isQuiet = true;
  const studio = aScriptedStudio({
    isLarge: true,
    entities: [anImage(), mask('a'), mask('b')],
    handlers: (scripted) => ({
      async *'project.records'() {
        const standing = [...scripted.entities()];
        for (const record of standing) {
          yield recordsPart(1, [JSON.stringify(record)]);
          if (isQuiet || record !== standing[0]) continue;
          scripted.change({ ...emptyDiff, removed: [mask('a')] }, { window: 'another' });
          scripted.change({ ...emptyDiff, added: [mask('mine')] }, { window: windowId });
        }
      },
    }),
  });
  await aWindow(studio);
  expect([names(), useStudio.getState().document.revision]).toEqual([['a', 'b'], 1]);

  isQuiet = false;
  await reloadProject();
  await expect.poll(names).toEqual(['b', 'mine']);
  expect(useStudio.getState().document.revision).toBe(3);
});

/** A large project of one image, whose second mask comes when the test lets it. */
async function aProjectThatComes(last: () => Promise<AnnotationRecord[]>) {
  let letCome = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    letCome = resolve;
  });
  const studio = aScriptedStudio({
    isLarge: true,
    view: { imageId: anImage().id, selection: ['b'], viewports: [], outlineOnly: false },
    entities: [anImage(), mask('a'), mask('b')],
    handlers: () => ({
      async *'project.records'() {
        yield recordsPart(
          1,
          [anImage(), mask('a')].map((record) => JSON.stringify(record)),
        );
        await gate;
        const rest = await last();
        yield recordsPart(
          1,
          rest.map((record) => JSON.stringify(record)),
        );
      },
    }),
  });
  const opened = aWindow(studio);
  await expect.poll(names).toEqual(['a']);
  return { studio, opened, letCome };
}
const comes = async () => [mask('b')];

test('a large project is shown while it comes, says how much is missing and selects what was selected once it is here', async () => {
  const { opened, letCome } = await aProjectThatComes(comes);
  const { document, view } = useStudio.getState();
  expect([document.images.size, document.toCome, view.selection]).toEqual([1, 1, []]);
  letCome();
  await opened;
  const now = useStudio.getState();
  expect([names(), now.document.toCome, now.view.selection]).toEqual([['a', 'b'], 0, ['b']]);
});

test('an edit made while a project comes is done when all of it is here, and told where it does not fit then', async () => {
  const { studio, opened, letCome } = await aProjectThatComes(comes);
  const drawn = commit('Draw', { ...emptyDiff, added: [mask('mine')] });
  // The image has more masks than this window knew.
  const removed = commit('Remove image', { ...emptyDiff, removed: [anImage(), mask('a')] });
  removed.catch(() => undefined);
  expect(names()).toEqual(['a']);
  letCome();
  await opened;
  await drawn;
  await expect(removed).rejects.toMatchObject({ code: 'conflict' });
  expect(names()).toEqual(['a', 'b', 'mine']);
  expect(studio.commits.map(({ label }) => label)).toEqual(['Draw']);
  expect(useStudio.getState().toasts.map(({ title }) => title)).toEqual(['“Remove image” was not done']);
});

test('what others change while a project comes is taken in once all of it is here', async () => {
  const { studio, opened, letCome } = await aProjectThatComes(comes);
  studio.change({ ...emptyDiff, removed: [mask('b')] }, { window: 'another' });
  await delivered();
  expect(names()).toEqual(['a']);
  letCome();
  await opened;
  await expect.poll(names).toEqual(['a']);
  expect(useStudio.getState().document.revision).toBe(2);
});

test('a project closed while it comes stays closed, and one whose rest is damaged is not shown by half', async () => {
  const closed = await aProjectThatComes(comes);
  await closeProject();
  closed.letCome();
  await closed.opened;
  expect([useStudio.getState().document.project, names()]).toEqual([null, []]);

  const damaged = await aProjectThatComes(async () => {
    throw new AppError('project-damaged', 'The annotation b is not as it was written.');
  });
  damaged.letCome();
  await expect(damaged.opened).rejects.toMatchObject({ code: 'project-damaged' });
  expect([useStudio.getState().document.project, names()]).toEqual([null, []]);
});

test('an action about what lies on images waits until all of it is here', async () => {
  const { opened, letCome } = await aProjectThatComes(comes);
  const counted: number[] = [];
  const action = (id: string, group: 'Targets' | 'View') =>
    defineAction({
      id,
      title: id,
      group,
      run: ({ state }) => void counted.push(state.document.annotations.size),
    });
  expect(runAction(action('view.look', 'View'))).toBe(true);
  expect(runAction(action('targets.count', 'Targets'))).toBe(true);
  await delivered();
  expect(counted).toEqual([1]);
  letCome();
  await opened;
  await expect.poll(() => counted).toEqual([1, 2]);
});
