import type { AskEvent } from '../../common/contract.ts';
import { cutText } from '../../common/cut-text.ts';
import { isEmptyDiff } from '../../common/document/diff.ts';
import type { ImageId, ImageRecord, Reference, TurnId, TurnRecord } from '../../common/document/records.ts';
import { newTurnId } from '../../common/document/new-ids.ts';
import { annotationsOf, turnsOf } from '../../common/document/views.ts';
import { AppError, assertNever, isAbort, toWireError, type WireError } from '../../common/errors.ts';
import { newTurn } from '../../common/document/new-records.ts';
import { nextOrder } from '../../common/document/order.ts';
import { toldQuestion } from '../../common/document/references.ts';
import type { InferenceEvent } from '../../inference/messages.ts';
import type { Question, QuestionEvent } from '../../inference/inference-supervisor.ts';
import type { Samples } from '../app/samples.ts';
import type { Pictures } from '../images/pictures.ts';
import type { AnsweringModel, ModelService } from '../models/model-service.ts';
import type { OpenProject } from '../project/open-projects.ts';
import { answerChange } from './answer-diff.ts';
import { AnswerDraft } from './answer-draft.ts';
import { paletteColoursIn } from '../../common/palette.ts';
import { colourSamples } from '../images/colour-samples.ts';
import { askedImage } from './asked-image.ts';
import { historyFor } from './conversation.ts';
import { asTaught } from './as-taught.ts';
import { notesFor } from './notes.ts';
import { checkReferences } from './check-references.ts';

type Answered = Extract<InferenceEvent, { type: 'answered' }>;

export interface AskOptions {
  readonly project: OpenProject;
  readonly imageId: ImageId;
  readonly question: string;
  /** The words of the question that mean masks of the image. */
  readonly references: readonly Reference[];
  /** Ask again or edit: this turn and those after it are replaced once there is a new answer. */
  readonly replaceTurnId: TurnId | null;
  /** With `replaceTurnId`: the turns after it stay, since none of them follows on from it. Left out, they go with it. */
  readonly keepsLaterTurns?: boolean;
  /** At most so many earlier questions are told to the model; null (or left out) for as many as it was made for. */
  readonly historyTurns?: number | null;
  /** The id of the new turn, for those who must find it again; left out for a fresh one. */
  readonly turnId?: TurnId;
  readonly models: ModelService;
  readonly pictures: Pictures;
  readonly samples: Samples;
  readonly signal: AbortSignal;
}

/**
 * One question from its first word to its records. However it ends - answered, stopped, failed - the turn is in the project before `done`;
 * only a replacement that brought nothing leaves the old turns as they were.
 *
 * @throws AppError 'unknown-record' for an image or turn that is not there; 'bad-input' for references that do not fit the question or mean masks of
 *   another image; what failed, when nothing was recorded
 */
export async function* ask(options: AskOptions): AsyncGenerator<AskEvent, void> {
  const { store } = options.project;
  const image = store.find('image', options.imageId);
  if (options.replaceTurnId !== null) store.find('turn', options.replaceTurnId);
  checkReferences(store, image, options);
  const colours = (): string[] => annotationsOf(store.document, image.id).map(({ colour }) => colour);
  const attempt: Attempt = {
    turnId: options.turnId ?? newTurnId(),
    draft: new AnswerDraft(colours),
    image,
    answered: null,
    model: null,
    toldTurns: 0,
    isShortened: false,
    isSample: false,
  };
  let isRecorded = false;
  const record = (error: unknown): TurnRecord | null => {
    isRecorded = true;
    return recordTurn(options, attempt, error);
  };
  try {
    yield { type: 'turn', turnId: attempt.turnId };
    let turn: TurnRecord | null = null;
    let failure: unknown = null;
    try {
      for await (const event of answer(options, attempt)) {
        yield* toAskEvents(event, attempt);
        // Before the model is let go: the next question in line must find this answer in the conversation.
        if (attempt.answered) turn = record(null);
      }
    } catch (error) {
      // Not even recorded: a full disk, a project that is gone.
      if (isRecorded) throw error;
      failure = error;
    }
    if (!isRecorded) turn = record(failure);
    if (!turn && !isAbort(failure)) throw failure;
    yield { type: 'done', turnId: attempt.turnId, outcome: turn?.outcome ?? 'stopped' };
  } finally {
    // The window went away or broke off between two events: what it was shown is kept.
    if (!isRecorded) record(new DOMException('Stopped.', 'AbortError'));
  }
}

interface Attempt {
  readonly turnId: TurnId;
  readonly image: ImageRecord;
  readonly draft: AnswerDraft;
  answered: Answered | null;
  model: AnsweringModel | null;
  /** Earlier turns the model was told of. */
  toldTurns: number;
  /** True when not all of them fitted. */
  isShortened: boolean;
  isSample: boolean;
}

/** The conversation as it stands now; questions of other windows may have been answered since this one was asked. */
function turnsNow({ project, replaceTurnId, keepsLaterTurns = false }: AskOptions, { image }: Attempt) {
  const turns = turnsOf(project.store.document, image.id);
  const index = turns.findIndex(({ id }) => id === replaceTurnId);
  return index < 0
    ? { kept: turns, replaced: [] }
    : { kept: turns.slice(0, index), replaced: turns.slice(index, keepsLaterTurns ? index + 1 : undefined) };
}

