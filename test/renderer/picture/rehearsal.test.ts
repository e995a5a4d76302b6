import { expect, test } from 'vitest';
import { rehearseStroke } from '../../../renderer/picture/rehearsal.ts';

test('every round of the rehearsal of a stroke runs through, and touches nothing of the app', () => {
  for (let round = 0; round < 6; round++) expect(rehearseStroke(round)).toBeUndefined();
});
