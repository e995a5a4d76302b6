import { expect, test } from 'vitest';
import {
  applyToDocument,
  documentOfRecords,
} from '../../../../electron/common/document/apply-to-document.ts';
import { invertDiff } from '../../../../electron/common/document/diff.ts';
import type { Document } from '../../../../electron/common/document/document.ts';
import type { TurnId, TurnRecord } from '../../../../electron/common/document/records.ts';
import { targetsOf, turnsOf } from '../../../../electron/common/document/views.ts';
import { museItemOf } from '../../../../electron/common/muse/muse-item.ts';
import {
  acceptedDrafts,
  newWrittenTurn,
  rejectedDrafts,
  rewrittenTurn,
  type WrittenTurn,
} from '../../../../electron/common/muse/written-turn.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId, aTurnId } from '../../../helpers/records.ts';

const imageId = anImageId('i');
const [cup, mug] = ['cup', 'mug'].map((id) => anAnnotation({ id: anAnnotationId(id), imageId }));
const written: WrittenTurn = {
  question: 'What could one drink from?',
  answer: 'From the red cup {seg} or the mug {seg}.',
  targets: [
    { annotationId: anAnnotationId('cup'), description: 'the red cup on the left' },
    { annotationId: anAnnotationId('mug'), description: '' },
  ],
};

function withTurn(turnId: TurnId): { document: Document; turn: TurnRecord } {
  const empty = documentOfRecords([anImage({ id: imageId }), ...(cup && mug ? [cup, mug] : [])]);
  const place = { turnId, imageId, now: '2026-11-27T12:00:00.000Z' };
  const document = applyToDocument(empty, newWrittenTurn(empty, place, written));
  return { document, turn: turnsOf(document, imageId)[0] as TurnRecord };
}

test('a turn written by hand reads back as it was written, its phrases as parts of the answer', () => {
  const { document, turn } = withTurn(aTurnId('t'));
  expect(turn.answer?.map(({ text }) => text)).toEqual(['From ', 'the red cup', ' or ', 'the mug', '.']);
  const { question, answer, targets } = museItemOf(document, turn);
  expect({ question, answer }).toEqual({ question: written.question, answer: written.answer });
  expect(targets.map(({ description, instance }) => [description, instance])).toEqual([
    ['the red cup on the left', 'cup'],
    ['the mug', 'mug'],
  ]);
});

test('a rewritten turn keeps the records of what it goes on naming, in the new order, and one step takes it back', () => {
  const { document, turn } = withTurn(aTurnId('t'));
  const before = targetsOf(document, turn.id);
  const change = rewrittenTurn(
    document,
    turn,
    {
      question: 'What holds tea?',
      answer: 'The mug {seg}.',
      targets: [{ annotationId: anAnnotationId('mug'), description: 'the mug' }],
    },
    { isDraft: false },
  );
  const after = applyToDocument(document, change);
  expect(targetsOf(after, turn.id).map(({ id, index, phrase }) => [id, index, phrase])).toEqual([
    [before[1]?.id, 0, 'The mug'],
  ]);
  const back = applyToDocument(after, invertDiff(change));
  expect(targetsOf(back, turn.id)).toEqual(before);
  expect(turnsOf(back, imageId)).toEqual([turn]);
});

test('rewriting a turn as it stands changes nothing', () => {
  const { document, turn } = withTurn(aTurnId('t'));
  const targets = written.targets.map((target) => ({ ...target }));
  expect(rewrittenTurn(document, turn, { ...written, targets }, { isDraft: false })).toEqual({
    added: [],
    changed: [],
    removed: [],
  });
});

test('a draft is accepted as it stands, or goes with its targets while its masks stay', () => {
  const { document, turn } = withTurn(aTurnId('t'));
  const draft = { ...turn, draft: true };
  const drafted = applyToDocument(document, { added: [], changed: [[turn, draft]], removed: [] });
  expect(turnsOf(applyToDocument(drafted, acceptedDrafts([draft])), imageId)).toEqual([turn]);
  const rejected = applyToDocument(drafted, rejectedDrafts(drafted, [draft]));
  expect([rejected.turns.size, rejected.targets.size, rejected.annotations.size]).toEqual([0, 0, 2]);
});
