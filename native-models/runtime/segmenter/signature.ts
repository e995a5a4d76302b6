import { ModelError } from '../../errors.ts';
import type { SegmenterDescription } from '../../shapes.ts';
import type { GraphFacts, TensorFacts } from '../ort.ts';

/**
 * Which of the known pairs of files this is, and how it wants its picture and its prompts. Known by the names and shapes of inputs and
 * outputs, as the common exporters write them; a file's own name says nothing.
 *
 * | family        | written by                                               | picture                        | prompts                                  |
 * |---------------|----------------------------------------------------------|--------------------------------|------------------------------------------|
 * | sam           | segment-anything and MobileSAM scripts, samexporter      | long side to the side, padded  | point_coords, point_labels               |
 * | sam-separate  | transformers' exporter (SAM)                             | the same                       | input_points, input_labels, input_boxes  |
 * | efficient-sam | EfficientSAM's export script                             | stretched to the square        | batched_point_coords, batched_point_labels |
 * | sam-2         | samexporter and its kin (SAM 2, image)                   | stretched to the square        | point_coords, point_labels               |
 *
 * Source: segment-anything scripts/export_onnx_model.py, EfficientSAM export_to_onnx.py, samexporter export_sam2.py (input and output names)
 */
export type SegmenterFamily = SegmenterDescription['family'];

export const familyWords: Readonly<Record<SegmenterFamily, string>> = {
  sam: 'Segment Anything or MobileSAM',
  'sam-separate': 'Segment Anything (transformers)',
  'efficient-sam': 'EfficientSAM',
  'sam-2': 'Segment Anything 2, images',
};

/** How a picture becomes the encoder's input. */
export interface PictureForm {
  readonly input: string;
  /** `channels`: [1, 3, side, side]; `rows`: [height, width, 3] in 0..255, the graph does the rest. */
  readonly layout: 'channels' | 'rows';
  /** f32: `normalised` by SAM's mean and deviation, `unit` 0..1. */
  readonly range: 'normalised' | 'unit' | 'bytes';
  /** `padded`: the long side fits; `stretched`: both do. */
  readonly fit: 'padded' | 'stretched';
  /** Of the network's square, pixels. */
  readonly side: number;
}

export interface Signature {
  readonly family: SegmenterFamily;
  readonly picture: PictureForm;
  /** The decoder's input -> the encoder's output that goes there. */
  readonly features: Readonly<Record<string, string>>;
  /** The decoder's other inputs, with their types. */
  readonly prompts: ReadonlyMap<string, TensorFacts>;
  /** Side of a mask as the decoder gives it, cells. */
  readonly maskSide: number;
  readonly masks: string;
  readonly scores: string;
  readonly takesBoxes: boolean;
  /** EfficientSAM learnt no points beside an object. */
  readonly takesOutside: boolean;
  /** What more than so many points would be left out silently; null without a limit. */
  readonly mostPoints: number | null;
}

interface Family {
  readonly family: SegmenterFamily;
  /** Inputs that must be there: of the picture's features, and of prompts. */
  readonly features: readonly string[];
  readonly needs: readonly string[];
  readonly may: readonly string[];
  readonly masks: readonly string[];
  readonly scores: readonly string[];
}

const families: readonly Family[] = [
  {
    family: 'efficient-sam',
    features: ['image_embeddings'],
    needs: ['batched_point_coords', 'batched_point_labels', 'orig_im_size'],
    may: [],
    masks: ['output_masks', 'masks'],
    scores: ['iou_predictions'],
  },
  {
    family: 'sam-2',
    features: ['image_embed', 'high_res_feats_0', 'high_res_feats_1'],
    needs: ['point_coords', 'point_labels'],
    may: ['mask_input', 'has_mask_input', 'orig_im_size'],
    masks: ['masks'],
    scores: ['iou_predictions'],
  },
  {
    family: 'sam',
    features: ['image_embeddings'],
    needs: ['point_coords', 'point_labels', 'mask_input', 'has_mask_input', 'orig_im_size'],
    may: [],
    masks: ['low_res_masks'],
    scores: ['iou_predictions'],
  },
  {
    family: 'sam-separate',
    features: ['image_embeddings', 'image_positional_embeddings'],
    needs: ['input_points', 'input_labels'],
    may: ['input_boxes'],
    masks: ['pred_masks'],
    scores: ['iou_scores'],
  },
];

const usualSide = 1024;
/** Pixels of a patch, in each of these networks; a mask has four cells in it. */
const patch = 16;
const efficientSamPoints = 6;
const types = ['float32', 'int64', 'int32'];

/** Whether a graph takes prompts: then it is a decoder, whatever it was given as. */
export function takesPrompts({ inputs }: GraphFacts): boolean {
  return inputs.some(({ name }) => /(?:^|_)(?:points?|labels?)(?:_|$)/u.test(name));
}

