import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { unionOf } from '../../../common/mask-algebra.ts';
import type { Runs } from '../../../common/runs.ts';
import { splitOfPath } from '../../images/mask-names.ts';
import type { FoundDataset, FoundTarget, ReadContext } from '../dataset/dataset.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { jsonFilesIn } from '../dataset/json-file.ts';
import type { LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { masksOfNumbers } from '../label-maps.ts';
import { isCityThing } from './city-classes.ts';
import { paintPolygon } from './paint-polygon.ts';

const cityPolygons = /_gt(?:Fine|Coarse)_polygons\.json$/iu;
const cityPictures = /_gt(?:Fine|Coarse)_(?:labelIds|labelTrainIds|instanceIds|color)\.png$/iu;

/** Whether Cityscapes' outlines are all that there is: where the pictures that were painted of them lie beside, those are read. */
export function hasOnlyCityPolygons({ names }: Pick<FileTree, 'names'>): boolean {
  return names.some((name) => cityPolygons.test(name)) && !names.some((name) => cityPictures.test(name));
}

/**
 * Cityscapes' outlines, painted one over the other in their order as its own scripts do it: a target is what stays visible. Single things are targets of their own, all
 * else is one target for each class, and what annotators could not tell apart ("cargroup") is marked as a crowd.
 *
 * Source: cityscapesScripts, preparation/json2instanceImg.py
 */
export async function readCityPolygons(tree: FileTree, context: ReadContext): Promise<FoundDataset> {
  const { losses, signal, withEnding } = context;
  const classes = new Set<string>();
  const images = [];
  for await (const { file, value } of jsonFilesIn(tree, { losses, signal })) {
    const objects = isObject(value) ? value['objects'] : null;
    if (!cityPolygons.test(file) || !isObject(value) || !Array.isArray(objects)) {
      losses.add('Files passed over: they are no outlines of Cityscapes', file);
      continue;
    }
    const outlines = outlinesOf(objects, file, losses);
    for (const { label } of outlines) classes.add(label);
    const { imgWidth: width, imgHeight: height } = value;
    images.push({
      wanted: {
        name: pictureOf(file, withEnding),
        size: typeof width === 'number' && typeof height === 'number' ? { width, height } : null,
        sha256: null,
      },
      split: splitOfPath(file),
      targets: (size: Size) => targetsOf(outlines, size, file),
    });
  }
  if (images.length === 0)
    throw new AppError('bad-file', 'None of the files is one of Cityscapes\' outlines, with "objects".');
  classes.delete(nothing);
  return { classes: [...classes].map((name) => ({ name })), images };
}

/** What lies beneath, painted over it, is gone and nothing is there. */
const nothing = 'unlabeled';

interface Outline {
  readonly label: string;
  readonly isGroup: boolean;
  readonly points: readonly (readonly [number, number])[];
  readonly where: string;
}

function outlinesOf(objects: readonly unknown[], file: string, losses: LossList): Outline[] {
  return objects.flatMap((object, at): Outline[] => {
    const where = `object ${at} of ${file}`;
    const label = isObject(object) ? object['label'] : null;
    if (!isObject(object) || typeof label !== 'string' || label.trim() === '') {
      losses.add('Targets left out: they cannot be read', `${where}: it has no label`);
      return [];
    }
    if (object['deleted']) return [];
    // Its scripts paint none of them.
    if (label === 'license plate') {
      losses.add('Targets left out: Cityscapes paints no licence plates', where);
      return [];
    }
    const points = pointsOf(object['polygon']);
    if (points === null) {
      losses.add('Targets left out: they cannot be read', `${where}: its polygon is damaged`);
      return [];
    }
    const isGroup = label !== 'polegroup' && label.endsWith('group');
    return [{ label: isGroup ? label.slice(0, -'group'.length) : label, isGroup, points, where }];
  });
}

function pointsOf(value: unknown): Outline['points'] | null {
  if (!Array.isArray(value) || value.length < 3) return null;
  const points = value.flatMap((point: unknown) =>
    Array.isArray(point) && point.length === 2 && point.every((each) => Number.isFinite(each))
      ? [[Math.trunc(point[0] as number), Math.trunc(point[1] as number)] as const] // finite, as just seen
      : [],
  );
  return points.length === value.length ? points : null;
}

function targetsOf(outlines: readonly Outline[], size: Size, file: string): FoundTarget[] {
  const numbers = new Uint16Array(size.width * size.height);
  for (const [at, { points }] of outlines.entries()) paintPolygon(numbers, size, { points, number: at + 1 });
  const targets: FoundTarget[] = [];
  const wholes = new Map<string, { label: string; isCrowd: boolean; mask: Runs }>();
  for (const [number, mask] of masksOfNumbers(numbers, size)) {
    const outline = outlines[number - 1];
    if (outline === undefined || outline.label === nothing) continue;
    const { label, isGroup, where } = outline;
    if (isCityThing(label) !== false && !isGroup) {
      targets.push({ where, className: label, mask });
      continue;
    }
    const key = `${label} ${isGroup}`;
    const known = wholes.get(key);
    wholes.set(key, { label, isCrowd: isGroup, mask: known ? unionOf(known.mask, mask) : mask });
  }
  for (const { label, isCrowd, mask } of wholes.values())
    targets.push({ where: `${label} of ${file}`, className: label, mask, crowd: isCrowd });
  return targets;
}

/** `gtFine/train/aachen/aachen_0_gtFine_polygons.json` is of `aachen/aachen_0_leftImg8bit.png`. */
function pictureOf(file: string, withEnding: (path: string) => string): string {
  const parts = file.replace(cityPolygons, '').split('/');
  const role = parts.findLastIndex((part) => /^gt(?:Fine|Coarse)$/iu.test(part));
  const inside = parts.slice(role < 0 ? 0 : role + 1);
  const isPart = inside.length > 1 && splitOfPath(`${inside[0]}/x`) !== null;
  const stem = inside.slice(isPart ? 1 : 0).join('/');
  const picture = `${stem}_leftImg8bit`;
  return withEnding(picture) !== picture ? withEnding(picture) : withEnding(stem);
}
