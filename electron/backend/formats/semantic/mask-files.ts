import type { Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { addTo, grouped } from '../../../common/grouped.ts';
import {
  isDrawnForPeople,
  isMaskFolder,
  maskNamesOf,
  roleAt,
  splitOfPath,
  unmasked,
} from '../../images/mask-names.ts';
import { isImageName } from '../../images/find-image-files.ts';
import type { ReadContext } from '../dataset/dataset.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { withoutEnding } from '../match-images.ts';

/** How the numbers of a label picture are meant, as its name says. */
export type MaskStyle =
  | 'plain'
  | 'city-instances'
  | 'city-classes'
  | 'city-train-classes'
  | 'kitti-instances'
  | 'kitti-classes'
  | 'vistas-instances'
  | 'vistas-classes'
  | 'from-zero'
  | 'ade-full';

/** A picture's label pictures; of several ways to say the same, the fullest. */
export interface MaskFiles {
  /** What the picture is called, with the folders below its own. */
  readonly picture: string;
  readonly split: Split | null;
  readonly masks: readonly MaskFile[];
}

interface MaskFile {
  readonly path: string;
  readonly style: MaskStyle;
  /** The class that its folder is called after (`masks/crack/a.png` of `images/a.png`); null for none. */
  readonly folderClass: string | null;
}

/**
 * The label pictures of what was given, by what pictures they are of. What says again what a chosen one says is told and passed over.
 *
 * @throws AppError 'bad-file' where no file is called as masks are
 */
export function maskFilesIn(
  tree: FileTree,
  { losses, withEnding, given = '' }: Pick<ReadContext, 'losses' | 'withEnding' | 'given'>,
): MaskFiles[] {
  const pictures = tree.names.filter((name) => isImageName(name));
  const { pictureOf, alone } = maskNamesOf(pictures);
  const byPicture = new Map<string, string[]>();
  const inside = grouped(new Set(pictureOf.values()), (path) => insideOf(path).path);
  for (const [mask, path] of pictureOf) {
    const name = insideOf(path).path;
    // Two parts may have pictures of one name: their folders then tell them apart.
    addTo(
      byPicture,
      `${(inside.get(name)?.length ?? 0) > 1 ? path : name}\n${splitOfPath(path) ?? ''}`,
      mask,
    );
  }
  // One file, or a folder of masks itself: all of it is meant.
  const isAllMasks = tree.names.length === 1 || isMaskFolder(given);
  const meant = pictureOf.size === 0 && alone.length === 0 && isAllMasks ? pictures : alone;
  for (const mask of meant) {
    const { path } = insideOf(mask);
    addTo(byPicture, `${pictureNameOf(withoutEnding(path), withEnding)}\n${splitOfPath(mask) ?? ''}`, mask);
  }
  if (byPicture.size === 0)
    throw new AppError(
      'bad-file',
      'This is no set of label pictures: it has no picture in a folder "masks", "labels", "annotations", "gt" or the like, and none whose name says that it is another\'s mask (a_mask.png beside a.png).',
    );
  return [...byPicture].map(([key, masks]) => {
    const [picture = '', split = ''] = key.split('\n');
    const chosen = chosenOf(masks).map((each) => ({
      ...each,
      folderClass: folderClassOf(each.path, picture),
    }));
    for (const path of masks)
      if (!chosen.some((each) => each.path === path))
        losses.add('Label pictures passed over: another of the same image was read', path);
    // Holds: splitOfPath gives the three parts.
    return { picture, split: (split || null) as Split | null, masks: chosen };
  });
}

/** A path below the folder of masks or pictures it lies in, without that of its part. */
function insideOf(path: string): { readonly path: string } {
  const parts = path.split('/');
  const role = roleAt(parts.slice(0, -1));
  if (role < 0) return { path };
  const rest = parts.slice(role + 1);
  const isSplit = rest.length > 1 && /^(?:train(?:ing)?|val(?:idation)?|test(?:ing)?)$/iu.test(rest[0] ?? '');
  return { path: rest.slice(isSplit ? 1 : 0).join('/') };
}

/** The image of the project that is called as the mask is, or as it is without the word for a mask. */
function pictureNameOf(stem: string, withEnding: (path: string) => string): string {
  const [, folders = '', last = ''] = /^(.*\/)?([^/]*)$/u.exec(stem) ?? [];
  const bare = unmasked(last);
  for (const each of [stem, ...(bare === null ? [] : [`${folders}${bare}`, `${folders}${bare}_leftImg8bit`])])
    if (withEnding(each) !== each) return withEnding(each);
  return bare === null ? stem : `${folders}${bare}`;
}

/** A folder that only the mask lies in; of `ground_truth/broken/000_mask.png` (MVTec) the kind of fault, which the picture lies in as well. */
function folderClassOf(mask: string, picture: string): string | null {
  const [folder] = insideOf(mask).path.split('/').slice(-2, -1);
  if (folder === undefined) return null;
  const isOwn = !picture.split('/').includes(folder) || /(?:^|\/)ground_truth\//iu.test(mask);
  return isOwn ? folder : null;
}

/** Ways to say the same of one image, the fullest first. */
const ranked: readonly (readonly [RegExp, MaskStyle])[] = [
  [/_gtFine_instanceIds\.png$/iu, 'city-instances'],
  [/_gtFine_labelIds\.png$/iu, 'city-classes'],
  [/_gtCoarse_instanceIds\.png$/iu, 'city-instances'],
  [/_gtCoarse_labelIds\.png$/iu, 'city-classes'],
  [/_labelTrainIds\.png$/iu, 'city-train-classes'],
  [/(?:^|\/)instance\/\d{6}_10\.png$/u, 'kitti-instances'],
  [/(?:^|\/)semantic\/\d{6}_10\.png$/u, 'kitti-classes'],
  [/(?:^|\/)ADE_[^/]*_seg\.png$/u, 'ade-full'],
  [/(?:^|\/)v2\.\d\/instances\/[^/]*\.png$/u, 'vistas-instances'],
  [/(?:^|\/)v1\.\d\/instances\/[^/]*\.png$/u, 'vistas-instances'],
  [/(?:^|\/)v\d\.\d\/labels\/[^/]*\.png$/u, 'vistas-classes'],
  [/(?:^|\/)stuffthingmaps\//u, 'from-zero'],
  [/(?:^|\/)SegmentationClass(?:Raw|PNG|Aug)?\/[^/]*$/iu, 'plain'],
];
/** The same once more, or drawn for people. */
const secondary =
  /_gt(?:Fine|Coarse)_instanceTrainIds\.png$|(?:^|\/)SegmentationObject(?:PNG)?\/|(?:^|\/)panoptic(?:_[^/]*)?\/|(?:^|\/)(?:ADE_[^/]*_parts_\d+|instance_\d+_ADE_[^/]*)\.png$/iu;

function isSecondary(path: string): boolean {
  return secondary.test(path) || isDrawnForPeople(path);
}

function chosenOf(masks: readonly string[]): Omit<MaskFile, 'folderClass'>[] {
  for (const [pattern, style] of ranked) {
    const found = masks.filter((path) => pattern.test(path));
    if (found.length > 0) return found.map((path) => ({ path, style }));
  }
  const first = masks.filter((path) => !isSecondary(path));
  return (first.length > 0 ? first : masks).map((path) => ({ path, style: 'plain' as const }));
}
