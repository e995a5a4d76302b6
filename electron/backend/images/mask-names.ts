import { extname } from 'node:path';
import { addTo, grouped } from '../../common/grouped.ts';
import { imageExtensions } from './image-extensions.ts';

/**
 * Which pictures of a folder are masks of others, by their names: `a_mask.png` beside `a.jpg`, `masks/a.png` beside `images/a.jpg`,
 * `gtFine/…_labelIds.png` beside `leftImg8bit/…_leftImg8bit.png`. A name that looks like a mask's and has no picture is a picture.
 */
export interface MaskNames {
  /** The picture of each mask. */
  readonly pictureOf: ReadonlyMap<string, string>;
  /** Masks by their folder whose picture is not among the names. */
  readonly alone: readonly string[];
}

/** Folders of masks, alone or behind a word and a sign: `train_masks`, `DUTS-TR-Mask`. */
const maskFolder =
  /^(?:(.+?)[ _-])?(?:masks?(?:_(?:machine|human))?|labels?|annotations?|annots?|anns?(?:_dir)?|gts?|ground[_-]?truths?|gt(?:fine|coarse)|segmentations?|segmentation(?:class|object)(?:raw|png|aug|vis(?:ualization)?)?|segs?|trimaps?|semantic(?:_rgb)?|instances?|stuffthingmaps|mattes?)$/iu;
/** COCO's and Mapillary's pictures of numbers: `panoptic_val2017`, `panoptic`. */
const panopticFolder = /^panoptic(?:_(?:masks?_)?(.+))?$/iu;
/** `trainannot`, as CamVid has it. */
const splitAnnotations = /^(train|val|test)annot$/iu;
/** `imagesTr/a_0000.png` and `labelsTr/a.png`, as nnU-Net has them: the number is that of a channel. */
const [numberedPictures, numberedLabels] = [/^images(Tr|Ts|Va)$/u, /^labels(Tr|Ts|Va)$/u];
const pictureFolder =
  /^(?:(.+?)[ _-])?(?:images?(?:_2|_dir)?|imgs?(?:_dir)?|jpegimages?|pictures?|photos?|leftimg8bit|rgb|inputs?)$/iu;

const maskWord =
  '(?:masks?|gt|seg|segs|segmentation|labels?|label_?ids|label_?train_?ids|instance_?ids|gt(?:fine|coarse)_(?:label|labeltrain|instance|instancetrain)ids|gt(?:fine|coarse)_color|ground_?truth|annotation|trimap|matte)';
/** `a_mask`, `a (1)_mask_1`, `a-gt`; of Cityscapes `…_gtFine_labelIds`; of ADE20K `…_parts_1`. */
const maskEnding = new RegExp(`^(.+?)[ _.-]+${maskWord}(?:[ _-]?\\d{1,3})?$`, 'iu');
const partsEnding = /^(ADE_.+)_parts_\d+$/u;
/** ADE20K since 2021 has a folder beside each picture, of its name: a mask of each thing. */
const [adeThing, adeFolder] = [/^instance_\d+_(ADE_.+)$/u, /^ADE_(?:train|val)_\d+$/u];
const maskBeginning = /^(?:mask|gt|seg|label)[_-](.+)$/iu;
/** In a folder of masks `a_L` and `a_P` are as well (CamVid). */
const shortEnding = /^(.+)_[LP]$/u;
const pictureEnding = /^(.+?)[ _-]+(?:leftimg8bit|image|img|rgb|sat)$/iu;
/** A folder for each picture: `img.png` and `label.png` (labelme's converter). */
const [pictureAlone, maskAlone] = [/^(?:img|image|rgb|photo)$/iu, /^(?:labels?|masks?|gt|seg|label_viz)$/iu];
const splitFolder = /^(?:train(?:ing)?|val(?:idation)?|test(?:ing)?)$/iu;

