import { basename } from 'node:path';
import { z } from 'zod';
import { ModelError } from '../errors.ts';

/** What a name like openai/clip-vit-large-patch14-336 promises. */
type NamedTower = { readonly patch: number; readonly side: number; readonly hidden: number | null };

/** Widths of CLIP's sizes by the word in their names. */
const widths: Readonly<Record<string, number>> = { base: 768, large: 1024, huge: 1280 };
/** Names without a number of pixels are the towers for 224. */
const unnamedSide = 224;

const configSchema = z.object({
  mm_vision_tower: z.string().nullish(),
  vision_tower: z.string().nullish(),
});
const sizesSchema = z.object({
  image_size: z.number().default(unnamedSide),
  patch_size: z.number().default(32),
  hidden_size: z.number().default(768),
});

/** The vision tower that config.json names, or null. */
export function towerName(config: unknown): string | null {
  const named = configSchema.safeParse(config).data;
  return named?.mm_vision_tower ?? named?.vision_tower ?? null;
}

/**
 * Holds a vision tower against its names. Towers for 224 and 336 pixels have the same widths, and positions are resized to any picture, so
 * that nothing else would notice: the masks would only be worse.
 *
 * @param config  the checkpoint's config.json
 * @param clip    the tower's config.json
 * @param folder  where the tower lies
 * @throws ModelError 'vision-tower-mismatch'
 */
export function requireNamedTower(config: unknown, clip: unknown, folder: string): void {
  const sizes = sizesSchema.safeParse(visionPart(clip)).data;
  if (!sizes) return; // config-invalid says more
  const name = towerName(config);
  const expected = name === null ? null : promisesOf(name);
  const owner = expected === null ? promisesOf(folder) : null;
  const [promised, who] = expected
    ? [expected, `The checkpoint was trained with the vision tower ${name}`]
    : [owner, `The vision tower's folder is called ${basename(folder)}`];
  if (promised === null) return;
  const given = { side: sizes.image_size, patch: sizes.patch_size, hidden: sizes.hidden_size };
  const differences = [
    ...(given.side === promised.side
      ? []
      : [`for pictures of ${given.side} pixels instead of ${promised.side}`]),
    ...(given.patch === promised.patch
      ? []
      : [`with patches of ${given.patch} pixels instead of ${promised.patch}`]),
    ...(promised.hidden === null || given.hidden === promised.hidden
      ? []
      : [`${given.hidden} wide instead of ${promised.hidden}`]),
  ];
  if (differences.length === 0) return;
  throw new ModelError(
    'vision-tower-mismatch',
    `${who}; the one given is made ${differences.join(', ')} (its config.json). Give the folder of the right one.`,
    { name, folder, given, promised },
  );
}

/** The last part of a path or repository name, read as CLIP's towers are named. */
function promisesOf(name: string): NamedTower | null {
  const last = name.split(/[\\/]/u).findLast((part) => part !== '') ?? '';
  const found = /clip-vit-([a-z]+)-patch(\d+)(?:-(\d+))?(?:[^\d].*)?$/iu.exec(last);
  if (!found) return null;
  const [, size = '', patch = '', side] = found;
  return {
    patch: Number(patch),
    side: side === undefined ? unnamedSide : Number(side),
    hidden: widths[size.toLowerCase()] ?? null,
  };
}

/** A whole CLIP keeps its vision part under vision_config. */
function visionPart(clip: unknown): unknown {
  return typeof clip === 'object' && clip !== null && 'vision_config' in clip ? clip.vision_config : clip;
}
