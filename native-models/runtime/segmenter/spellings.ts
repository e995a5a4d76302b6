import type { SegmenterDescription } from '../../shapes.ts';

/**
 * The known pairs of files, by the names of the decoder's inputs and outputs as the common exporters write them; a file's own name says nothing.
 *
 * | family        | written by                                                       | picture                        | prompts                                  |
 * |---------------|------------------------------------------------------------------|--------------------------------|------------------------------------------|
 * | sam           | scripts of segment-anything, MobileSAM, EfficientViT-SAM; samexporter; EdgeSAM, whose decoder takes points alone | long side to the side, padded | point_coords, point_labels |
 * | sam-hq        | SAM-HQ's and X-AnyLabeling's scripts: features of earlier layers, too | the same                   | the same                                 |
 * | sam-separate  | transformers' exporter (SAM)                                     | the same                       | input_points, input_labels, input_boxes  |
 * | efficient-sam | EfficientSAM's export script                                     | stretched to the square        | batched_point_coords, batched_point_labels |
 * | sam-2         | samexporter and its kin; ONNX Runtime's own script; transformers' exporter, which writes SAM 3's tracker alike | stretched to the square | as of SAM, each in its way |
 *
 * Source: segment-anything scripts/export_onnx_model.py, EfficientSAM export_to_onnx.py, samexporter export_sam2.py, onnxruntime
 * tools/transformers/models/sam2, EdgeSAM scripts/export_onnx_model.py, X-AnyLabeling services/auto_labeling (input and output names)
 */
export interface Spelling {
  readonly family: SegmenterDescription['family'];
  /** Inputs of the picture's features, the embedding first; all must be there, as those in `needs`. */
  readonly features: readonly string[];
  readonly needs: readonly string[];
  readonly may: readonly string[];
  /** The first of these that there is: low-resolution logits before masks made from them. */
  readonly masks: readonly string[];
  readonly scores: readonly string[];
}

const ofSam = {
  needs: ['point_coords', 'point_labels'],
  may: ['mask_input', 'has_mask_input', 'orig_im_size'],
  masks: ['low_res_masks', 'masks'],
  scores: ['iou_predictions', 'scores'],
} as const;
const ofTransformers = {
  needs: ['input_points', 'input_labels'],
  may: ['input_boxes'],
  masks: ['pred_masks'],
  scores: ['iou_scores'],
} as const;

export const spellings: readonly Spelling[] = [
  {
    family: 'efficient-sam',
    features: ['image_embeddings'],
    needs: ['batched_point_coords', 'batched_point_labels', 'orig_im_size'],
    may: [],
    masks: ['output_masks', 'masks'],
    scores: ['iou_predictions'],
  },
  { family: 'sam-2', features: ['image_embed', 'high_res_feats_0', 'high_res_feats_1'], ...ofSam },
  {
    family: 'sam-2',
    features: ['image_embeddings', 'image_features_0', 'image_features_1'],
    ...ofSam,
    may: ['input_masks', 'has_input_masks', 'original_image_size'],
    // Its "masks" are true and false.
    masks: ['low_res_masks'],
  },
  {
    family: 'sam-2',
    features: ['image_embeddings.2', 'image_embeddings.0', 'image_embeddings.1'],
    ...ofTransformers,
  },
  { family: 'sam', features: ['image_embeddings'], ...ofSam },
  { family: 'sam-hq', features: ['image_embeddings', 'interm_embeddings'], ...ofSam },
  {
    family: 'sam-separate',
    features: ['image_embeddings', 'image_positional_embeddings'],
    ...ofTransformers,
  },
];
