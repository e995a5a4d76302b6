import { expect, test } from 'vitest';
import { askAbout } from '../../../renderer/actions/ask-about.ts';
import { draftOf, setDraft } from '../../../renderer/store/chat.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

test('asking about selected targets ends the question with them, in the order of the selection', async () => {
  const [first, second] = ['a', 'b'].map((id, order) => anAnnotation({ id: anAnnotationId(id), order }));
  await aWindow(aScriptedStudio({ entities: [anImage(), first!, second!] }));
  setDraft(anImageId('image-1'), { text: 'Which is larger:', references: [] });
  askAbout([second!, first!]);
  expect(draftOf(useStudio.getState().chat, anImageId('image-1'))).toEqual({
    text: 'Which is larger: red cup 2 red cup 1',
    references: [
      { start: 17, end: 26, annotationId: 'b', words: 'red cup' },
      { start: 27, end: 36, annotationId: 'a', words: 'red cup' },
    ],
  });
});
