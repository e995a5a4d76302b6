import { z } from 'zod';
import { ModelError } from '../errors.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import type { Network } from '../pixellm/network.ts';
import { vocabularyProblems } from '../pixellm/vocabulary.ts';
import type { SentencePieceModel } from '../runtime/tokenizer/sentence-piece-model.ts';

const addedTokensSchema = z.record(z.string(), z.int().min(0));

/** Ids of added_tokens.json; their numbers differ between the 7B and the 13B, so they are never assumed. */
export function parseAddedTokens(json: unknown): Record<string, number> {
  const parsed = addedTokensSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ModelError('tokenizer-invalid', 'added_tokens.json is not a list of texts and ids.');
}

/**
 * Ids of the codebook tokens [SEG0], [SEG1], ... in order; none when the tokenizer has none.
 *
 * @throws ModelError 'codebook-missing' when one between them is missing
 */
export function codebookTokens(added: Readonly<Record<string, number>>): number[] {
  const count = Object.keys(added).filter((text) => /^\[SEG\d+\]$/.test(text)).length;
  return Array.from({ length: count }, (_, index) => {
    const id = added[`[SEG${index}]`];
    if (id === undefined) {
      throw new ModelError(
        'codebook-missing',
        `added_tokens.json has ${count} codebook tokens but no [SEG${index}]; they must be numbered without a gap.`,
        { count, index },
      );
    }
    return id;
  });
}

/** @throws ModelError 'codebook-missing' or 'tokenizer-invalid' */
export function tokenIds(
  added: Readonly<Record<string, number>>,
  network: Network,
  special: { readonly bos: number; readonly eos: number; readonly pad: number },
): ModelManifest['tokens'] {
  const { levels, tokensPerLevel } = network.codebook;
  const codebook = codebookTokens(added);
  if (codebook.length !== levels * tokensPerLevel) {
    const found = codebook.length === 0 ? 'none' : `${codebook.length}`;
    throw new ModelError(
      'codebook-missing',
      `The model needs ${levels} x ${tokensPerLevel} codebook tokens ([SEG0], [SEG1], ...); added_tokens.json has ${found}.`,
      { needed: levels * tokensPerLevel, found: codebook.length },
    );
  }
  const need = (text: string): number => {
    const id = added[text];
    if (id === undefined)
      throw new ModelError('tokenizer-invalid', `added_tokens.json lacks ${text}.`, { text });
    return id;
  };
  // The reference's tokenizer has no unknown token of its own: id 0 is both unknown and padding.
  return {
    ...special,
    unk: 0,
    imageStart: need('<im_start>'),
    imageEnd: need('<im_end>'),
    codebook,
    added: { ...added },
  };
}

/**
 * Checks that the tokenizer, the added tokens and the embedding belong together.
 *
 * @throws ModelError 'codebook-invalid' or 'tokenizer-invalid' with the gravest problem
 */
export function requireSoundVocabulary(
  { pieces }: SentencePieceModel,
  tokens: ModelManifest['tokens'],
  network: Network,
): void {
  const [problem] = vocabularyProblems(pieces, { ...tokens, rows: network.language.vocabulary });
  if (!problem) return;
  throw new ModelError(
    problem.about === 'codebook' ? 'codebook-invalid' : 'tokenizer-invalid',
    problem.sentence,
  );
}
