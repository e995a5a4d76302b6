import type { Diff, ImageId, TurnId, TurnRecord } from '../../electron/common/document/records.ts';
import { newTurnId } from '../../electron/common/document/new-ids.ts';
import { targetsOf, turnsOf } from '../../electron/common/document/views.ts';
import { markedAnswer } from '../../electron/common/muse/marked-answer.ts';
import {
  acceptedDrafts,
  newWrittenTurn,
  rejectedDrafts,
  rewrittenTurn,
  type WrittenTurn,
} from '../../electron/common/muse/written-turn.ts';
import { commit } from './edit.ts';
import { type Studio, useStudio } from './studio.ts';
import type { Writing } from './writing-state.ts';

/** Begins with what stands in the turn, or with nothing. One turn of an image at a time. */
export function startWriting(imageId: ImageId, turn: TurnRecord | null): void {
  setWriting(imageId, { turnId: turn?.id ?? null, text: turn === null ? nothing : writtenOf(turn) });
}

const nothing: WrittenTurn = { question: '', answer: '', targets: [] };

function writtenOf(turn: TurnRecord): WrittenTurn {
  const { answer, targets } = markedAnswer(turn, targetsOf(useStudio.getState().document, turn.id));
  return {
    question: turn.question,
    answer,
    targets: targets.flatMap(({ annotationId, description }) =>
      annotationId === null ? [] : [{ annotationId, description: description ?? '' }],
    ),
  };
}

export function setWriting(imageId: ImageId, writing: Writing | null): void {
  useStudio.setState(({ chat }) => {
    const all = new Map(chat.writing);
    if (writing === null) all.delete(imageId);
    else all.set(imageId, writing);
    return { chat: { ...chat, writing: all } };
  });
}

/** One undo step. What was written stays open when it cannot be saved. */
export async function saveWriting(
  imageId: ImageId,
  { isDraft }: { readonly isDraft: boolean },
): Promise<void> {
  const { chat, document } = useStudio.getState();
  const writing = chat.writing.get(imageId);
  if (writing === undefined) return;
  const turn = writing.turnId === null ? undefined : document.turns.get(writing.turnId);
  const place = { turnId: newTurnId(), imageId, now: new Date().toISOString() };
  const diff =
    turn === undefined
      ? newWrittenTurn(document, place, writing.text)
      : rewrittenTurn(document, turn, writing.text, { isDraft });
  await commit(turn === undefined ? 'Write a question' : 'Edit a question', diff);
  setWriting(imageId, null);
}

/** All drafts of the project, by image. */
export function draftsOf(turns: ReadonlyMap<TurnId, TurnRecord>): readonly TurnRecord[] {
  return [...turns.values()].filter(({ draft }) => draft);
}

export function acceptDrafts(turns: readonly TurnRecord[]): Promise<void> {
  return commitDrafts('Accept', turns, acceptedDrafts(turns));
}

export function rejectDrafts(turns: readonly TurnRecord[]): Promise<void> {
  return commitDrafts('Reject', turns, rejectedDrafts(useStudio.getState().document, turns));
}

function commitDrafts(verb: string, turns: readonly TurnRecord[], diff: Diff): Promise<void> {
  return commit(`${verb} ${turns.length === 1 ? 'a draft' : `${turns.length} drafts`}`, diff);
}

/** The newest draft of the image shown. */
export function lastDraft({ document, view }: Pick<Studio, 'document' | 'view'>): TurnRecord | null {
  return turnsOf(document, view.imageId).findLast(({ draft }) => draft) ?? null;
}
