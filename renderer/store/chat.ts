import type {
  ImageId,
  Reference,
  TargetId,
  TurnId,
  TurnRecord,
} from '../../electron/common/document/records.ts';
import { backend } from './client.ts';
import { type AnswerStream, type ChatState, advanced } from './chat-state.ts';
import { type Draft, emptyDraft, joinedDrafts, trimmedDraft } from './draft.ts';
import { commit } from './edit.ts';
import { withoutQuestions } from '../../electron/common/document/removal.ts';
import { turnsOf } from '../../electron/common/document/views.ts';
import { useStudio } from './studio.ts';
import { isCancelled, showError } from './toasts.ts';

/**
 * Asks about an image and follows the answer while it is made. The finished records come as a change of the
 * project; a question that never got a record goes back into the composer, so that nothing typed is lost.
 *
 * @param replaceTurnId ask again or edited: this turn and what follows it are replaced
 */
export async function ask(input: {
  readonly imageId: ImageId;
  readonly question: string;
  readonly references?: readonly Reference[];
  readonly replaceTurnId?: TurnId;
}): Promise<void> {
  const { text: question, references } = trimmedDraft({
    text: input.question,
    references: input.references ?? [],
  });
  if (question === '' || useStudio.getState().chat.streams.has(input.imageId)) return;
  const replaceTurnId = input.replaceTurnId ?? null;
  const abort = new AbortController();
  const turnsBefore = turnsOf(useStudio.getState().document, input.imageId).length;
  const asked = { imageId: input.imageId, question, references, replaceTurnId };
  setStream(started(asked, () => abort.abort()));
  if (replaceTurnId === null) setDraft(input.imageId, emptyDraft);
  setEditing(null);
  let isAnswered = false;
  try {
    const events = backend().stream(
      'chat.ask',
      { ...asked, references: [...references] },
      { signal: abort.signal },
    );
    for await (const event of events)
      updateStream(input.imageId, (stream) => advanced(stream, event, Date.now()));
    isAnswered = true;
  } catch (thrown) {
    const turns = turnsOf(useStudio.getState().document, input.imageId);
    const isRecorded =
      turns.length > turnsBefore ||
      (replaceTurnId !== null && !turns.some((turn) => turn.id === replaceTurnId));
    // Stopped after it had begun: its record is on the way, with what was said so far.
    const turnId = useStudio.getState().chat.streams.get(input.imageId)?.turnId ?? null;
    const isOnItsWay = isCancelled(thrown) && turnId !== null;
    if (!isRecorded && !isOnItsWay && replaceTurnId === null)
      restoreDraft(input.imageId, { text: question, references });
    if (!isCancelled(thrown) && !isRecorded) showError('The question was not answered', thrown);
  } finally {
    endStream(input.imageId);
  }
  const next = takeWaiting(input.imageId);
  if (next === null) return;
  // After an answer that failed or was stopped the person may want to ask something else.
  if (isAnswered) await ask({ imageId: input.imageId, question: next.text, references: next.references });
  else restoreDraft(input.imageId, next, 'behind');
}

/** Asks what stands in the composer when the answer on its way has ended; at once where there is none. */
export async function askNext(imageId: ImageId, draft: Draft): Promise<void> {
  const { chat } = useStudio.getState();
  if (!chat.streams.has(imageId)) {
    await ask({ imageId, question: draft.text, references: draft.references });
    return;
  }
  const waiting = trimmedDraft(draft);
  if (waiting.text === '' || chat.waiting.has(imageId)) return;
  setChat((before) => ({ waiting: new Map(before.waiting).set(imageId, waiting) }));
  setDraft(imageId, emptyDraft);
}

/** The waiting question back into the composer, to be changed or dropped. */
export function takeBackWaiting(imageId: ImageId): void {
  const waiting = takeWaiting(imageId);
  if (waiting !== null) restoreDraft(imageId, waiting, 'behind');
}

function takeWaiting(imageId: ImageId): Draft | null {
  const { waiting } = useStudio.getState().chat;
  const draft = waiting.get(imageId) ?? null;
  if (draft !== null) setChat(() => ({ waiting: new Map([...waiting].filter(([id]) => id !== imageId)) }));
  return draft;
}

/** Stops the answer; what it said so far is kept as a stopped turn. */
export function stopAnswer(imageId: ImageId): void {
  const stream = useStudio.getState().chat.streams.get(imageId);
  if (stream === undefined) return;
  updateStream(imageId, (current) => ({ ...current, stopping: true }));
  stream.stop();
}

export function askAgain(turn: TurnRecord): Promise<void> {
  const { imageId, question, references } = turn;
  return ask({ imageId, question, references, replaceTurnId: turn.id });
}

/** Removes a question with its answer, and the masks that go with it (document/removal.ts). */
export async function deleteTurn(turn: TurnRecord): Promise<void> {
  await commit('Delete question', withoutQuestions(useStudio.getState().document, [turn]));
}

export function suggestions(imageId: ImageId): Promise<readonly string[]> {
  return backend().call('chat.suggest', { imageId });
}

export function draftOf({ drafts }: ChatState, imageId: ImageId): Draft {
  return drafts.get(imageId) ?? emptyDraft;
}

export function setDraft(imageId: ImageId, draft: Draft): void {
  setChat((chat) => ({ drafts: new Map(chat.drafts).set(imageId, draft) }));
}

export function setEditing(turnId: TurnId | null): void {
  setChat(() => ({ editing: turnId }));
}

/** Back into the composer, before or behind what was typed there meanwhile: nothing typed is lost. */
function restoreDraft(imageId: ImageId, draft: Draft, place: 'before' | 'behind' = 'before'): void {
  const standing = draftOf(useStudio.getState().chat, imageId);
  setDraft(imageId, place === 'before' ? joinedDrafts(draft, standing) : joinedDrafts(standing, draft));
}

function started(
  question: Pick<AnswerStream, 'imageId' | 'question' | 'references' | 'replaceTurnId'>,
  stop: () => void,
): AnswerStream {
  const now = Date.now();
  return {
    ...question,
    turnId: null,
    stage: 'queued',
    position: 0,
    startedAt: now,
    stageStartedAt: now,
    text: '',
    targets: [],
    stop,
    stopping: false,
  };
}

function setStream(stream: AnswerStream): void {
  setChat((chat) => ({ streams: new Map(chat.streams).set(stream.imageId, stream) }));
}

function updateStream(imageId: ImageId, change: (stream: AnswerStream) => AnswerStream): void {
  const stream = useStudio.getState().chat.streams.get(imageId);
  if (stream !== undefined) setStream(change(stream));
}

function endStream(imageId: ImageId): void {
  setChat((chat) => {
    const streams = new Map(chat.streams);
    streams.delete(imageId);
    return { streams };
  });
}

function setChat(change: (chat: ChatState) => Partial<ChatState>): void {
  useStudio.setState(({ chat }) => ({ chat: { ...chat, ...change(chat) } }));
}

/** Draws a target of an answer again after its mask was deleted. */
export async function restoreTarget(targetId: TargetId): Promise<void> {
  await backend().call('chat.restoreTarget', { targetId });
}
