import { basename, dirname, posix } from 'node:path';
import type { Size } from '../../../common/geometry.ts';
import { fillCocoPolygons } from '../../../common/coco-polygon.ts';
import { AppError } from '../../../common/errors.ts';
import { cropOf, encodeCrop } from '../../../common/mask-region.ts';
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
import { type FileTree, withoutEnding } from '../dataset/file-tree.ts';
import { jsonIn } from '../dataset/json-file.ts';
import type { LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { createFieldNotes } from '../other-fields.ts';
import { asWritten } from '../parse-json.ts';

export const labelme = datasetFormat({
  id: 'labelme',
  label: 'labelme',
  description:
    'A folder (or .zip) with a JSON file beside each picture, as labelme 7 opens it; masks to the pixel. Also one such file.',
  endings: ['zip', 'json'],
  accounts: ['names', 'attributes'],
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
    for (const { className, mask, record, where } of image.targets) {
      const { box, data } = cropOf(mask);
      const [x, y, width, height] = box;
      const png = await encodePng({
        width,
        height,
        channels: 1,
        data: data.map((pixel) => (pixel === 0 ? 0 : 255)),
      });
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
      });
      for (const [name, value] of Object.entries(record.attributes))
        if (typeof value !== 'boolean')
          set.losses.add('Attributes that are no flags: labelme has no place for them', `${where}: ${name}`);
    }
    const file = {
      version,
      flags: {},
      shapes,
      imagePath: basename(image.name),
      imageData: null,
      imageHeight: image.record.height,
      imageWidth: image.record.width,
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
]);

async function read(tree: FileTree, { losses, signal }: ReadContext): Promise<FoundDataset> {
  const note = createFieldNotes(losses, 'labelme files', known);
  const classes = new Map<string, { name: string }>();
  const images = [];
  let others = 0;
  for (const name of tree.names.filter((each) => /\.json$/iu.test(each))) {
    signal.throwIfAborted();
    const file = await objectIn(tree, name, { losses, signal });
    const shapes = file?.['shapes'];
    if (!file || !Array.isArray(shapes) || typeof file['imagePath'] !== 'string') {
      others++;
      continue;
    }
    note(file);
    if (isObject(file['flags']) && Object.values(file['flags']).includes(true))
      losses.add('Flags of images: not imported', name);
    for (const shape of shapes)
      if (isObject(shape) && typeof shape['label'] === 'string')
        classes.set(shape['label'], { name: shape['label'] });
    const { imageWidth: width, imageHeight: height, imagePath } = file;
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

/** An absolute path says more of another machine than of this one; a relative one counts from the file. */
function pathIn(folder: string, imagePath: string): string {
  const path = imagePath.replaceAll('\\', '/');
  if (path.startsWith('/') || /^[a-z]:/iu.test(path)) return path;
  return posix.normalize(posix.join(folder, path)).replace(/^(?:\.\.\/)+/u, '');
}

/** Of many files one may be damaged; the only one may not. */
async function objectIn(
  tree: FileTree,
  name: string,
  { losses, signal }: Pick<ReadContext, 'losses' | 'signal'>,
): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const value = await jsonIn(tree, name, signal);
    return isObject(value) ? value : null;
  } catch (error) {
    if (tree.names.length === 1 || !(error instanceof AppError) || error.code !== 'bad-file') throw error;
    losses.add('Files left out: they are no JSON', name);
    return null;
  }
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
    const label = typeof shape['label'] === 'string' && shape['label'] !== '' ? shape['label'] : null;
    try {
      const mask = await maskOf(shape, size);
      if (mask === null) {
        losses.add(
          'Shapes left out: they enclose nothing',
          `${where}, ${asWritten(shape['shape_type'] ?? 'polygon')}`,
        );
        continue;
      }
      // Parts of one thing share a number.
      const group = typeof shape['group_id'] === 'number' ? `${label} ${shape['group_id']}` : null;
      const first = group === null ? undefined : groups.get(group);
      const known = first === undefined ? undefined : targets[first];
      if (known && first !== undefined) {
        targets[first] = { ...known, mask: unionOf(known.mask, mask) };
        continue;
      }
      if (group !== null) groups.set(group, targets.length);
      const flags = isObject(shape['flags']) ? shape['flags'] : {};
      const { description } = shape;
      targets.push({
        where,
        className: label,
        mask,
        attributes: Object.fromEntries(
          Object.entries(flags).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
        ),
        ...(typeof description === 'string' && description !== '' ? { name: description } : {}),
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      losses.add('Targets left out: they cannot be read', `${where}: ${error.message}`);
    }
  }
  return targets;
}

/** Null for a shape without an inside. @throws AppError 'bad-polygon', and of image-decoder.ts */
async function maskOf(shape: Readonly<Record<string, unknown>>, size: Size): Promise<Runs | null> {
  const type = shape['shape_type'] ?? 'polygon';
  const points = pointsOf(shape['points']);
  const [first = [0, 0], second = [0, 0]] = points;
  switch (type) {
    case 'polygon':
    case 'oriented_rectangle':
      return fillCocoPolygons([points.flat()], size);
    case 'rectangle':
      return fillCocoPolygons(
        [[first[0], first[1], second[0], first[1], second[0], second[1], first[0], second[1]]],
        size,
      );
    case 'circle': {
      const radius = Math.hypot(second[0] - first[0], second[1] - first[1]);
      const corners = Array.from({ length: 180 }, (_, at) => (at * Math.PI) / 90);
      return fillCocoPolygons(
        [
          corners.flatMap((angle) => [
            first[0] + radius * Math.cos(angle),
            first[1] + radius * Math.sin(angle),
          ]),
        ],
        size,
      );
    }
    case 'mask':
      return maskOfPng(shape['mask'], [Math.round(first[0]), Math.round(first[1])], size);
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

async function maskOfPng(value: unknown, [left, top]: readonly [number, number], size: Size): Promise<Runs> {
  if (typeof value !== 'string') throw new AppError('bad-rle', 'The mask has no picture.');
  const { width, height, data } = await decodeMask(Buffer.from(value, 'base64'), 'The mask', 'value');
  if (left < 0 || top < 0 || left + width > size.width || top + height > size.height)
    throw new AppError('mask-size-mismatch', 'The mask reaches out of the image.');
  return encodeCrop({ box: [left, top, width, height], data }, size);
}
