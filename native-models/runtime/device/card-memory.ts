import { ModelError } from '../../errors.ts';
import { providerNames, type Provider } from '../../names.ts';
import { sizeText } from '../../size-text.ts';
import type { ModelManifest } from '../../pixellm/manifest.ts';

import type { NvidiaCard } from './nvidia-cards.ts';

/** What the provider itself takes on a card: its context, its kernels, room for activations. */
const providerBytes = 700 * 2 ** 20;

type Needs = Pick<ModelManifest, 'name' | 'precision' | 'contextLength' | 'files' | 'graphs' | 'memory'>;

/** What a model takes on a card: its weights as they are stored, and a full cache in numbers of `cacheBytes` bytes. */
export function bytesOnCard(
  { files, graphs, memory, contextLength }: Needs,
  { cacheBytes }: { cacheBytes: 2 | 4 },
): number {
  const weights = [graphs.vision.data, graphs.decoder.data, graphs.masks.data].reduce(
    (sum, data) => sum + (files.find((file) => file.path === data)?.bytes ?? 0),
    0,
  );
  // The manifest counts the cache in 32-bit numbers.
  return providerBytes + weights + (memory.cacheBytesPerToken * contextLength * cacheBytes) / 4;
}

/**
 * The card with most room.
 *
 * @throws ModelError 'out-of-memory' with both figures when even that has too little, before anything is loaded
 */
export function cardWithRoom(cards: readonly NvidiaCard[], model: Needs, provider: Provider): NvidiaCard {
  const needed = bytesOnCard(model, { cacheBytes: 2 });
  const [best] = cards.toSorted((a, b) => b.freeBytes - a.freeBytes);
  if (!best)
    throw new ModelError('provider-missing', `${providerNames[provider]} finds no card.`, { provider });
  if (best.freeBytes >= needed) return best;
  throw new ModelError(
    'out-of-memory',
    `The model ${model.name} (${model.precision}) needs ${sizeText(needed)} on the card; ${sizeText(best.freeBytes)} of ${best.name}’s ${sizeText(best.totalBytes)} are free. Close what else uses it, or convert the model at a lower precision.`,
    { needed, available: best.freeBytes },
  );
}
