import { abbreviateList, ModelError } from '../errors.ts';

/** The parts of a PixelLM model, as a person knows them, by how the names of their tensors begin. */
const parts = [
  { begins: 'vision_model.', name: 'the vision tower', of: 'vision' },
  { begins: 'model.layers.', name: "the language model's layers", of: 'language' },
  { begins: 'model.embed_tokens.', name: "the language model's word embedding", of: 'language' },
  { begins: 'model.norm.', name: "the language model's last norm", of: 'language' },
  { begins: 'lm_head.', name: "the language model's head", of: 'language' },
  {
    begins: 'model.mm_projector.',
    name: 'the projector from the vision tower to the language model',
    of: 'language',
  },
  {
    begins: 'model.out_mm_projector.',
    name: 'the projector from the vision tower to the pixel decoder',
    of: 'language',
  },
  {
    begins: 'model.text_hidden_fcs.',
    name: 'the projector from the codebook to the pixel decoder',
    of: 'language',
  },
  { begins: 'model.mask_decoder.', name: 'the pixel decoder', of: 'language' },
  { begins: 'model.image_feature_neck.', name: "the pixel decoder's neck", of: 'language' },
  { begins: 'model.prompt_encoder.', name: "the pixel decoder's prompt encoder", of: 'language' },
] as const;

/** What only PixelLM has; a checkpoint with a language model and none of these is the base it was trained from. */
const pixelParts: readonly string[] = [
  'model.mask_decoder.',
  'model.text_hidden_fcs.',
  'model.image_feature_neck.',
];

/**
 * Says which parts of a model are missing, and from which folder.
 *
 * @param missing  names of tensors that were not found
 * @param needed   names of all tensors that are needed
 */
export function missingTensors(
  missing: readonly string[],
  needed: readonly string[],
  folders: { readonly checkpoint: string; readonly vision: string },
): ModelError {
  const count = (names: readonly string[], begins: string): number =>
    names.filter((name) => name.startsWith(begins)).length;
  const lacking = parts
    .map((part) => ({ ...part, missing: count(missing, part.begins), all: count(needed, part.begins) }))
    .filter((part) => part.missing > 0);
  const isBase =
    lacking.some(({ begins }) => pixelParts.includes(begins)) &&
    lacking.every(({ missing: lost, all }) => lost === all) &&
    pixelParts.every((begins) => lacking.some((part) => part.begins === begins)) &&
    !lacking.some(({ begins }) => begins === 'model.layers.');
  const sentences = lacking.map(({ name, of, begins, missing: lost, all }) => {
    const folder = of === 'vision' ? folders.vision : folders.checkpoint;
    const names = abbreviateList(
      missing.filter((each) => each.startsWith(begins)),
      2,
    );
    return lost === all
      ? `${name} is missing: ${folder} has none of its ${all} tensors (${names})`
      : `${lost} of ${all} tensors of ${name} are missing from ${folder} (${names})`;
  });
  const [first = `${missing.length} tensors are missing: ${abbreviateList(missing)}`, ...others] = sentences;
  const rest = others.length === 0 ? '' : ` Also: ${others.join('; ')}.`;
  const hint = isBase ? ' This looks like the model that PixelLM was trained from, not like PixelLM.' : '';
  return new ModelError(
    'checkpoint-missing-tensor',
    `${first.charAt(0).toUpperCase()}${first.slice(1)}.${rest}${hint}`,
    { missing, ...folders },
  );
}
