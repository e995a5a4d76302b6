import { basename, dirname, posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { cropOf } from '../../../common/mask-region.ts';
import { unionOf } from '../../../common/mask-algebra.ts';
import type { Runs } from '../../../common/runs.ts';
import { decodeMask, encodePng } from '../../images/image-decoder.ts';
import type {
  DatasetFile,
  DatasetToWrite,
  FoundDataset,
  FoundTarget,
  ImageToWrite,
  ReadContext,
} from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import { type FileTree } from '../dataset/file-tree.ts';
import { isAddress, withoutEnding } from '../match-images.ts';
import { jsonFilesIn } from '../dataset/json-file.ts';
import { boxOutline, ellipseOutline, filledOutline, maskInBox, type ShapeTold } from '../dataset/outline.ts';
import type { LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { createFieldNotes } from '../other-fields.ts';
import { attributesToKeep, ownOfTarget, readOwnFacts } from '../own-attributes.ts';
import { ownFacts, ownKey, ownOfImage, readOwnOfImage } from '../own-facts.ts';
import { asWritten } from '../parse-json.ts';

export const labelme = datasetFormat({
  id: 'labelme',
  label: 'labelme',
  description:
    'A folder (or .zip) with a JSON file beside each picture, as labelme 7 opens it; masks to the pixel. Also one such file.',
  endings: ['zip', 'json'],
  accounts: ownFacts,
  writer: { pictureName, files },
  read,
});

/** The version of labelme whose reader this is written for. */
const version = '7.1.0';

function pictureName({ name, split }: ImageToWrite): string {
  return split === null ? name : `${split}/${name}`;
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  for (const image of set.images) {
    set.signal.throwIfAborted();
    const shapes: object[] = [];
    for (const { className, mask, record } of image.targets) {
      const { box, data } = cropOf(mask);
      const [x, y, width, height] = box;
      const png = await encodePng({
        width,
        height,
        channels: 1,
        data: data.map((pixel) => (pixel === 0 ? 0 : 255)),
      });
      const others = Object.entries(record.attributes).filter(([, value]) => typeof value !== 'boolean');
      shapes.push({
        label: className,
        points: [
          [x, y],
          [x + width - 1, y + height - 1],
        ],
        group_id: null,
        description: record.name === className ? '' : record.name,
        shape_type: 'mask',
        flags: Object.fromEntries(
          Object.entries(record.attributes).filter(([, value]) => typeof value === 'boolean'),
        ),
        mask: Buffer.from(png).toString('base64'),
        ...(record.locked ? { locked: true } : {}),
        // Beyond its own fields, as X-AnyLabeling writes it; labelme keeps what it does not know.
        ...(others.length > 0 ? { attributes: Object.fromEntries(others) } : {}),
        ...ownOfTarget(record),
      });
    }
    const file = {
      version,
      flags: {},
      shapes,
      imagePath: basename(image.name),
      imageData: null,
      imageHeight: image.record.height,
      imageWidth: image.record.width,
      ...ownOfImage(image.record, { isSplit: image.split !== null }),
    };
    yield { name: `${withoutEnding(pictureName(image))}.json`, data: `${JSON.stringify(file, null, 2)}\n` };
  }
}

const known = new Set([
  'version',
  'flags',
  'shapes',
  'imagePath',
  'imageData',
  'imageHeight',
  'imageWidth',
  'lineColor',
  'fillColor',
  ownKey,
]);

const knownOfShapes = new Set([
  ...[
    'label',
    'points',
    'group_id',
    'description',
    'shape_type',
    'flags',
    'mask',
    'line_color',
    'fill_color',
  ],
  'locked',
  // What X-AnyLabeling writes beside; the direction only repeats how the corners stand.
  ...['score', 'attributes', 'difficult', 'direction'],
  ownKey,
]);

/** Some write a class by its number. */
function labelOf({ label }: Readonly<Record<string, unknown>>): string | null {
  if (typeof label === 'number') return String(label);
  return typeof label === 'string' && label.trim() !== '' ? label : null;
}

async function read(tree: FileTree, { losses, signal, withEnding }: ReadContext): Promise<FoundDataset> {
  const note = createFieldNotes(losses, 'labelme files', known);
  const noteShape = createFieldNotes(losses, 'shapes', knownOfShapes);
  const classes = new Map<string, { name: string }>();
  const images = [];
  let others = 0;
  for await (const { file: name, value } of jsonFilesIn(tree, { losses, signal })) {
    const file = isObject(value) ? value : null;
    const shapes = file?.['shapes'];
    const imagePath = file ? imagePathOf(file, name, withEnding) : null;
    if (!file || !Array.isArray(shapes) || imagePath === null) {
      others++;
      continue;
    }
    note(file);
    if (isObject(file['flags']) && Object.values(file['flags']).includes(true))
      losses.add('Flags of images: not imported', name);
    for (const shape of shapes)
      if (isObject(shape)) {
        noteShape(shape);
        const label = labelOf(shape);
        if (label !== null) classes.set(label, { name: label });
      }
    const { imageWidth: width, imageHeight: height } = file;
    const size =
      Number.isInteger(width) && Number.isInteger(height)
        ? { width: width as number, height: height as number }
        : null;
    const [, split = null] = /^(?:.*\/)?(train|val|test)\//u.exec(name) ?? [];
    const folder = dirname(name)
      .replace(/^(?:train|val|test)(?:\/|$)/u, '')
      .replace(/^\.$/u, '');
    images.push({
      wanted: { name: pathIn(folder, imagePath), size, sha256: null },
      // Holds: the pattern names the three parts.
      split: split as 'train' | 'val' | 'test' | null,
      facts: readOwnOfImage(file, losses, name),
      targets: (found: Size) => targetsOf(shapes, name, found, losses),
    });
  }
  if (images.length === 0)
    throw new AppError(
      'bad-file',
      'This is no labelme file or folder: no JSON file in it has "shapes" and "imagePath".',
    );
  if (others > 0) losses.add('Files passed over: they are no labelme files', `${others} JSON files`);
  return { classes: [...classes.values()], images };
}

/** A file that names no picture lies beside its own, under its name. Null for one of another program. */
function imagePathOf(
  file: Readonly<Record<string, unknown>>,
  name: string,
  withEnding: (path: string) => string,
): string | null {
  const { imagePath } = file;
  if (typeof imagePath === 'string' && imagePath.trim() !== '') return imagePath;
  const isOurs = 'imageData' in file || 'imageHeight' in file || 'imagePath' in file;
  return isOurs ? withEnding(withoutEnding(basename(name))) : null;
}

/** An absolute path says more of another machine than of this one; a relative one counts from the file. */
function pathIn(folder: string, imagePath: string): string {
  const path = imagePath.replaceAll('\\', '/');
  if (path.startsWith('/') || /^[a-z]:/iu.test(path) || isAddress(path)) return path;
  return posix.normalize(posix.join(folder, path)).replace(/^(?:\.\.\/)+/u, '');
}

async function targetsOf(
  shapes: readonly unknown[],
  file: string,
  size: Size,
  losses: LossList,
): Promise<FoundTarget[]> {
  const targets: FoundTarget[] = [];
  const groups = new Map<string, number>();
  for (const [index, shape] of shapes.entries()) {
    const where = `shape ${index} of ${file}`;
    if (!isObject(shape)) {
      losses.add('Targets left out: they are no records', where);
      continue;
    }
    const label = labelOf(shape);
    if (label === null) losses.add('Targets imported without a class: they have no label', where);
    try {
      const mask = await maskOf(shape, size, { where, losses });
      if (mask === null) {
        losses.add(
          'Shapes left out: they enclose nothing',
          `${where}, ${asWritten(shape['shape_type'] ?? 'polygon')}`,
        );
        continue;
      }
      const target: FoundTarget = { where, className: label, mask, ...factsOf(shape, losses, where) };
      // Parts of one thing share a number.
      const { group_id: number } = shape;
      const isGrouped = typeof number === 'number' || (typeof number === 'string' && number !== '');
      const group = isGrouped ? `${label} ${number}` : null;
      const first = group === null ? undefined : groups.get(group);
      const known = first === undefined ? undefined : targets[first];
      if (known && first !== undefined) {
        if (!isDeepStrictEqual(saidOf(known), saidOf(target)))
          losses.add('Parts of one target that say different things: what the first says counts', where);
        targets[first] = { ...known, mask: unionOf(known.mask, mask) };
        continue;
      }
      if (group !== null) groups.set(group, targets.length);
      targets.push(target);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      losses.add('Targets left out: they cannot be read', `${where}: ${error.message}`);
    }
  }
  return targets;
}

function saidOf({
  name,
  score,
  attributes,
}: FoundTarget): Pick<FoundTarget, 'name' | 'score' | 'attributes'> {
  return { name: name ?? '', score: score ?? null, attributes: attributes ?? {} };
}

/** What a shape says beside its outline. */
function factsOf(
  shape: Readonly<Record<string, unknown>>,
  losses: LossList,
  where: string,
): Omit<FoundTarget, 'where' | 'className' | 'mask'> {
  const { flags, attributes, difficult, description } = shape;
  const own = readOwnFacts({ ...shape, attributes: {} }, losses, where);
  return {
    ...own,
    ...(shape['locked'] === true ? { locked: true } : {}),
    attributes: attributesToKeep(
      {
        ...(isObject(attributes) ? attributes : {}),
        ...(difficult === true ? { difficult } : {}),
        ...(isObject(flags) ? flags : {}),
      },
      losses,
      where,
    ),
    name: own.name ?? (typeof description === 'string' && description !== '' ? description : null),
  };
}

/** Null for a shape without an inside. @throws AppError 'bad-polygon', and of image-decoder.ts */
async function maskOf(
  shape: Readonly<Record<string, unknown>>,
  size: Size,
  told: ShapeTold,
): Promise<Runs | null> {
  const type = shape['shape_type'] ?? 'polygon';
  const points = pointsOf(shape['points']);
  const [first = [0, 0], second = [0, 0]] = points;
  switch (type) {
    case 'polygon':
    case 'oriented_rectangle':
    case 'rotation':
    case 'quadrilateral':
      return filledOutline(points.flat(), size, told);
    case 'rectangle':
      // Two corners, or all four of them as X-AnyLabeling writes it.
      if (points.length > 2) return filledOutline(points.flat(), size, told);
      return filledOutline(boxOutline([first[0], first[1], second[0], second[1]]), size, told);
    case 'circle': {
      const radius = Math.hypot(second[0] - first[0], second[1] - first[1]);
      return filledOutline(ellipseOutline(first, [radius, radius]), size, told);
    }
    case 'mask':
      return maskOfPng(shape['mask'], { first, second }, size, told);
    default:
      return null;
  }
}

function pointsOf(value: unknown): [number, number][] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map((point, at) => {
    const isPoint =
      Array.isArray(point) &&
      point.length === 2 &&
      point.every((side) => typeof side === 'number' && Number.isFinite(side));
    if (!isPoint) throw new AppError('bad-polygon', `Point ${at} is ${asWritten(point)}.`);
    return [point[0] as number, point[1] as number];
  });
}

/** Between corners of whole pixels a mask is as large as they say; between others, as its picture is (labelme's own rule). */
async function maskOfPng(
  value: unknown,
  {
    first,
    second,
  }: { readonly first: readonly [number, number]; readonly second: readonly [number, number] },
  size: Size,
  told: ShapeTold,
): Promise<Runs> {
  if (typeof value !== 'string') throw new AppError('bad-rle', 'The mask has no picture.');
  const { width, height, data } = await decodeMask(Buffer.from(value, 'base64'), 'The mask', 'value');
  const [left, top] = [Math.round(first[0]), Math.round(first[1])];
  const isWhole = [...first, ...second].every(Number.isInteger) && second[0] >= left && second[1] >= top;
  const across = isWhole ? Math.min(width, second[0] - left + 1) : width;
  const down = isWhole ? Math.min(height, second[1] - top + 1) : height;
  if (across === width && down === height)
    return maskInBox({ box: [left, top, width, height], data }, size, told);
  told.losses.add('Masks cut at their corners: their picture is larger', told.where);
  const kept = Uint8Array.from(
    { length: across * down },
    (_, at) => data[Math.floor(at / across) * width + (at % across)] ?? 0,
  );
  return maskInBox({ box: [left, top, across, down], data: kept }, size, told);
}
