import { assertNever } from '../../../common/errors.ts';
import { unionOf } from '../../../common/mask-algebra.ts';
import type { Runs } from '../../../common/runs.ts';
import type { FoundTarget } from '../dataset/dataset.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import type { LabelMasks } from '../label-maps.ts';
import { cityClasses, cityTrainClasses, isCityGroup } from './city-classes.ts';
import { adeClassesOf, vistasClassesIn } from './class-list.ts';
import type { MaskStyle } from './mask-files.ts';

/** Numbers as Cityscapes, KITTI, ADE20K and Mapillary pack classes and single things into them. */
export function packedTargets(
  found: LabelMasks,
  style: Exclude<MaskStyle, 'plain'>,
  { path, nameOf }: { readonly path: string; readonly nameOf: ClassOf },
): FoundTarget[] {
  const targets: FoundTarget[] = [];
  /** Classes without single things in them. */
  const wholes = new Map<number, { className: string; mask: Runs }>();
  for (const [key, mask] of found.masks) {
    const [number, single] = unpacked(key, found, style);
    const className = nameOf(number);
    if (className === null) continue;
    if (single > 0) targets.push({ where: `${className} ${single} of ${path}`, className, mask });
    else {
      const known = wholes.get(number);
      wholes.set(number, { className, mask: known ? unionOf(known.mask, mask) : mask });
    }
  }
  for (const [number, { className, mask }] of wholes)
    targets.push({
      ...{ where: `${className} of ${path}`, className, mask },
      crowd: style === 'city-instances' && isCityGroup(number),
    });
  return targets;
}

/** The name of a number; null for what is no class. */
type ClassOf = (number: number) => string | null;

export async function namesOf(
  tree: FileTree,
  style: Exclude<MaskStyle, 'plain'>,
  { path, names }: { readonly path: string; readonly names: readonly string[] },
): Promise<ClassOf> {
  const orNumber = (name: string | undefined, number: number): string => name ?? `class ${number}`;
  switch (style) {
    case 'vistas-classes':
    case 'vistas-instances': {
      // 0 is a class as any other.
      const classes = await vistasClassesIn(tree, path);
      return (number) => (classes[number] === null ? null : orNumber(classes[number], number));
    }
    case 'ade-full': {
      const own = await adeClassesOf(tree, path);
      return (number) => (number === 0 ? null : orNumber(own.get(number) ?? names[number], number));
    }
    case 'from-zero':
      return (number) => (number === 255 ? null : `class ${number}`);
    case 'city-train-classes':
      return (number) => (number === 255 ? null : orNumber(cityTrainClasses[number], number));
    case 'city-classes':
    case 'city-instances':
    case 'kitti-classes':
    case 'kitti-instances':
      return (number) => (number === 0 || number === 255 ? null : orNumber(cityClasses[number], number));
    default:
      return assertNever(style);
  }
}

/** Class and single thing (0: none) of a number. */
function unpacked(key: number, found: LabelMasks, style: MaskStyle): readonly [number, number] {
  if (style === 'ade-full') return [Math.floor((key & 255) / 10) * 256 + ((key >> 8) & 255), key >> 16];
  const number = numberOf(key, found) ?? 0;
  if (style === 'city-instances' && number >= 1000) return [Math.floor(number / 1000), (number % 1000) + 1];
  if (style === 'kitti-instances' || style === 'vistas-instances') return [number >> 8, number & 255];
  return [number, 0];
}

/** R + 256 G + 65536 B, all alike. */
export function isGrey(colour: number): boolean {
  return colour === (colour & 255) * 65_793;
}

/** The number that the program meant: as it stands, or as a grey. Null for a colour. */
export function numberOf(key: number, { isIndexed }: LabelMasks): number | null {
  return isIndexed ? key : isGrey(key) ? key & 255 : null;
}
