import type {
  ImageId,
  Reference,
  TargetId,
  TurnId,
  TurnRecord,
} from '../../electron/common/document/records.ts';
import { backend } from './client.ts';
import { type AnswerStream, type ChatState, advanced } from './chat-state.ts';
import { type Draft, emptyDraft, trimmedDraft } from './draft.ts';
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
  try {
    const events = backend().stream(
      'chat.ask',
      { ...asked, references: [...references] },
      { signal: abort.signal },
    );
    for await (const event of events)
      updateStream(input.imageId, (stream) => advanced(stream, event, Date.now()));
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

function restoreDraft(imageId: ImageId, draft: Draft): void {
  if (draftOf(useStudio.getState().chat, imageId).text === '') setDraft(imageId, draft);
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
