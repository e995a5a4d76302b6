import { expect, test } from 'vitest';
import { changedTargets } from '../../../electron/common/document/target-edits.ts';
import { commit, undo } from '../../../renderer/store/edit.ts';
import {
  imageMeant,
  imagesMeant,
  listedImages,
  neighbourImage,
  pickedOrShown,
  searchedImages,
  searchOf,
  setImageList,
} from '../../../renderer/store/image-list.ts';
import { goOnReviewing, startReview } from '../../../renderer/store/review.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { showImage } from '../../../renderer/store/view.ts';
import { reviewed } from '../../../electron/common/document/review.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const image = (id: string, order: number) => anImage({ id: anImageId(id), name: `${id}.png`, order });
const [one, two, three] = [image('one', 1), image('two', 2), image('three', 3)];
const proposal = (id: string, on: ReturnType<typeof image>, score: number) =>
  anAnnotation({ id: anAnnotationId(id), imageId: on.id, source: 'model', score });
const masks = [proposal('a', one, 0.9), proposal('b', one, 0.3), proposal('c', three, 0.5)];
const listed = () => listedImages(useStudio.getState()).map(({ id }) => id);
const looksAt = () => {
  const { imageId, selection } = useStudio.getState().view;
  return [imageId, selection];
};
const decide = async () => {
  const { document, view } = useStudio.getState();
  await commit('Accept', reviewed(document, view.selection, 'accepted'));
  return goOnReviewing(view.selection);
};

test('“listed” means what the search leaves over, also where that is nothing; without a search there is no such scope', async () => {
  await aWindow(aScriptedStudio({ entities: [one, two, three, ...masks] }));
  const meant = (scope: Parameters<typeof imagesMeant>[0]) =>
    imagesMeant(scope, { shown: two.id, listed: searchedImages(useStudio.getState()) });
  expect([meant('listed'), meant('image'), meant('project'), meant(undefined)]).toEqual([
    null,
    [two.id],
    null,
    null,
  ]);
  for (const [search, ids] of [
    ['has:target', [one.id, three.id]],
    ['name:nothing', []],
  ] as const) {
    setImageList({ search });
    expect(meant('listed')).toEqual(ids);
    // What the search leaves over is meant by nothing else.
    expect([meant('image'), meant('project')]).toEqual([[two.id], null]);
  }
});

test('the list holds what the search means, sorted, and next and previous go by it', async () => {
  await aWindow(aScriptedStudio({ entities: [one, two, three, ...masks] }));
  expect(listed()).toEqual(['one', 'two', 'three']);
  setImageList({ search: 'has:target', sort: 'name' });
  expect(listed()).toEqual(['one', 'three']);
  showImage(one.id);
  expect(neighbourImage(useStudio.getState(), 1)?.id).toBe('three');
  showImage(two.id);
  expect(neighbourImage(useStudio.getState(), 1)?.id).toBe('one');
  setImageList({ search: 'foo:bar' });
  expect([searchOf(useStudio.getState().imageList).problems.length, listed().length]).toEqual([1, 3]);
});

test('the list stays the same list while nothing it depends on changes', async () => {
  await aWindow(aScriptedStudio({ entities: [one, two, three, ...masks] }));
  const before = listedImages(useStudio.getState());
  await commit(
    'Rename',
    changedTargets(useStudio.getState().document, [masks[0]!.id], () => ({ name: 'x' })),
  );
  expect(listedImages(useStudio.getState())).toBe(before);
  setImageList({ search: 'x' });
  expect(listed()).toEqual(['one']);
});

test('what is done to many is done to the picked images that exist, else to the one shown', async () => {
  await aWindow(aScriptedStudio({ entities: [one, two] }));
  expect(pickedOrShown(useStudio.getState())).toEqual(['one']);
  setImageList({ picked: new Set([two.id, anImageId('gone')]) });
  expect(pickedOrShown(useStudio.getState())).toEqual(['two']);
});

test('a review goes from the least sure target on, and to the next image by itself, until nothing waits', async () => {
  await aWindow(aScriptedStudio({ entities: [one, two, three, ...masks] }));
  showImage(two.id);
  startReview();
  expect(looksAt()).toEqual(['three', ['c']]);
  expect([await decide(), looksAt()]).toEqual([true, ['one', ['b']]]);
  expect([await decide(), looksAt()]).toEqual([true, ['one', ['a']]]);
  expect(await decide()).toBe(false);
});

test('who reviews finds what to decide first selected wherever they go, and a decision taken back is decided again', async () => {
  await aWindow(aScriptedStudio({ entities: [one, two, three, ...masks] }));
  showImage(two.id);
  showImage(one.id);
  expect(looksAt()).toEqual(['one', []]);
  startReview();
  showImage(three.id);
  expect(looksAt()).toEqual(['three', ['c']]);
  showImage(two.id);
  expect(looksAt()).toEqual(['two', []]);
  showImage(one.id);
  await decide();
  expect(looksAt()).toEqual(['one', ['a']]);
  await undo();
  expect(looksAt()).toEqual(['one', ['b']]);
  await decide();
  await decide();
  expect(looksAt()).toEqual(['three', ['c']]);
  // It lies on another image: gone to first.
  await undo();
  expect(looksAt()).toEqual(['one', []]);
  await undo();
  expect(looksAt()).toEqual(['one', ['a']]);
});

test('an image is meant by its number in the list, else by a part of its name', () => {
  const images = [image('one', 1), image('shelf-7', 2), image('three', 3)];
  expect(imageMeant(images, ' 3 ')?.id).toBe('three');
  expect(imageMeant(images, 'THR')?.id).toBe('three');
  // There are not seven: then it is a part of a name.
  expect(imageMeant(images, '7')?.id).toBe('shelf-7');
  expect([imageMeant(images, '0'), imageMeant(images, ''), imageMeant(images, 'nine')]).toEqual([
    null,
    null,
    null,
  ]);
});
