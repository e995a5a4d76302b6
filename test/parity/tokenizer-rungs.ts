import { z } from 'zod';
import type { ModelManifest } from '../../native-models/pixellm/manifest.ts';
import { buildPromptIds } from '../../native-models/runtime/prompt.ts';
import type { Tokenizer } from '../../native-models/runtime/tokenizer/tokenizer.ts';
import type { GoldenFolder } from './golden.ts';
import { compareEqual } from './rung.ts';
import type { Rung } from './rung.ts';

const ids = z.array(z.number());
const casesSchema = z.object({
  encode: z.array(z.object({ text: z.string(), ids })),
  prompt: z.array(z.object({ question: z.string(), ids })),
  decode: z.array(z.object({ ids, text: z.string() })),
});

/** Every line of tokenizer_cases.json, one rung per kind. */
export function* tokenizerRungs(
  golden: GoldenFolder,
  tokenizer: Tokenizer,
  manifest: ModelManifest,
): Generator<Rung> {
  const file = golden.manifest.tokenizer ?? 'tokenizer_cases.json';
  if (!golden.has(file)) return;
  const cases = casesSchema.parse(golden.readJson(file));
  const joined = (list: readonly number[]): string => list.join(' ');
  yield compareEqual(
    'tokenizer',
    'encode',
    cases.encode.map(({ text }) => joined(tokenizer.encode(text))),
    cases.encode.map((line) => joined(line.ids)),
  );
  yield compareEqual(
    'tokenizer',
    'decode',
    cases.decode.map((line) => tokenizer.decode(line.ids)),
    cases.decode.map(({ text }) => text),
  );
  const prompts = cases.prompt.map(({ question }) =>
    joined(buildPromptIds({ history: [], question }, manifest, tokenizer)),
  );
  yield compareEqual(
    'tokenizer',
    'prompt',
    prompts,
    cases.prompt.map((line) => joined(line.ids)),
  );
}
