import { expect, test } from 'vitest';
import type { ImageId } from '../../../electron/common/document/records.ts';
import { checkChangedImages, checkImages } from '../../../renderer/store/image-files.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow, delivered } from '../../helpers/a-window.ts';
import { anImage, anImageId } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const [cup, plate] = [anImage({ id: anImageId('cup') }), anImage({ id: anImageId('plate') })];
type State = 'present' | 'missing' | 'changed' | 'unread';

/** A window on two images; `states` is what their files are found to be. */
async function aWindowOn(states: Map<ImageId, State>, wait: () => Promise<void> = async () => undefined) {
  const asked: (readonly ImageId[] | undefined)[] = [];
  const studio = aScriptedStudio({
    entities: [cup, plate],
    handlers: () => ({
      'images.check': async ({ imageIds }) => {
        asked.push(imageIds);
        await wait();
        return (imageIds ?? [cup.id, plate.id]).map((imageId) => ({
          imageId,
          state: states.get(imageId) ?? 'present',
          path: '',
        }));
      },
    }),
  });
  await aWindow(studio);
  asked.length = 0;
  return asked;
}

const troubled = () => Object.fromEntries(useStudio.getState().troubledImages);
const changed = (before: typeof cup, after: typeof cup) =>
  checkChangedImages({ added: [], changed: [[before, after]], removed: [] });

test('only an image that means another file is looked at again, and the others keep what is known of them', async () => {
  const states = new Map<ImageId, State>([
    [cup.id, 'missing'],
    [plate.id, 'changed'],
  ]);
  const asked = await aWindowOn(states);
  await checkImages();
  expect(troubled()).toEqual({ cup: 'missing', plate: 'changed' });
  asked.length = 0;

  changed(cup, { ...cup, state: 'done' });
  await delivered();
  expect(asked).toEqual([]);

  states.delete(cup.id);
  changed(cup, { ...cup, source: { kind: 'linked', path: '/elsewhere/cup.png' } });
  await delivered();
  expect(asked).toEqual([[cup.id]]);
  expect(troubled()).toEqual({ plate: 'changed' });
});

test('what was found of the files of a project that is shown no more is not said of another', async () => {
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  await aWindowOn(new Map([[cup.id, 'missing']]), () => told);
  const checking = checkImages();
  useStudio.setState(({ document }) => ({ document: { ...document, project: null } }));
  tell();
  await checking;
  expect([troubled(), useStudio.getState().areFilesChecked]).toEqual([{}, false]);
});

test('files that have to be read are read afterwards, the shown image first, and until then nobody says that all is known', async () => {
  const many = Array.from({ length: 20 }, (_, at) => anImage({ id: anImageId(`many-${at}`), order: at }));
  const asked: (readonly ImageId[] | undefined)[] = [];
  const known = () => useStudio.getState().areFilesChecked;
  const studio = aScriptedStudio({
    entities: many,
    handlers: () => ({
      'images.check': async ({ imageIds, isQuick }) => {
        asked.push(imageIds);
        const ids = imageIds ?? many.map(({ id }) => id);
        return ids.map((imageId) => ({
          imageId,
          state: isQuick ? 'unread' : imageId === 'many-3' ? 'changed' : 'present',
          path: '',
        }));
      },
    }),
  });
  await aWindow(studio);
  await expect.poll(known).toBe(true);
  asked.length = 0;
  useStudio.setState(({ view }) => ({
    areFilesChecked: false,
    view: { ...view, imageId: anImageId('many-17') },
  }));
  await checkImages();
  expect(known()).toBe(false);
  await expect.poll(known).toBe(true);
  expect(asked[0]).toBeUndefined();
  expect(asked[1]?.slice(0, 2)).toEqual(['many-17', 'many-0']);
  expect(new Set(asked.slice(1).flat())).toEqual(new Set(many.map(({ id }) => id)));
  expect(asked.slice(1).flat()).toHaveLength(many.length);
  expect(troubled()).toEqual({ 'many-3': 'changed' });
});