async function* answer(options: AskOptions, attempt: Attempt): AsyncGenerator<QuestionEvent> {
  const { models, pictures, signal } = options;
  const { image } = attempt;
  const prepare = async (mostTurns: number | null): Promise<Question> => {
    attempt.isSample = (await options.samples.bySha256(image.sha256)) !== null;
    const asked = await askedImage(pictures, options.project.store, image);
    attempt.draft.pictureColours = paletteColoursIn(colourSamples({ ...asked, data: asked.rgb }));
    const model = await models.answering();
    attempt.model = model;
    const { kept } = turnsNow(options, attempt);
    const least = leastOf(mostTurns, leastOf(options.historyTurns ?? null, model.card?.historyTurns ?? null));
    const history = historyFor(kept, least, model.card);
    attempt.toldTurns = history.length;
    return {
      image: asked,
      history,
      question: asTaught(toldQuestion(options), model.card),
      maxNewTokens: model.card?.maxNewTokens ?? null,
    };
  };
  yield* askWithinContext(models, prepare, attempt, signal);
}

function leastOf(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

/** A conversation that has outgrown the model goes on: the model is told less of it, half as many turns each time, and the person is told. */
async function* askWithinContext(
  models: ModelService,
  prepare: (mostTurns: number | null) => Promise<Question>,
  attempt: Attempt,
  signal: AbortSignal,
): AsyncGenerator<QuestionEvent> {
  for (let mostTurns: number | null = null; ; ) {
    try {
      yield* models.ask(attempt.image.sha256, () => prepare(mostTurns), signal);
      return;
    } catch (error) {
      const isTooLong = error instanceof AppError && error.code === 'prompt-too-long';
      if (!isTooLong || attempt.toldTurns === 0 || !attempt.draft.isEmpty) throw error;
      mostTurns = Math.floor(attempt.toldTurns / 2);
      attempt.isShortened = true;
    }
  }
}

function* toAskEvents(event: QuestionEvent, attempt: Attempt): Generator<AskEvent> {
  switch (event.type) {
    case 'queued':
      yield { type: 'stage', stage: 'queued', position: event.position };
      return;
    case 'stage':
      yield { type: 'stage', stage: event.stage, position: 0 };
      return;
    case 'text':
      attempt.draft.say(event.delta);
      yield { type: 'text', delta: event.delta };
      return;
    case 'target-start':
      yield attempt.draft.startTarget(event.index);
      return;
    case 'target': {
      const shown = attempt.draft.draw(event);
      if (shown) yield shown;
      return;
    }
    case 'answered':
      attempt.answered = event;
      return;
    case 'progress':
      return;
    default:
      assertNever(event);
  }
}

/** @returns null when nothing is recorded: a replacement that brought nothing must not cost the old answer */
function recordTurn(options: AskOptions, attempt: Attempt, error: unknown): TurnRecord | null {
  const { draft, answered, model } = attempt;
  const { kept, replaced } = turnsNow(options, attempt);
  if (!answered && draft.isEmpty && replaced.length > 0) return null;
  const { store } = options.project;
  const now = new Date().toISOString();
  const told = toldQuestion(options);
  const about = { store, imageId: attempt.image.id, turnId: attempt.turnId, question: told, now };
  const records = draft.finish(about);
  const outcome = outcomeOf(answered, error);
  const shownError = outcome === 'failed' ? toWireError(error) : null;
  const turn = newTurn({
    id: attempt.turnId,
    imageId: attempt.image.id,
    order: replaced[0]?.order ?? nextOrder(kept),
    question: options.question,
    references: options.references,
    answer: answered || !draft.isEmpty ? records.parts : null,
    rawAnswer: answered?.rawAnswer ?? null,
    outcome,
    error: shownError && shorten(shownError),
    notes: answered
      ? notesFor({
          question: told,
          text: draft.text,
          card: model?.card ?? null,
          emptyPhrases: records.emptyPhrases,
          discarded: answered.discarded,
          hitLimit: answered.stopped !== 'end',
          toldTurns: attempt.isShortened ? attempt.toldTurns : null,
          isSamplePicture: attempt.isSample,
          unfamiliarity: answered.unfamiliarity,
        })
      : [],
    model: model && { name: model.name, precision: model.precision, provider: model.provider },
    stats: answered?.stats ?? null,
    createdAt: now,
  });
  const { diff, undo } = answerChange(store, turn, records, replaced);
  options.project.commit({
    diff,
    undo: isEmptyDiff(undo) ? null : undo,
    label: labelOf(options.question),
    extras: { logits: records.logits },
  });
  return turn;
}

function outcomeOf(answered: Answered | null, error: unknown): TurnRecord['outcome'] {
  if (answered) return answered.stopped === 'end' ? 'answered' : 'limit';
  return isAbort(error) ? 'stopped' : 'failed';
}

function shorten({ code, message }: WireError): { code: string; message: string } {
  return { code, message };
}

function labelOf(question: string): string {
  const words = question.replace(/\s+/gu, ' ').trim();
  return `Ask “${words.length > 60 ? `${cutText(words, 59)}…` : words}”`;
}