/** @throws ModelError 'segmenter-unknown' that says what was found */
export function recognise(encoder: GraphFacts, decoder: GraphFacts): Signature {
  const names = new Set(decoder.inputs.map(({ name }) => name));
  const family = families.find((known) =>
    [...known.features, ...known.needs].every((name) => names.has(name)),
  );
  if (family === undefined) throw unknown('The decoder is none of the known kinds', 'decoder', decoder);
  const allowed = new Set([...family.features, ...family.needs, ...family.may]);
  const strange = decoder.inputs.find(({ name }) => !allowed.has(name));
  if (strange !== undefined)
    throw unknown(
      `The decoder looks like ${familyWords[family.family]} but also wants ${strange.name}`,
      'decoder',
      decoder,
    );
  const typed = [...encoder.inputs, ...decoder.inputs].find(({ type }) => !types.includes(type));
  if (typed !== undefined)
    throw unknown(
      `${typed.name} wants ${typed.type} numbers; files with 32-bit numbers are understood`,
      encoder.inputs.includes(typed) ? 'encoder' : 'decoder',
      encoder.inputs.includes(typed) ? encoder : decoder,
    );
  const cells = embeddingCells(decoder, encoder, family);
  const output = (wanted: readonly string[]): string => {
    const found = wanted.find((name) => decoder.outputs.some((tensor) => tensor.name === name));
    if (found === undefined) throw unknown(`The decoder gives no ${wanted[0]}`, 'decoder', decoder);
    return found;
  };
  return {
    family: family.family,
    picture: pictureForm(encoder, family.family, cells),
    features: featuresOf(encoder, decoder, family.features),
    prompts: new Map(
      decoder.inputs
        .filter(({ name }) => !family.features.includes(name))
        .map((tensor) => [tensor.name, tensor]),
    ),
    maskSide: 4 * cells,
    masks: output(family.masks),
    scores: output(family.scores),
    takesBoxes: family.family !== 'sam-separate' || names.has('input_boxes'),
    takesOutside: family.family !== 'efficient-sam',
    mostPoints: family.family === 'efficient-sam' ? efficientSamPoints : null,
  };
}

/** Cells of a side of the embedding: what the files say, else the usual network's. */
function embeddingCells(decoder: GraphFacts, encoder: GraphFacts, { features }: Family): number {
  const said = decoder.inputs.find(({ name }) => name === features[0])?.dims.at(-1);
  if (typeof said === 'number') return said;
  const given = encoder.outputs.find(({ name, dims }) => name === features[0] && dims.length === 4);
  const side = given?.dims.at(-1);
  return typeof side === 'number' ? side : usualSide / patch;
}

function pictureForm(encoder: GraphFacts, family: SegmenterFamily, cells: number): PictureForm {
  const [input, ...others] = encoder.inputs;
  if (input === undefined || others.length > 0 || input.type !== 'float32')
    throw unknown('The encoder should take one picture of 32-bit floating-point numbers', 'encoder', encoder);
  const side = patch * cells;
  const fit = family === 'sam' || family === 'sam-separate' ? 'padded' : 'stretched';
  const { name, dims } = input;
  if (dims.length === 3 && dims[2] === 3) return { input: name, layout: 'rows', range: 'bytes', fit, side };
  if (dims.length !== 4 || dims[1] !== 3)
    throw unknown(
      `The encoder’s ${name} is no picture of the kind [1, 3, height, width] or [height, width, 3]`,
      'encoder',
      encoder,
    );
  const own = dims[3];
  return {
    input: name,
    layout: 'channels',
    range: family === 'efficient-sam' ? 'unit' : 'normalised',
    fit,
    side: typeof own === 'number' ? own : side,
  };
}

/** By name; a single one goes together whatever it is called. */
function featuresOf(
  encoder: GraphFacts,
  decoder: GraphFacts,
  wanted: readonly string[],
): Readonly<Record<string, string>> {
  const given = encoder.outputs.map(({ name }) => name);
  const [only] = given;
  return Object.fromEntries(
    wanted.map((name) => {
      const source = given.includes(name)
        ? name
        : wanted.length === 1 && given.length === 1
          ? only
          : undefined;
      if (source === undefined)
        throw unknown(`The decoder wants ${name}, which the encoder does not give`, 'encoder', encoder);
      const needs = decoder.inputs.find((tensor) => tensor.name === name);
      const gives = encoder.outputs.find((tensor) => tensor.name === source);
      if (needs !== undefined && gives !== undefined && !mayFit(needs.dims, gives.dims))
        throw unknown(
          `The two files do not belong together: the decoder wants ${tensorText(needs)}, the encoder gives ${tensorText(gives)}`,
          'encoder',
          encoder,
        );
      return [name, source];
    }),
  );
}

function mayFit(a: TensorFacts['dims'], b: TensorFacts['dims']): boolean {
  if (a.length === 0 || b.length === 0) return true;
  return a.length === b.length && a.every((dim, at) => dim === null || b[at] === null || dim === b[at]);
}

function unknown(why: string, part: 'encoder' | 'decoder', graph: GraphFacts): ModelError {
  const found = `inputs ${listText(graph.inputs)}; outputs ${listText(graph.outputs)}`;
  return new ModelError('segmenter-unknown', `${why}. The ${part} has ${found}.`, { part, found });
}

const mostListed = 12;

function listText(tensors: readonly TensorFacts[]): string {
  const rest = tensors.length - mostListed;
  const listed = tensors.slice(0, mostListed).map(tensorText).join(', ');
  return rest > 0 ? `${listed} and ${rest} more` : listed;
}

function tensorText({ name, type, dims }: TensorFacts): string {
  return `${name} ${type} [${dims.map((dim) => dim ?? '?').join(', ')}]`;
}
