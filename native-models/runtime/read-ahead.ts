import { throwIfCancelled } from '../errors.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import type { ReadAheadRequest } from './engine-contract.ts';
import { prefill } from './generate.ts';
import { buildPromptIds } from './prompt.ts';
import { commonPrefixLength, promptCells } from './sequence.ts';
import type { Cell } from './sequence.ts';
import type { LoadedModel } from './sessions.ts';

/**
 * Computes what any next question of a conversation begins with: the image's features, and the decoder's cache up to where the question's own
 * words begin. The question after it finds both; its answer is the same.
 *
 * @throws ModelError 'cancelled' between runs, and what reading the image throws
 */
export async function readAhead(
  model: LoadedModel,
  manifest: ModelManifest,
  { image, history }: ReadAheadRequest,
  signal: AbortSignal,
): Promise<void> {
  throwIfCancelled(signal);
  const { keptTokens } = await model.images.read(image);
  const cellsFor = (question: string): Cell[] =>
    promptCells(
      buildPromptIds({ history, question }, manifest, model.tokenizer),
      { key: image.key, kept: keptTokens },
      manifest.network.image,
    );
  // Where two questions part is where the question's own words begin, whatever the tokenizer does at the seam.
  const [one, other] = [cellsFor('a'), cellsFor('b')];
  const beginning = one.slice(0, commonPrefixLength(one, other));
  // A conversation that has outgrown the model is told to the person who asks.
  const isTooLong = (beginning.at(-1)?.position ?? 0) >= manifest.contextLength;
  if (isTooLong || model.decoder.reusableLength(beginning) === beginning.length) return;
  await prefill(model.decoder, beginning, [], signal);
}
