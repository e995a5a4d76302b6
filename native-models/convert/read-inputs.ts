import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { readModelConfig, type ModelConfig } from '../pixellm/config.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import { codebookTokens, parseAddedTokens, tokenIds } from './tokens.ts';

export type ConversionInputs = ModelConfig & {
  /** The folder that really holds the checkpoint. */
  readonly checkpoint: string;
  readonly tokens: ModelManifest['tokens'];
};

/** The published repositories keep their checkpoint in a folder of this name. */
const publishedSubfolder = 'hf_model';

/** Everything small that a conversion starts from: both configurations and the token ids. */
export async function readInputs({
  checkpoint,
  vision,
  segTokenNum,
}: {
  checkpoint: string;
  vision: string;
  segTokenNum: number | null;
}): Promise<ConversionInputs> {
  const folder = locateCheckpoint(checkpoint);
  const added = parseAddedTokens(await readJson(folder, 'added_tokens.json', 'tokenizer-invalid'));
  if (!existsSync(join(folder, 'tokenizer.model')))
    throw new ModelError('tokenizer-invalid', `${folder} has no tokenizer.model.`, { folder });
  const tokens = codebookTokens(added).length;
  const counted = tokens > 0 && tokens % 2 === 0 ? tokens / 2 : null;
  const config = readModelConfig(
    await readJson(folder, 'config.json', 'config-invalid'),
    await readJson(vision, 'config.json', 'config-invalid'),
    { asked: segTokenNum, counted },
  );
  return { ...config, checkpoint: folder, tokens: tokenIds(added, config.network, config.specialIds) };
}

function locateCheckpoint(folder: string): string {
  for (const candidate of [folder, join(folder, publishedSubfolder)])
    if (existsSync(join(candidate, 'config.json'))) return candidate;
  throw new ModelError(
    'checkpoint-not-found',
    `${folder} holds no PixelLM checkpoint: there is no config.json.`,
    { folder },
  );
}

async function readJson(
  folder: string,
  name: string,
  code: 'config-invalid' | 'tokenizer-invalid',
): Promise<unknown> {
  const path = join(folder, name);
  if (!existsSync(path)) throw new ModelError(code, `${folder} has no ${name}.`, { path });
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ModelError(code, `${path} is not readable JSON.`, { path }, cause);
  }
}
