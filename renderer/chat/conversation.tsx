import { useEffect, useRef } from 'react';
import { MessageSquare, SquarePen } from 'lucide-react';
import type { ImageId, TurnRecord } from '../../electron/common/document/records.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { AnswerEditor } from '../muse/answer-editor.tsx';
import { PanelHeader } from '../ui/panel-header.tsx';
import type { AnswerStream } from '../store/chat-state.ts';
import { turnsOf } from '../../electron/common/document/views.ts';
import { useStudio } from '../store/studio.ts';
import { isWhole } from '../store/whole-project.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Composer } from './composer.tsx';
import { QuestionText } from './question-text.tsx';
import { StreamingAnswer } from './streaming-answer.tsx';
import { Suggestions } from './suggestions.tsx';
import { Turn } from './turn.tsx';
import styles from './conversation.module.css';

/** The questions and answers about the image shown. */
export function Conversation() {
  const imageId = useStudio((state) => state.view.imageId);
  // The editor needs the room, and what it holds must not be taken for a question to the model.
  const isWriting = useStudio((state) => imageId !== null && state.chat.writing.has(imageId));
  if (imageId === null) {
    return (
      <>
        <PanelHeader title="Conversation" />
        <EmptyState
          icon={<MessageSquare size={24} aria-hidden />}
          title="Nothing to talk about yet"
          text="Add an image, then ask about it in plain words."
        />
      </>
    );
  }
  return (
    <>
      <PanelHeader title="Conversation">
        <ActionButton action="muse.write" icon={<SquarePen size={14} aria-hidden />} />
      </PanelHeader>
      <Turns key={imageId} imageId={imageId} />
      {!isWriting && <Composer imageId={imageId} />}
    </>
  );
}

function Turns({ imageId }: { readonly imageId: ImageId }) {
  const stream = useStudio((state) => state.chat.streams.get(imageId));
  const turns = useStudio((state) => turnsOf(state.document, imageId));
  const writing = useStudio((state) => state.chat.writing.get(imageId));
  const isReading = useStudio((state) => !isWhole(state));
  const shown = shownTurns(turns, stream);
  const scroll = useFollowedScroll(stream?.startedAt);
  return (
    <div
      ref={scroll}
      className={styles['scroll']}
      role="log"
      aria-label="Questions and answers"
      aria-busy={stream !== undefined}
      // A region that scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <div className={styles['content']}>
        {shown.map((turn, index) => (
          <Turn key={turn.id} turn={turn} isLast={index === shown.length - 1 && stream === undefined} />
        ))}
        {stream !== undefined && (
          <article className={styles['streaming']} aria-label={stream.question}>
            <QuestionText asked={stream} />
            <StreamingAnswer stream={stream} />
          </article>
        )}
        {writing !== undefined && writing.turnId === null && (
          <AnswerEditor imageId={imageId} writing={writing} />
        )}
        {shown.length === 0 && stream === undefined && writing === undefined && !isReading && (
          <div className={styles['empty']}>
            <p className={styles['emptyText']}>
              Ask what you want to find. The answer colours every thing it names, here and on the image.
            </p>
            <Suggestions imageId={imageId} />
          </div>
        )}
      </div>
    </div>
  );
}

/** Without the turn that is being answered: its stream stands for it, and for what it replaces. */
function shownTurns(turns: readonly TurnRecord[], stream: AnswerStream | undefined): readonly TurnRecord[] {
  if (stream === undefined) return turns;
  const replaced = turns.findIndex((turn) => turn.id === stream.replaceTurnId);
  const kept = replaced < 0 ? turns : turns.slice(0, replaced);
  return kept.filter((turn) => turn.id !== stream.turnId);
}

/**
 * Stays at the end while the person is at the end; scrolling up to read stops the following, asking starts it again.
 *
 * @param asked changes with each question
 */
function useFollowedScroll(asked: number | undefined) {
  const scroll = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = scroll.current;
    if (element === null || asked === undefined) return;
    isAtEnd.current = true;
    element.scrollTop = element.scrollHeight;
  }, [asked]);
  useEffect(() => {
    const element = scroll.current;
    const content = element?.firstElementChild ?? null;
    if (element === null || content === null) return undefined;
    let lastTop = element.scrollTop;
    const note = (): void => {
      const isNearEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 48;
      // Words that came since the last following also leave the end behind: only going up is the person's own.
      if (isNearEnd || element.scrollTop < lastTop) isAtEnd.current = isNearEnd;
      lastTop = element.scrollTop;
    };
    // Panes find their sizes after the first paint, and answers grow: both come through here.
    const follow = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', note, { passive: true });
    follow.observe(element);
    follow.observe(content);
    return () => {
      element.removeEventListener('scroll', note);
      follow.disconnect();
    };
  }, []);
  return scroll;
}
