import type { AskEvent } from '../../electron/common/contract.ts';
import type {
  DrawnMask,
  ImageId,
  Reference,
  TargetId,
  TurnId,
} from '../../electron/common/document/records.ts';
import type { Draft } from './draft.ts';
import type { Writing } from './writing-state.ts';

export type Stage = Extract<AskEvent, { type: 'stage' }>['stage'];

/** A target of an answer that is still being made. The canvas draws those with a mask. */
export interface StreamTarget {
  readonly targetId: TargetId;
  readonly phrase: string;
  /** Offsets into the streamed text. */
  readonly phraseStart: number;
  readonly phraseEnd: number;
  readonly colour: string;
  readonly drawn: (DrawnMask & { readonly score: number }) | null;
}

/** One question on its way. It disappears when the finished records are in the document. */
export interface AnswerStream {
  readonly imageId: ImageId;
  readonly question: string;
  readonly references: readonly Reference[];
  readonly turnId: TurnId | null;
  readonly replaceTurnId: TurnId | null;
  readonly stage: Stage;
  /** Questions in front of this one. */
  readonly position: number;
  readonly startedAt: number;
  readonly stageStartedAt: number;
  readonly text: string;
  readonly targets: readonly StreamTarget[];
  readonly stop: () => void;
  readonly stopping: boolean;
}

export interface ChatState {
  /** At most one question per image is on its way. */
  readonly streams: ReadonlyMap<ImageId, AnswerStream>;
  /** What stands in the composer, per image. */
  readonly drafts: ReadonlyMap<ImageId, Draft>;
  /** A question that is asked when the answer on its way has ended, per image. */
  readonly waiting: ReadonlyMap<ImageId, Draft>;
  /** The turn whose question is being edited. */
  readonly editing: TurnId | null;
  /** A question with its answer that is being written by hand, per image. */
  readonly writing: ReadonlyMap<ImageId, Writing>;
}

export const initialChat: ChatState = {
  streams: new Map(),
  drafts: new Map(),
  waiting: new Map(),
  editing: null,
  writing: new Map(),
};

/** The stream after one event of `chat.ask`; `now` in milliseconds. */
export function advanced(stream: AnswerStream, event: AskEvent, now: number): AnswerStream {
  switch (event.type) {
    case 'turn':
      return { ...stream, turnId: event.turnId };
    case 'stage':
      return {
        ...stream,
        stage: event.stage,
        position: event.position,
        stageStartedAt: event.stage === stream.stage ? stream.stageStartedAt : now,
      };
    case 'text':
      return { ...stream, text: stream.text + event.delta };
    case 'target-start':
      return { ...stream, targets: [...stream.targets, { ...targetOf(event), drawn: null }] };
    case 'target':
      return {
        ...stream,
        targets: stream.targets.map((target) =>
          target.targetId === event.targetId
            ? {
                ...target,
                drawn: { mask: event.mask, bbox: event.bbox, area: event.area, score: event.score },
              }
            : target,
        ),
      };
    case 'done':
      return stream;
  }
}

function targetOf(event: Extract<AskEvent, { type: 'target-start' }>): Omit<StreamTarget, 'drawn'> {
  const { targetId, phrase, phraseStart, phraseEnd, colour } = event;
  return { targetId, phrase, phraseStart, phraseEnd, colour };
}
