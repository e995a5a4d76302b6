import { ModelError } from '../../../native-models/errors.ts';
import type { Engine, TargetEvent } from '../../../native-models/runtime/engine.ts';
import { forEachLogitRow } from '../../../native-models/runtime/upscale-mask.ts';
import type { ModelCard } from '../models/model-card.ts';
import type { AnswerQuestion, AskingStyle } from './asking.ts';
import { repositoryQuestion } from './pixellm-compat.ts';
import type { PredictedMask } from './predicted-mask.ts';
import type { Answer } from './question-score.ts';

/**
 * Answers with a loaded model, masks as logits at the image's size: what the reference's matching looks at. What the model's card says it was made
 * for - how many earlier turns, how long an answer - holds here as it does in a conversation.
 */
export function answersOf(
  engine: Engine,
  { card, style }: { readonly card: ModelCard | null; readonly style: AskingStyle },
): AnswerQuestion {
  const codebookRun = codebookText(engine);
  return async ({ image, question, history }, signal) => {
    const isRepository = style === 'repository';
    const told = isRepository
      ? []
      : history.slice(Math.max(0, history.length - (card?.historyTurns ?? history.length)));
    const request = {
      image: { key: image.key, width: image.width, height: image.height, rgb: image.data },
      question: isRepository ? repositoryQuestion(question) : question,
      maxNewTokens: isRepository ? null : (card?.maxNewTokens ?? null),
      maskPolicy: isRepository ? ('reference' as const) : ('full-groups' as const),
    };
    const turns = told.map((turn) => ({ ...turn, answer: turn.answer.replaceAll('{seg}', codebookRun) }));
    // A conversation that has outgrown the model goes on with less of it, as in chat/ask.ts.
    for (let most = turns.length; ; most = Math.floor(most / 2)) {
      try {
        const asked = { ...request, history: turns.slice(turns.length - most) };
        return await listen(engine, asked, codebookRun, signal);
      } catch (error) {
        if (most === 0 || !(error instanceof ModelError) || error.code !== 'prompt-too-long') throw error;
      }
    }
  };
}

async function listen(
  engine: Engine,
  request: Parameters<Engine['ask']>[0],
  codebookRun: string,
  signal: AbortSignal,
): Promise<Answer> {
  let text = '';
  const masks: PredictedMask[] = [];
  for await (const event of engine.ask(request, signal)) {
    if (event.type === 'text') text += event.delta;
    else if (event.type === 'target-start') text += '{seg}';
    else if (event.type === 'target')
      masks.push({ kind: 'logits', logits: logitsAtImageSize(event), score: event.score });
    // The reference draws when the answer is over; its own words say where the targets are.
    else if (event.type === 'done' && request.maskPolicy === 'reference')
      text = withMarks(event.rawAnswer, codebookRun);
  }
  return { text, masks };
}

/** Whole groups become {seg}; what is left over of one is nothing a person should read. */
function withMarks(rawAnswer: string, codebookRun: string): string {
  const marked = rawAnswer.replaceAll(codebookRun, '{seg}');
  return codebookRun.split(' ').reduce((text, token) => text.replaceAll(token, ''), marked);
}

/** How the model itself writes one target: its codebook tokens in order. */
function codebookText({ manifest }: Engine): string {
  const textOf = new Map(Object.entries(manifest.tokens.added).map(([text, id]) => [id, text]));
  return manifest.tokens.codebook.map((id) => textOf.get(id) ?? '').join(' ');
}

function logitsAtImageSize(target: TargetEvent): Float32Array {
  const { imageWidth: width, imageHeight: height } = target;
  const logits = new Float32Array(width * height);
  // No logit is under the threshold, so every row is visited whole.
  forEachLogitRow(target, target.placement, { width, height }, Number.NEGATIVE_INFINITY, (y, firstX, row) => {
    logits.set(row, y * width + firstX);
  });
  return logits;
}
