import { expect, test } from 'vitest';
import { looseTargets } from '../../../renderer/store/loose-targets.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { aCategory, anAnnotation, anAnnotationId, anImage, anImageId } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

test('an export asks about the targets it would write that have no class, and about no others', async () => {
  const [one, two] = [
    anImage({ id: anImageId('one'), order: 1 }),
    anImage({ id: anImageId('two'), order: 2 }),
  ];
  const cup = aCategory();
  const target = (id: string, fields: Partial<ReturnType<typeof anAnnotation>>) =>
    anAnnotation({ id: anAnnotationId(id), imageId: one.id, ...fields });
  await aWindow(
    aScriptedStudio({
      entities: [
        one,
        two,
        cup,
        target('classed', { categoryId: cup.id }),
        target('loose', { categoryId: null, review: 'accepted' }),
        target('waiting', { categoryId: null, review: 'proposed' }),
        target('rejected', { categoryId: null, review: 'rejected' }),
        target('elsewhere', { categoryId: null, review: 'accepted', imageId: two.id }),
      ],
    }),
  );
  const { document } = useStudio.getState();
  const asked = (...rest: [readonly ReturnType<typeof anImageId>[] | null, string | undefined]) =>
    looseTargets(document, ...rest).map(({ id }) => id);
  expect(asked(null, undefined)).toEqual(['loose', 'waiting', 'elsewhere']);
  expect(asked([one.id], 'not-rejected')).toEqual(['loose', 'waiting']);
  expect(asked([one.id], 'accepted')).toEqual(['loose']);
});
