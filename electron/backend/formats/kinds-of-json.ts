import { foreignJson, hasKeys } from './foreign-kinds.ts';

/** What a JSON file is by its outermost keys and its first entries, for sentences that name what was given instead of what is missing. */
export interface JsonLook {
  readonly isList: boolean;
  readonly keys: ReadonlySet<string>;
  /** The first entry of the list, or of the list "annotations". */
  readonly first: unknown;
  /** What stands under the first key of a file that is no list; left out by who does not look. */
  readonly member?: unknown;
}

/** The kind in words, with its format here where it has one; null for one nobody knows. */
export function kindOfJson({
  isList,
  keys,
  first,
  member = null,
}: JsonLook): { readonly name: string; readonly format: string | null } | null {
  const has = (...names: readonly string[]): boolean => hasKeys(first, names);
  const file = (...names: readonly string[]): boolean => names.every((name) => keys.has(name));
  if (isList) {
    if (has('questions', 'answers')) return { name: 'a MUSE file', format: 'muse' };
    if (has('image_id') && (has('score') || has('segmentation') || has('bbox') || has('keypoints')))
      return { name: 'a COCO results file: detections that point into another file', format: 'coco-results' };
    if (has('groundings', 'caption') || has('pred_masks', 'caption'))
      return { name: 'a GranD-f file', format: 'grand-f' };
    if (has('image_id', 'caption')) return { name: 'a COCO results file of captions', format: null };
    const isTask = ['annotations', 'predictions', 'completions'].some((name) => has('data', name));
    if (isTask || has('annotation_id', 'annotator'))
      return { name: 'a Label Studio export', format: 'label-studio' };
    if (has('conversations')) return { name: 'a ShareGPT file', format: 'sharegpt' };
    if (has('image', 'annotations')) return { name: 'a CreateML file', format: null };
    if (has('ref_id')) return { name: 'a refCOCO file', format: 'refcoco' };
    if (has('name', 'labels') || has('name', 'frames'))
      return { name: 'a BDD or Scalabel file', format: null };
    if (has('Labeled Data') || has('data_row')) return { name: 'a Labelbox export', format: null };
    return null;
  }
  if (file('shapes', 'imagePath')) return { name: 'a labelme file', format: 'labelme' };
  if (file('shapes', 'text')) return { name: 'a ReasonSeg file', format: 'reason-seg' };
  if (file('shapes', 'version')) return { name: 'a labelme file', format: 'labelme' };
  if (file('items', 'categories')) return { name: 'a Datumaro file', format: 'datumaro' };
  const foreign = foreignJson({ keys, first, member });
  if (foreign !== null) return { name: foreign, format: null };
  if (keys.has('type') && keys.has('features')) return { name: 'a GeoJSON file', format: null };
  if (file('frames', 'name')) return { name: 'a BDD file', format: null };
  if (!file('images')) return null;
  if (has('segments_info')) return { name: 'a COCO panoptic file', format: 'coco-panoptic' };
  if (has('caption') && !has('segmentation')) return { name: 'a COCO caption file', format: null };
  if (has('question') || file('questions')) return { name: 'a VQA file', format: null };
  if (has('keypoints') && !has('segmentation'))
    return { name: 'a COCO keypoint file without masks', format: null };
  return null;
}
