import type { Engine, TargetEvent } from '../../../native-models/runtime/engine.ts';
import { forEachLogitRow } from '../../../native-models/runtime/upscale-mask.ts';
import type { AnswerQuestion } from './evaluate-muse.ts';
import type { PredictedMask } from './predicted-mask.ts';

/** Answers with a loaded model, masks as logits at the image's size: what the reference's matching looks at. */
export function answersOf(engine: Engine): AnswerQuestion {
  const codebookRun = codebookText(engine);
  return async ({ image, question, history }, signal) => {
    const request = {
      image: { key: image.key, width: image.width, height: image.height, rgb: image.data },
      history: history.map((turn) => ({ ...turn, answer: turn.answer.replaceAll('{seg}', codebookRun) })),
      question,
      maxNewTokens: null,
    };
    let text = '';
    const masks: PredictedMask[] = [];
    for await (const event of engine.ask(request, signal)) {
      if (event.type === 'text') text += event.delta;
      else if (event.type === 'target') masks.push({ kind: 'logits', logits: logitsAtImageSize(event) });
    }
    return { text, masks };
  };
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
