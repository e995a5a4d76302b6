import { expect, test } from 'vitest';
import { checkChange } from '../../../../electron/backend/project/check-change.ts';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import type { AnnotationRecord, Entity } from '../../../../electron/common/document/records.ts';
import { withoutQuestions } from '../../../../electron/common/document/removal.ts';
import {
  aTarget,
  aTargetId,
  aTurn,
  aTurnId,
  anAnnotation,
  anAnnotationId,
  anImage,
} from '../../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';
import { applyDiff } from '../../../helpers/apply-diff.ts';
import { standingOf } from '../../../helpers/standing-of.ts';

const turn = aTurn();
const other = aTurn({ id: aTurnId('turn-2'), order: 2 });
const mask = (fields: Partial<AnnotationRecord> = {}) =>
  anAnnotation({ source: 'model', review: 'proposed', ...fields });

/** Ids of the records left after the first question went, which the store itself must find sound. */
function leftAfter(records: readonly Entity[]): readonly string[] {
  const diff = withoutQuestions(documentOfRecords(records), [turn]);
  const after = applyDiff(new Map(records.map((record) => [record.id, record])), diff);
  checkChange(standingOf(after), diff);
  return [...after.keys()];
}

test.each<[string, Partial<AnnotationRecord>, boolean]>([
  ['came from the model as it is', {}, false],
  ['was rejected', { review: 'rejected' }, false],
  ['came with a file and nobody looked at it', { source: 'import' }, false],
  ['was accepted', { review: 'accepted' }, true],
  ['was corrected', { edited: true }, true],
  ['was locked', { locked: true }, true],
  ['was written to', { comments: [{ text: 'check', at: '2026-11-22T12:00:00.000Z' }] }, true],
  ['was drawn by a person and then rejected', { source: 'person', review: 'rejected' }, true],
])('a mask that %s goes with its question or stays', (_what, fields, stays) => {
  const records = [anImage(), turn, mask(fields), aTarget({ annotationId: mask().id })];
  expect(leftAfter(records)).toEqual(stays ? ['image-1', 'annotation-1'] : ['image-1']);
});

test('a mask stays while a phrase of another answer means it', () => {
  const shared = aTarget({ id: aTargetId('target-2'), turnId: other.id, annotationId: mask().id });
  const records = [anImage(), turn, other, mask(), aTarget({ annotationId: mask().id }), shared];
  expect(leftAfter(records)).toEqual(['image-1', 'turn-2', 'annotation-1', 'target-2']);
});

test('a mask stays while another question refers to it', () => {
  const asking = aTurn({
    id: other.id,
    order: 2,
    question: 'And the cup?',
    references: [{ start: 4, end: 11, annotationId: mask().id, words: 'cup' }],
  });
  const records = [anImage(), turn, asking, mask(), aTarget({ annotationId: mask().id })];
  expect(leftAfter(records)).toEqual(['image-1', 'turn-2', 'annotation-1']);
});

test('whatever stands in the project, removing any questions of it is a change that the store takes', () => {
  const random = seededRandom(5);
  for (let round = 0; round < 200; round += 1) {
    const masks = Array.from({ length: 6 }, (_, index) =>
      mask({
        id: anAnnotationId(`mask-${index}`),
        edited: random() < 0.2,
        review: random() < 0.7 ? 'proposed' : 'accepted',
      }),
    );
    const turns = Array.from({ length: 4 }, (_, order) => aTurn({ id: aTurnId(`turn-${order}`), order }));
    const targets = Array.from({ length: 9 }, (_, index) =>
      aTarget({
        id: aTargetId(`target-${index}`),
        index,
        turnId: turns[randomInteger(random, 0, 4)]!.id,
        annotationId: random() < 0.2 ? null : masks[randomInteger(random, 0, 6)]!.id,
      }),
    );
    const records: readonly Entity[] = [anImage(), ...turns, ...masks, ...targets];
    const gone = turns.filter(() => random() < 0.5);
    const diff = withoutQuestions(documentOfRecords(records), gone);
    const after = applyDiff(new Map(records.map((record) => [record.id, record])), diff);
    expect(() => checkChange(standingOf(after), diff)).not.toThrow();
    expect(diff.removed.filter(({ kind }) => kind === 'turn')).toEqual(gone);
    const kept = masks.filter((one) => one.edited || one.review === 'accepted');
    expect(kept.every(({ id }) => after.has(id))).toBe(true);
  }
});
