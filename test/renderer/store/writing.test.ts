import { expect, test } from 'vitest';
import { newWrittenTurn } from '../../../electron/common/muse/written-turn.ts';
import { documentOfRecords } from '../../../electron/common/document/apply-to-document.ts';
import { turnsOf } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { undo } from '../../../renderer/store/edit.ts';
import { showImage } from '../../../renderer/store/view.ts';
import {
  acceptDrafts,
  draftsOf,
  lastDraft,
  rejectDrafts,
  saveWriting,
  setWriting,
  startWriting,
} from '../../../renderer/store/writing.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId, aTurnId } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const [imageId, otherId] = [anImageId('i'), anImageId('j')];

/** An image with a cup, and a draft that names it. */
async function aDraft() {
  const cup = anAnnotation({ id: anAnnotationId('cup'), imageId });
  const records = [anImage({ id: imageId }), anImage({ id: otherId, name: 'other.png' }), cup];
  const written = newWrittenTurn(
    documentOfRecords(records),
    { turnId: aTurnId('t'), imageId, now: '2026-11-27T12:00:00.000Z' },
    {
      question: 'What holds tea?',
      answer: 'The cup {seg}.',
      targets: [{ annotationId: cup.id, description: 'the blue cup' }],
    },
  );
  const added = written.added.map((record) => (record.kind === 'turn' ? { ...record, draft: true } : record));
  const studio = aScriptedStudio({ entities: [...records, ...added] });
  await aWindow(studio);
  showImage(imageId);
  return studio;
}

const turns = () => turnsOf(useStudio.getState().document, imageId);

test('a draft is edited as text with {seg}, and what is written survives another image until it is saved', async () => {
  const studio = await aDraft();
  startWriting(imageId, lastDraft(useStudio.getState()));
  const writing = useStudio.getState().chat.writing.get(imageId);
  expect(writing?.text).toEqual({
    question: 'What holds tea?',
    answer: 'The cup {seg}.',
    targets: [{ annotationId: 'cup', description: 'the blue cup' }],
  });
  if (writing === undefined) throw new Error('Broken assumption: something is being written');
  setWriting(imageId, { ...writing, text: { ...writing.text, question: 'What holds coffee?' } });
  showImage(otherId);
  showImage(imageId);
  await saveWriting(imageId, { isDraft: false });
  expect(useStudio.getState().chat.writing.size).toBe(0);
  expect(turns().map(({ question, draft }) => [question, draft])).toEqual([['What holds coffee?', false]]);
  expect(studio.commits.map(({ label }) => label)).toEqual(['Edit a question']);
});

test('what was written of a turn that went meanwhile becomes a new turn', async () => {
  await aDraft();
  startWriting(imageId, lastDraft(useStudio.getState()));
  useStudio.setState(({ document }) => ({ document: { ...document, turns: new Map() } }));
  const { chat } = useStudio.getState();
  const [turn] = [...chat.writing.values()];
  expect(turn?.turnId).toBe('t');
  // The turn went meanwhile: the words become a new one rather than being lost.
  await saveWriting(imageId, { isDraft: false });
  expect(turns().map(({ question }) => question)).toEqual(['What holds tea?']);
});

test('drafts are accepted or rejected in one step that can be undone', async () => {
  const studio = await aDraft();
  await acceptDrafts(draftsOf(useStudio.getState().document.turns));
  expect(turns().map(({ draft }) => draft)).toEqual([false]);
  await undo();
  expect(turns().map(({ draft }) => draft)).toEqual([true]);
  await rejectDrafts(turns());
  expect([turns().length, useStudio.getState().document.annotations.size]).toEqual([0, 1]);
  expect(studio.commits.map(({ label }) => label)).toEqual([
    'Accept a draft',
    'Undo Accept a draft',
    'Reject a draft',
  ]);
});
