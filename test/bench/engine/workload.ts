import { imageMarker } from '../../../native-models/runtime/sequence.ts';
import { buildPromptIds } from '../../../native-models/runtime/prompt.ts';
import type { ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import type { KeyedImage } from '../../../native-models/runtime/image-features.ts';
import type { Tokenizer } from '../../../native-models/runtime/tokenizer/tokenizer.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

// The work of native-models/pixellm/REFERENCE.md's last table: one 640x480 picture, a prompt of 60 ids (315 places with the image's), 30 new tokens with 2 targets.
const promptIds = 60;
export const newTokens = 30;

const random = seededRandom(640 * 480);
const rgb = Uint8Array.from({ length: 640 * 480 * 3 }, () => Math.floor(random() * 256));

/** A picture with the given key; keys tell pictures apart, so another key is another picture to the engine. */
export function aPicture(key: string): KeyedImage {
  return { key, width: 640, height: 480, rgb };
}

/** The manifest with a bare template: the random tokenizer spells the usual one letter by letter, which alone is longer than the workload's prompt. */
export function withBareTemplate(manifest: ModelManifest): ModelManifest {
  return { ...manifest, conversation: { system: '', user: '', assistant: ':', turnEnd: '</s>' } };
}

/** A question that makes the prompt exactly as long as the reference's. */
export function questionOfLength(manifest: ModelManifest, tokenizer: Tokenizer): string {
  for (let letters = 1; letters < 200; letters++) {
    const question = 'ab '.repeat(letters).trim().slice(0, letters);
    if (buildPromptIds({ history: [], question }, manifest, tokenizer).length === promptIds) return question;
  }
  throw new Error(`No question makes a prompt of ${promptIds} ids.`);
}

/**
 * The answer's ids: 8 of words, a target, 9 of words, a target, the end. Words that end in a letter survive being read again, so that a second
 * turn shares them.
 */
export function answerIds(manifest: ModelManifest, tokenizer: Tokenizer): number[] {
  const { codebook, eos } = manifest.tokens;
  const ids = [
    ...tokenizer.encode('b c d e'),
    ...codebook,
    ...tokenizer.encode('a b c d e'),
    ...codebook,
    eos,
  ];
  if (ids.length !== newTokens) throw new Error(`The scripted answer has ${ids.length} tokens.`);
  return ids;
}

/** Where the answer's first token goes. */
export function firstAnswerPosition(manifest: ModelManifest, ids: readonly number[]): number {
  return ids.length + (ids.includes(imageMarker) ? manifest.network.image.tokens - 1 : 0);
}
