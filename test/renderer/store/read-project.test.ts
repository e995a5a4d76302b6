import { expect, test } from 'vitest';
import { emptyDiff } from '../../../electron/common/document/diff.ts';
import { recordsPart } from '../../../electron/common/record-texts.ts';
import { reloadProject } from '../../../renderer/store/project.ts';
import { windowId } from '../../../renderer/store/client.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
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
