import { expect, test } from 'vitest';
import { targetActions } from '../../../renderer/actions/target-actions.ts';
import { startReview } from '../../../renderer/store/review.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { select, showImage } from '../../../renderer/store/view.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anAnnotation, anAnnotationId, anImage } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

test('who reviews and has let go of the target comes back to it by the key that decides, and decides nothing unseen', async () => {
  const image = anImage();
  const cup = anAnnotation({ id: anAnnotationId('cup'), source: 'model', score: 0.4, review: 'proposed' });
  await aWindow(aScriptedStudio({ entities: [image, cup] }));
  showImage(image.id);
  const press = async (): Promise<boolean> => {
    const accept = targetActions.find(({ id }) => id === 'targets.accept');
    const state = useStudio.getState();
    if (accept === undefined || !accept.when(state)) return false;
    await accept.run({ state });
    return true;
  };
  const seen = () => {
    const { document, view } = useStudio.getState();
    return [view.selection, document.annotations.get(cup.id)?.review];
  };
  expect(await press()).toBe(false);
  startReview();
  select([]);
  expect([await press(), seen()]).toEqual([true, [['cup'], 'proposed']]);
  expect([await press(), seen()]).toEqual([true, [['cup'], 'accepted']]);
  select([]);
  expect(await press()).toBe(false);
});

test('a locked target that was to be deleted stays, and that is said', async () => {
  const image = anImage();
  const cup = anAnnotation({ id: anAnnotationId('cup'), name: 'cup', locked: true });
  const plate = anAnnotation({ id: anAnnotationId('plate'), name: 'plate' });
  await aWindow(aScriptedStudio({ entities: [image, cup, plate] }));
  showImage(image.id);
  select([cup.id, plate.id]);
  await targetActions.find(({ id }) => id === 'targets.delete')?.run({ state: useStudio.getState() });
  const { document, toasts } = useStudio.getState();
  expect([[...document.annotations.keys()], toasts.map(({ title }) => title)]).toEqual([
    ['cup'],
    ['“cup” is locked and stays'],
  ]);
});
