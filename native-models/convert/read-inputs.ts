import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { readModelConfig, type ModelConfig } from '../pixellm/config.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import { readSmallFile } from '../regular-file.ts';
import { parseSentencePieceModel } from '../runtime/tokenizer/sentence-piece-model.ts';
import { codebookTokens, parseAddedTokens, requireSoundVocabulary, tokenIds } from './tokens.ts';
import { requireNamedTower, towerName } from './vision-tower-name.ts';

export type ConversionInputs = ModelConfig & {
  /** The folder that really holds the checkpoint. */
  readonly checkpoint: string;
  /** The vision tower as the checkpoint's config.json names it; null when it does not. */
  readonly tower: string | null;
  readonly tokens: ModelManifest['tokens'];
};

/** The published repositories keep their checkpoint in a folder of this name. */
export const publishedSubfolder = 'hf_model';

/** LLaMA's tokenizer has half a megabyte; configurations a few kilobytes. */
const largestTokenizer = 32 * 2 ** 20;
const largestJson = 8 * 2 ** 20;

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
  const tokenizer = parseSentencePieceModel(
    await readPart(folder, 'tokenizer.model', { mostBytes: largestTokenizer, code: 'tokenizer-invalid' }),
  );
  const tokens = codebookTokens(added).length;
  const counted = tokens > 0 && tokens % 2 === 0 ? tokens / 2 : null;
  const config = await readJson(folder, 'config.json', 'config-invalid');
  const clip = await readVisionConfig(vision);
  requireNamedTower(config, clip, vision);
  const model = readModelConfig(config, clip, { asked: segTokenNum, counted });
  const ids = tokenIds(added, model.network, model.specialIds);
  requireSoundVocabulary(tokenizer, ids, model.network);
  return { ...model, checkpoint: folder, tower: towerName(config), tokens: ids };
}

function locateCheckpoint(folder: string): string {
  for (const candidate of [folder, join(folder, publishedSubfolder)])
    if (existsSync(join(candidate, 'config.json'))) return candidate;
  const inside = folderWithConfig(folder);
  const hint = inside === null ? '' : ` The folder "${inside}" inside it has one: choose that.`;
  throw new ModelError(
    'checkpoint-not-found',
    `${folder} holds no PixelLM checkpoint: there is no config.json.${hint}`,
    { folder },
  );
}

/** An archive unpacked into a folder of its own name leaves everything one folder lower. */
function folderWithConfig(folder: string): string | null {
  try {
    return readdirSync(folder).find((name) => existsSync(join(folder, name, 'config.json'))) ?? null;
  } catch {
    return null; // no folder at all: the sentence above holds
  }
}

/** @throws ModelError 'vision-tower-mismatch' when the folder is none of a vision tower */
async function readVisionConfig(folder: string): Promise<unknown> {
  if (existsSync(join(folder, 'config.json'))) return readJson(folder, 'config.json', 'config-invalid');
  throw new ModelError(
    'vision-tower-mismatch',
    `The vision tower is missing: ${folder} has no config.json. It is the folder of openai/clip-vit-large-patch14-336, beside the checkpoint's own.`,
    { folder },
  );
}

/** The name is given in the sentence when it is missing, not a path of somebody's disk. */
async function readPart(
  folder: string,
  name: string,
  limits: { readonly mostBytes: number; readonly code: 'config-invalid' | 'tokenizer-invalid' },
): Promise<Uint8Array> {
  const path = join(folder, name);
  if (!existsSync(path)) throw new ModelError(limits.code, `${folder} has no ${name}.`, { path });
  return readSmallFile(path, limits);
}

async function readJson(
  folder: string,
  name: string,
  code: 'config-invalid' | 'tokenizer-invalid',
): Promise<unknown> {
  const bytes = await readPart(folder, name, { mostBytes: largestJson, code });
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ModelError(code, `${join(folder, name)} is not readable JSON.`, { folder, name }, cause);
  }
}