const endings: ReadonlySet<string> = new Set(imageExtensions.map((ending) => `.${ending}`));

export function maskNamesOf(names: readonly string[]): MaskNames {
  const spoken = names.filter(isPictureName).map(spokenOf);
  const exact = new Map<string, string[]>();
  const loose = new Map<string, string[]>();
  for (const each of spoken) {
    if (each.isInMasks) continue;
    addTo(exact, each.key, each.name);
    addTo(loose, each.looseKey, each.name);
  }
  const pictures = spoken.filter(({ isInMasks }) => !isInMasks);
  const byStem = grouped(pictures, ({ stem }) => stem);
  const inFolder = grouped(
    pictures.filter(({ isInPictures, folder }) => isInPictures && folder !== ''),
    ({ folder }) => folder,
  );
  const pictureOf = new Map<string, string>();
  const alone: string[] = [];
  for (const { name, isInMasks, keys, looseKeys, stems, folder } of spoken) {
    const others = [
      // Other folders, but the only picture that is called so.
      ...stems.flatMap((stem) => onlyOne(byStem.get(stem))),
      // `x/images/x.png` and a mask of any name for each thing in `x/masks/`.
      ...onlyOne(inFolder.get(folder)),
    ];
    const meant =
      keys.flatMap((key) => exact.get(key) ?? []).find((picture) => picture !== name) ??
      looseKeys.flatMap((key) => onlyOne(loose.get(key))).find((picture) => picture !== name) ??
      (isInMasks ? others[0]?.name : undefined);
    if (meant !== undefined) pictureOf.set(name, meant);
    else if (isInMasks) alone.push(name);
  }
  if (pictureOf.size === 0 && alone.length === 0)
    for (const [mask, picture] of besidePictures(names)) pictureOf.set(mask, picture);
  return { pictureOf, alone };
}

/** Where nothing else is called a mask: `a.png` beside `a.jpg`, in a folder of nothing but such pairs. */
function besidePictures(names: readonly string[]): readonly (readonly [string, string])[] {
  const pairs = [
    ...grouped(names.filter(isPictureName), (name) => name.replace(/\.[^./]*$/u, '')).values(),
  ].map((pair) => {
    const photographs = pair.filter((name) => /\.jpe?g$/iu.test(name));
    const masks = pair.filter((name) => /\.png$/iu.test(name));
    const [picture] = photographs;
    const [mask] = masks;
    return pair.length === 2 && picture !== undefined && mask !== undefined
      ? ([mask, picture] as const)
      : null;
  });
  return pairs.every((pair) => pair !== null) ? pairs : [];
}

/** Masks painted over their picture, for people to look at: by what they show they would be pictures. */
export function isDrawnForPeople(name: string): boolean {
  return /(?:^|\/)(?:Segmentation(?:Class|Object)Vis(?:ualization)?|masks_human|semantic_rgb)\/|(?:^|\/)label_viz\.png$|_gt(?:Fine|Coarse)_color\.png$/iu.test(
    name,
  );
}

/** Whether a picture is called like a mask, and of what: the name without the word, for who knows what there is. */
export function unmasked(stem: string): string | null {
  for (const pattern of [adeThing, maskEnding, partsEnding, maskBeginning]) {
    const [, bare] = pattern.exec(stem) ?? [];
    if (bare !== undefined) return bare;
  }
  return null;
}

/** The word that makes a name that of a mask: "_label" of `bottle_label.png`. */
export function wordOfMask(name: string): string {
  const stem = (name.split('/').at(-1) ?? '').replace(/\.[^.]*$/u, '');
  const bare = unmasked(stem);
  return bare === null ? stem : stem.replace(bare, '').replaceAll(/\d/gu, '');
}

/** Where in a path the folder of masks or of pictures stands; -1 for none. */
export function roleAt(folders: readonly string[]): number {
  return folders.findLastIndex((part) => isMaskFolder(part) || pictureFolder.test(part));
}

