import type { Network } from './network.ts';

/** Tensors that published checkpoints hold and answering does not need, with the reason. Anything else unused is refused. */
function unneededPatterns({ vision }: Network): { pattern: RegExp; why: string }[] {
  return [
    {
      pattern: /^model\.layers\.\d+\.self_attn\.rotary_emb\.inv_freq$/,
      why: 'follows from the configuration',
    },
    {
      pattern: /^model\.prompt_encoder\.(point_embeddings\.\d+|not_a_point_embed|mask_downscaling\.\d+)\./,
      why: 'for prompts of points, boxes and masks',
    },
    {
      pattern: /^model\.mask_decoder\.output_hypernetworks_mlps\.[1-9]\d*\./,
      why: 'only the first mask token is used',
    },
    {
      pattern:
        /^model\.mask_decoder\.transformer\.\d+\.(layers\.\d+\.cross|final)_attn_token_to_image\.k_proj\.bias$/,
      why: 'the same for every position, so that attention does not see it',
    },
    { pattern: /^model\.mask_decoder\.iou_prediction_head\./, why: 'the score is computed from the mask' },
    {
      pattern: /^text_model\.|^(visual_projection|text_projection)\.weight$|^logit_scale$/,
      why: "CLIP's text half",
    },
    { pattern: /^(vision|text)_model\.embeddings\.position_ids$/, why: 'counts from zero' },
    { pattern: /^vision_model\.post_layernorm\./, why: 'features are taken before it' },
    { pattern: layersFrom(vision.layersUsed, vision.layers), why: 'features are taken before these layers' },
  ];
}

function layersFrom(first: number, end: number): RegExp {
  const numbers = Array.from({ length: end - first }, (_, index) => first + index);
  return numbers.length === 0
    ? /^(?!)/
    : new RegExp(`^vision_model\\.encoder\\.layers\\.(${numbers.join('|')})\\.`);
}

export function unneededTensors(network: Network): (name: string) => boolean {
  const patterns = unneededPatterns(network);
  return (name) => patterns.some(({ pattern }) => pattern.test(name));
}
