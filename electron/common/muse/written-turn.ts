import type { Document } from '../document/document.ts';
import { newTargetId } from '../document/new-ids.ts';
import { newTarget, newTurn } from '../document/new-records.ts';
import { areReferencesInPlace } from '../document/references.ts';
import { isSameRecord } from '../document/diff.ts';
import type {
  AnnotationId,
  Diff,
  ImageId,
  TargetId,
  TargetRecord,
  TurnId,
  TurnRecord,
} from '../document/records.ts';
import { targetsOf, turnsOf } from '../document/views.ts';
import { answerRecords, withoutMarks } from './marked-answer.ts';

/** A question with its answer as a person or a model writes it. */
export interface WrittenTurn {
  readonly question: string;
  /** With {seg} after the words that name each target. */
  readonly answer: string;
  /** In the order of the {seg}. */
  readonly targets: readonly WrittenTarget[];
}

export interface WrittenTarget {
  readonly annotationId: AnnotationId;
  /** What tells it from others; empty where nobody wrote one. */
  readonly description: string;
}

/** The records of a written answer: its parts, and a target for each {seg} that has one. */
export function writtenAnswer(
  turnId: TurnId,
  { answer, targets: written }: Pick<WrittenTurn, 'answer' | 'targets'>,
  idOf: (target: WrittenTarget, index: number) => TargetId,
): { readonly parts: TurnRecord['answer']; readonly targets: readonly TargetRecord[] } {
  return answerRecords(withoutMarks(answer), written, (target, index, phrase) =>
    newTarget({
      id: idOf(target, index),
      ...{ turnId, index, phrase },
      description: target.description.trim() === '' ? null : target.description.trim(),
      annotationId: target.annotationId,
    }),
  );
}

/** A turn that a person wrote, at the end of the image's conversation. */
export function newWrittenTurn(
  document: Document,
  place: { readonly turnId: TurnId; readonly imageId: ImageId; readonly now: string },
  written: WrittenTurn,
): Diff {
  const { turnId, imageId } = place;
  const last = turnsOf(document, imageId).at(-1);
  const { parts, targets } = writtenAnswer(turnId, written, newTargetId);
  const turn = newTurn({
    id: turnId,
    imageId,
    order: (last?.order ?? -1) + 1,
    question: written.question.trim(),
    answer: parts,
    outcome: 'answered',
    createdAt: place.now,
  });
  return { added: [turn, ...targets], changed: [], removed: [] };
}

/**
 * A turn rewritten by hand. A target that goes on meaning the same mask keeps its record. What the model said in its own tokens is forgotten: it is no longer what
 * stands there.
 *
 * @param isDraft whether it goes on waiting to be accepted
 */
export function rewrittenTurn(
  document: Document,
  turn: TurnRecord,
  written: WrittenTurn,
  { isDraft }: { readonly isDraft: boolean },
): Diff {
  const before = targetsOf(document, turn.id);
  const free = [...before];
  const { parts, targets } = writtenAnswer(turn.id, written, ({ annotationId }) => {
    const at = free.findIndex((target) => target.annotationId === annotationId);
    return at < 0 ? newTargetId() : (free.splice(at, 1)[0] as TargetRecord).id;
  });
  const question = written.question.trim();
  const references = referencesKept(turn, question);
  const after: TurnRecord = {
    ...{ ...turn, question, references, answer: parts, rawAnswer: null, draft: isDraft },
    outcome: 'answered',
    error: null,
  };
  const known = new Map(before.map((target) => [target.id, target]));
  const changed = targets.flatMap((target): [TargetRecord, TargetRecord][] => {
    const stood = known.get(target.id);
    const next = stood === undefined ? target : { ...target, empty: stood.empty };
    return stood === undefined || isSameRecord(stood, next) ? [] : [[stood, next]];
  });
  return {
    added: targets.filter(({ id }) => !known.has(id)),
    changed: [...(isSameRecord(turn, after) ? [] : [[turn, after] as const]), ...changed],
    removed: free,
  };
}

/** Those whose words stand where they stood. */
function referencesKept(turn: TurnRecord, question: string): TurnRecord['references'] {
  const references = turn.references.filter(
    ({ start, end }) => turn.question.slice(start, end) === question.slice(start, end),
  );
  return areReferencesInPlace({ question, references }) ? references : [];
}

/** Drafts become questions of the data set. */
export function acceptedDrafts(turns: readonly TurnRecord[]): Diff {
  const changed = turns.flatMap((turn): [TurnRecord, TurnRecord][] =>
    turn.draft ? [[turn, { ...turn, draft: false }]] : [],
  );
  return { added: [], changed, removed: [] };
}

/** Drafts go, with what they name; the masks were there before them and stay. */
export function rejectedDrafts(document: Document, turns: readonly TurnRecord[]): Diff {
  const drafts = turns.filter(({ draft }) => draft);
  return {
    added: [],
    changed: [],
    removed: [...drafts.flatMap(({ id }) => targetsOf(document, id)), ...drafts],
  };
}
