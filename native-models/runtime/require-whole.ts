import { ModelError } from '../errors.ts';
import { fileProblem } from '../pixellm/file-problems.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import { manifestProblems } from '../pixellm/manifest-problems.ts';
import { vocabularyProblems } from '../pixellm/vocabulary.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/**
 * Looks at a model before it is loaded: whether its manifest is true of one model, and all its files are there and of their sizes.
 *
 * @throws ModelError 'model-damaged' with the first problem
 */
export async function requireWholeModel(folder: string, manifest: ModelManifest): Promise<void> {
  const [contradiction] = manifestProblems(manifest);
  if (contradiction !== undefined) throw damaged(folder, contradiction);
  for (const file of manifest.files) {
    const problem = await fileProblem(folder, file);
    if (problem !== null) throw damaged(folder, problem);
  }
}

/** @throws ModelError 'model-damaged' when the tokenizer is another model's */
export function requireOwnTokenizer(folder: string, manifest: ModelManifest, { pieces }: Tokenizer): void {
  const [problem] = vocabularyProblems(pieces, { ...manifest.tokens, rows: manifest.embedding.rows });
  if (problem !== undefined) throw damaged(folder, problem.sentence);
}

function damaged(folder: string, problem: string): ModelError {
  return new ModelError('model-damaged', `The model in ${folder} is not whole. ${problem}`, {
    folder,
    problem,
  });
}
