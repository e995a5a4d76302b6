import type { SegmenterDescription } from '../../shapes.ts';
import type { GraphFacts, TensorFacts } from '../ort.ts';
import { type Spelling, spellings } from './spellings.ts';
import { tensorText, unknown } from './unknown-files.ts';

export type SegmenterFamily = SegmenterDescription['family'];

export const familyWords: Readonly<Record<SegmenterFamily, string>> = {
  sam: 'Segment Anything, MobileSAM or their kin',
  'sam-hq': 'SAM-HQ',
  'sam-separate': 'Segment Anything (transformers)',
  'efficient-sam': 'EfficientSAM',
  'sam-2': 'Segment Anything 2, images',
  'sam-3': 'Segment Anything 3, points and boxes',
};

/** How a picture becomes the encoder's input. */
export interface PictureForm {
  readonly input: string;
  readonly type: TensorFacts['type'];
  /** `channels`: [1, 3, side, side]; `rows`: [height, width, 3] in 0..255, the graph does the rest. */
  readonly layout: 'channels' | 'rows';
  /** `normalised` by SAM's mean and deviation, `unit` 0..1, `centred` -1..1. */
  readonly range: 'normalised' | 'unit' | 'centred' | 'bytes';
  /** `padded`: the long side fits; `stretched`: both do. */
  readonly fit: 'padded' | 'stretched';
  /** Of the square that the encoder takes, pixels. */
  readonly side: number;
}

export interface Signature {
  readonly family: SegmenterFamily;
  readonly picture: PictureForm;
  /** The decoder's input -> the encoder's outputs that go there: one, or several on top of each other. */
  readonly features: Readonly<Record<string, readonly string[]>>;
  /** The decoder's other inputs, with their types. */
  readonly prompts: ReadonlyMap<string, TensorFacts>;
  /** Boxes have an input of their own, and a point that is none stands for no point. */
  readonly isSeparate: boolean;
  /** Pixels of the square in which the decoder counts places. EfficientViT-SAM's is larger than its picture. */
  readonly frame: number;
  /** Side of a mask as the decoder gives it, cells. */
  readonly maskSide: number;
  readonly masks: string;
  readonly scores: string;
  readonly takesBoxes: boolean;
  /** EfficientSAM learnt no points beside an object. */
  readonly takesOutside: boolean;
  /** What more than so many points would be left out silently or not taken; null without a limit. */
  readonly mostPoints: number | null;
  /** The decoder takes exactly so many points: those that lack are points that are none. Null where it takes any number. */
  readonly exactPoints: number | null;
}

const usualCells = 64;
/** Pixels of a patch; a mask has four cells in it. SAM 3 alone has another, and it is known by its embedding. */
const patch = 16;
const samThree = { cells: 72, patch: 14 } as const;
const efficientSamPoints = 6;
const padded: ReadonlySet<SegmenterFamily> = new Set(['sam', 'sam-hq', 'sam-separate']);
const types = ['float32', 'float16', 'int64', 'int32'];

/** Whether a graph takes prompts: then it is a decoder, whatever it was given as. */
export function takesPrompts({ inputs }: GraphFacts): boolean {
  return inputs.some(({ name }) => /(?:^|_)(?:points?|labels?)(?:_|$)/u.test(name));
}

/** @throws ModelError 'segmenter-unknown' that says what was found */
export function recognise(encoder: GraphFacts, decoder: GraphFacts): Signature {
  const spelling = spellingOf(decoder);
  const typed = [...encoder.inputs, ...decoder.inputs].find(({ type }) => !types.includes(type));
  if (typed !== undefined) {
    const part = encoder.inputs.includes(typed) ? 'encoder' : 'decoder';
    const why = `${typed.name} wants ${typed.type} numbers; files with 32-bit or 16-bit numbers are understood`;
    throw unknown(why, part, part === 'encoder' ? encoder : decoder);
  }
  const names = new Set(decoder.inputs.map(({ name }) => name));
  const own = pictureSide(encoder);
  const cells =
    embeddingCells(decoder, encoder, spelling) ?? (own === null ? usualCells : Math.round(own / patch));
  const isThree = spelling.family === 'sam-2' && cells === samThree.cells;
  const family = isThree ? 'sam-3' : spelling.family;
  const frame = cells * (isThree ? samThree.patch : patch);
  const output = (wanted: readonly string[]): string => {
    const isThere = (name: string, ofType: (type: string) => boolean): boolean =>
      decoder.outputs.some((tensor) => tensor.name === name && ofType(tensor.type));
    const found = wanted.find((name) => isThere(name, (type) => type.startsWith('float')));
    if (found !== undefined) return found;
    const isOther = wanted.some((name) => isThere(name, () => true));
    const why = isOther ? 'as numbers with a fraction' : 'at all';
    throw unknown(`The decoder does not give ${wanted.join(' or ')} ${why}`, 'decoder', decoder);
  };
  const isEfficient = family === 'efficient-sam';
  const exactPoints = exactCount(decoder);
  return {
    family,
    picture: pictureForm(encoder, family, own ?? frame),
    features: featuresOf(encoder, decoder, spelling.features),
    prompts: new Map(
      decoder.inputs
        .filter(({ name }) => !spelling.features.includes(name))
        .map((tensor) => [tensor.name, tensor]),
    ),
    isSeparate: names.has('input_points'),
    frame,
    maskSide: 4 * cells,
    masks: output(spelling.masks),
    scores: output(spelling.scores),
    takesBoxes: !names.has('input_points') || names.has('input_boxes'),
    takesOutside: !isEfficient,
    mostPoints: isEfficient ? efficientSamPoints : exactPoints,
    exactPoints,
  };
}