export function isMaskFolder(part: string): boolean {
  return (
    maskFolder.test(part) ||
    panopticFolder.test(part) ||
    splitAnnotations.test(part) ||
    numberedLabels.test(part)
  );
}

/** The part of a data set that a path speaks of. */
export function splitOfPath(path: string): 'train' | 'val' | 'test' | null {
  for (const part of path.split('/').slice(0, -1)) {
    const word = splitAnnotations.exec(part)?.[1] ?? (splitFolder.test(part) ? part : withoutRole(part));
    if (splitFolder.test(word)) {
      const lower = word.toLowerCase();
      return lower.startsWith('train') ? 'train' : lower.startsWith('val') ? 'val' : 'test';
    }
  }
  return null;
}

function isPictureName(name: string): boolean {
  return endings.has(extname(name).toLowerCase());
}

function onlyOne<Each>(found: readonly Each[] | undefined): readonly Each[] {
  return found?.length === 1 ? found : [];
}

/** What a name says of itself. */
interface Spoken {
  readonly name: string;
  /** What a picture and its masks have in common: folders and stem, without the words for either. */
  readonly key: string;
  /** The same without the folders of parts and those below the masks' own: `test/broken/0` and `ground_truth/broken/0` meet there. */
  readonly looseKey: string;
  /** Where its picture is looked for, should it be a mask. */
  readonly keys: readonly string[];
  readonly looseKeys: readonly string[];
  /** The same of the name alone. */
  readonly stem: string;
  readonly stems: readonly string[];
  /** Folders without the words for pictures and masks. */
  readonly folder: string;
  readonly isInMasks: boolean;
  readonly isInPictures: boolean;
}

function spokenOf(name: string): Spoken {
  const parts = name.normalize('NFC').split('/');
  const isNumbered = numberedPictures.test(parts.at(-2) ?? '');
  const stem = (parts.pop() ?? '').replace(/\.[^.]*$/u, '').replace(isNumbered ? /_0000$/u : /$^/u, '');
  const isInMasks = parts.some((part) => isMaskFolder(part));
  const isThing = adeThing.test(stem);
  const folders = parts
    .filter((part) => !(isThing && adeFolder.test(part)))
    .map(withoutRole)
    .filter((part) => part !== '');
  const looseFolders = folders.filter((part) => !splitFolder.test(part));
  const keyOf = (of: string): string => [...folders, of].join('/');
  const marked = [unmasked(stem), isInMasks ? (shortEnding.exec(stem)?.[1] ?? null) : null].flatMap((each) =>
    each === null ? [] : [plainStem(each)],
  );
  const stems = [...(isInMasks ? [plainStem(stem)] : []), ...marked, ...(maskAlone.test(stem) ? [''] : [])];
  const own = pictureAlone.test(stem) ? '' : plainStem(stem);
  // `masks/crack/a.png` beside `images/a.png`: a folder for each class.
  const above = looseFolders.slice(0, -1);
  return {
    ...{ name, isInMasks, key: keyOf(own), looseKey: [...looseFolders, own].join('/') },
    ...{ stem: own, stems, folder: folders.join('/') },
    isInPictures: parts.some((part) => pictureFolder.test(part) || numberedPictures.test(part)),
    keys: stems.map(keyOf),
    looseKeys: isInMasks
      ? stems.flatMap((each) => [[...looseFolders, each].join('/'), [...above, each].join('/')])
      : [],
  };
}

function withoutRole(part: string): string {
  const found =
    maskFolder.exec(part) ??
    panopticFolder.exec(part) ??
    pictureFolder.exec(part) ??
    splitAnnotations.exec(part) ??
    numberedPictures.exec(part) ??
    numberedLabels.exec(part);
  return found === null ? part : (found[1] ?? '');
}

function plainStem(stem: string): string {
  return pictureEnding.exec(stem)?.[1] ?? stem;
}