function spellingOf(decoder: GraphFacts): Spelling {
  const names = new Set(decoder.inputs.map(({ name }) => name));
  const fitting = spellings.filter(({ features, needs }) =>
    [...features, ...needs].every((name) => names.has(name)),
  );
  const strangers = ({ features, needs, may }: Spelling): string[] =>
    [...names].filter((name) => ![...features, ...needs, ...may].includes(name));
  const known = fitting.find((spelling) => strangers(spelling).length === 0);
  if (known !== undefined) return known;
  const [nearest] = fitting;
  if (nearest === undefined) throw unknown('The decoder is none of the known kinds', 'decoder', decoder);
  const why = `The decoder looks like ${familyWords[nearest.family]} but also wants ${strangers(nearest)[0]}`;
  throw unknown(why, 'decoder', decoder);
}

/** Cells of a side of the embedding: what the files say, null where they do not. */
function embeddingCells(decoder: GraphFacts, encoder: GraphFacts, { features }: Spelling): number | null {
  const said = decoder.inputs.find(({ name }) => name === features[0])?.dims.at(-1);
  if (typeof said === 'number') return said;
  const given = encoder.outputs.find(({ name, dims }) => name === features[0] && dims.length === 4);
  return given?.dims.at(-1) ?? null;
}

/** Points that the decoder takes where its file fixes their number. */
function exactCount(decoder: GraphFacts): number | null {
  const points = decoder.inputs.find(({ name }) => /(?:point_coords|input_points)$/u.test(name));
  return points?.dims.at(-2) ?? null;
}

/** Of the square in pixels, where the file says it. */
function pictureSide({ inputs }: GraphFacts): number | null {
  const [input] = inputs;
  return input?.dims.length === 4 ? (input.dims[3] ?? null) : null;
}

function pictureForm(encoder: GraphFacts, family: SegmenterFamily, side: number): PictureForm {
  const [input, ...others] = encoder.inputs;
  if (input === undefined || others.length > 0 || !input.type.startsWith('float'))
    throw unknown('The encoder should take one picture of floating-point numbers', 'encoder', encoder);
  const fit = padded.has(family) ? 'padded' : 'stretched';
  const { name, type, dims } = input;
  const about = { input: name, type, fit, side } as const;
  const [first, second, third, fourth] = dims;
  if (dims.length === 3 && third === 3 && (first ?? null) === null && (second ?? null) === null)
    return { ...about, layout: 'rows', range: 'bytes' };
  const isOpen = (third ?? null) === null || (fourth ?? null) === null;
  if (dims.length !== 4 || second !== 3 || (third !== fourth && !isOpen))
    throw unknown(
      `The encoder’s ${name} is no picture of the kind [1, 3, side, side] or [any height, any width, 3]`,
      'encoder',
      encoder,
    );
  const range = family === 'efficient-sam' ? 'unit' : family === 'sam-3' ? 'centred' : 'normalised';
  return { ...about, layout: 'channels', range };
}

/** By name; else the one of that shape; a single one goes together whatever it is called. */
function featuresOf(
  encoder: GraphFacts,
  decoder: GraphFacts,
  wanted: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    wanted.map((name) => {
      const needs = decoder.inputs.find((tensor) => tensor.name === name);
      const sources = needs === undefined ? [] : sourcesOf(encoder, needs, wanted.length === 1);
      if (needs === undefined || sources.length === 0)
        throw unknown(`The decoder wants ${name}, which the encoder does not give`, 'encoder', encoder);
      const gives = encoder.outputs.find((tensor) => tensor.name === sources[0]);
      if (sources.length === 1 && gives !== undefined && !mayFit(needs.dims, gives.dims))
        throw unknown(
          `The two files do not belong together: the decoder wants ${tensorText(needs)}, the encoder gives ${tensorText(gives)}`,
          'encoder',
          encoder,
        );
      return [name, sources];
    }),
  );
}

function sourcesOf({ outputs }: GraphFacts, needs: TensorFacts, isOnly: boolean): readonly string[] {
  const named = outputs.find(({ name }) => name === needs.name);
  if (named !== undefined) return [named.name];
  const [only] = outputs;
  if (isOnly && outputs.length === 1 && only !== undefined) return [only.name];
  const isWhole = !needs.dims.includes(null) && needs.dims.length > 0;
  const alike = outputs.filter(({ dims }) => isWhole && isSame(dims, needs.dims));
  if (alike.length === 1 && alike[0] !== undefined) return [alike[0].name];
  // Of SAM-HQ some encoders give each layer on its own.
  const [count, ...layer] = needs.dims;
  const layers = outputs.filter(({ dims }) => layer.length === 4 && isSame(dims, layer));
  return layers.length > 1 && (count === null || count === layers.length)
    ? layers.map(({ name }) => name)
    : [];
}

function isSame(a: TensorFacts['dims'], b: TensorFacts['dims']): boolean {
  return a.length === b.length && a.every((dim, at) => dim === b[at]);
}

function mayFit(a: TensorFacts['dims'], b: TensorFacts['dims']): boolean {
  if (a.length === 0 || b.length === 0) return true;
  return a.length === b.length && a.every((dim, at) => dim === null || b[at] === null || dim === b[at]);
}
