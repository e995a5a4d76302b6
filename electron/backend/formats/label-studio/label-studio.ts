import type { XmlElement } from '@rgrove/parse-xml';
import type { Size } from '../../../common/geometry.ts';
import { AppError } from '../../../common/errors.ts';
import { decodeRegion, encodeCrop } from '../../../common/mask-region.ts';
import type { Runs } from '../../../common/runs.ts';
import { decodeMask } from '../../images/image-decoder.ts';
import type {
  DatasetFile,
  DatasetToWrite,
  FoundDataset,
  FoundTarget,
  ReadContext,
  TargetToWrite,
} from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { xmlRootIn } from '../dataset/xml-file.ts';
import { jsonFilesIn } from '../dataset/json-file.ts';
import { boxOutline, ellipseOutline, filledOutline, type ShapeTold, turned } from '../dataset/outline.ts';
import { lossOfFact } from '../facts.ts';
import type { LossList } from '../format.ts';
import { isObject } from '../is-object.ts';
import { commentsIn } from '../own-facts.ts';
import { attributesToKeep } from '../own-attributes.ts';
import { asWritten } from '../parse-json.ts';
import { deepElements, elementsIn } from '../xml.ts';
import { flagChoices, Questions, tagsOf } from './answers.ts';
import { decodeBrush, encodeBrush } from './brush-rle.ts';
import { ownModel, picturesOf, type Region } from './tasks.ts';

export const labelStudio = datasetFormat({
  id: 'label-studio',
  label: 'Label Studio',
  description:
    'tasks.json with brush masks to the pixel, proposals as predictions, and the pictures, in a folder or .zip; reads brushes, bitmasks, polygons, boxes and ellipses, and predictions as targets to review.',
  endings: ['zip', 'json'],
  accounts: ['classes', 'scores', 'attributes', 'review', 'drawnBy'],
  writer: { pictureName: ({ name }) => `images/${name}`, files },
  read,
});

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const questions = new Questions(set.classes);
  const tasks: string[] = [];
  for (const image of set.images) {
    set.signal.throwIfAborted();
    const { width, height } = image.record;
    const size = { original_width: width, original_height: height, image_rotation: 0 };
    const resultOf = (target: TargetToWrite): object[] => [
      {
        ...{ id: target.record.id, type: 'brushlabels', from_name: 'label', to_name: 'image', ...size },
        ...originOf(target, set.losses),
        ...(target.record.score === null ? {} : { score: target.record.score }),
        value: {
          format: 'rle',
          rle: encodeBrush(decodeRegion(target.mask, [0, 0, width, height])),
          brushlabels: [target.className],
        },
      },
      ...questions.answersOf(target, size, set.losses),
    ];
    const isProposal = ({ record }: TargetToWrite): boolean => record.review === 'proposed';
    const [proposed, drawn] = [
      image.targets.filter(isProposal),
      image.targets.filter((target) => !isProposal(target)),
    ];
    // Who opens a task of proposals alone in Label Studio has it still to do.
    const annotations =
      drawn.length > 0 || proposed.length === 0 ? [{ result: drawn.flatMap(resultOf) }] : [];
    const predictions =
      proposed.length === 0
        ? {}
        : { predictions: [{ model_version: ownModel, result: proposed.flatMap(resultOf) }] };
    const data = { image: `images/${image.name}`, ...(image.split === null ? {} : { split: image.split }) };
    tasks.push(JSON.stringify({ id: image.number, data, annotations, ...predictions }));
  }
  yield { name: 'tasks.json', data: `[\n${tasks.join(',\n')}\n]\n` };
  yield { name: 'labeling-config.xml', data: configOf(set, questions) };
}

/** Who drew a region, in its words. */
function originOf({ record: { source, edited }, where }: TargetToWrite, losses: LossList): object {
  if (source === 'model') return { origin: edited ? 'prediction-changed' : 'prediction' };
  if (edited) losses.add(lossOfFact.drawnBy, where);
  return source === 'person' ? { origin: 'manual' } : {};
}

/** What Label Studio has to be set up with before it takes the tasks. */
function configOf({ classes }: DatasetToWrite, questions: Questions): string {
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const labels = classes.map(
    ({ name, colour }) =>
      `    <Label value="${escaped(name)}"${colour === null ? '' : ` background="${colour}"`}/>`,
  );
  return [
    '<View>',
    '  <Image name="image" value="$image" zoom="true"/>',
    '  <BrushLabels name="label" toName="image">',
    ...labels,
    '  </BrushLabels>',
    ...tagsOf(questions.list(), escaped),
    '</View>',
    '',
  ].join('\n');
}

async function read(tree: FileTree, { losses, signal }: ReadContext): Promise<FoundDataset> {
  const classes = new Map<string, { name: string }>();
  const { labels: configured, flags } = await configuredIn(tree, losses);
  for (const name of configured) classes.set(name, { name });
  const images = [];
  const noTasks: string[] = [];
  let isAny = false;
  for await (const { file, value } of jsonFilesIn(tree, { losses, signal })) {
    const tasks: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [index, task] of tasks.entries()) {
      const pictures = picturesOf(task, `task ${index} of ${file}`, losses);
      if (pictures === null) {
        if (Array.isArray(value)) noTasks.push(`task ${index} of ${file}`);
        continue;
      }
      isAny = true;
      for (const { name, size, split, regions } of pictures) {
        for (const { labels } of regions) for (const label of labels) classes.set(label, { name: label });
        images.push({
          wanted: { name, size, sha256: null },
          split,
          targets: (found: Size) => targetsOf(regions, found, { flags, losses }),
        });
      }
    }
  }
  if (!isAny)
    throw new AppError(
      'bad-file',
      'This is no Label Studio export: no JSON file in it is a list of tasks with "data".',
    );
  for (const where of noTasks) losses.add('Tasks left out: they are none', where);
  return { classes: [...classes.values()], images };
}

interface Configuration {
  /** The labels that the project was set up with; they may have no region yet. */
  readonly labels: readonly string[];
  /** Answers that are yes or no. */
  readonly flags: ReadonlySet<string>;
}

/** What a project of Label Studio was set up with, where its configuration lies beside the tasks. */
async function configuredIn(tree: FileTree, losses: LossList): Promise<Configuration> {
  const labels: string[] = [];
  const flags = new Set<string>();
  for (const file of tree.names.filter((name) => /\.xml$/iu.test(name))) {
    const root = await xmlRootIn(tree, file, losses);
    if (root?.name !== 'View') continue;
    const all = (element: XmlElement): XmlElement[] =>
      elementsIn(element).flatMap((each) => (each.name.endsWith('Labels') ? [each] : [each, ...all(each)]));
    for (const each of all(root)) {
      if (each.name.endsWith('Labels'))
        for (const label of deepElements(each, 'Label')) labels.push(label.attributes['value'] ?? '');
      if (each.name !== 'Choices') continue;
      const offered = deepElements(each, 'Choice').map(({ attributes }) => attributes['value'] ?? '');
      const isFlag = offered.toSorted().join() === flagChoices.toSorted().join();
      if (isFlag) flags.add(each.attributes['name'] ?? '');
    }
  }
  return { labels: labels.filter((name) => name !== ''), flags };
}

async function targetsOf(
  regions: readonly Region[],
  size: Size,
  { flags, losses }: { readonly flags: ReadonlySet<string>; readonly losses: LossList },
): Promise<FoundTarget[]> {
  const targets: FoundTarget[] = [];
  for (const { value, type, where, score, labels, turn, attributes, drawn, notes } of regions) {
    if (typeof turn === 'number' && turn % 360 !== 0)
      losses.add('Regions of a turned image: placed as if it stood upright', `${where}, ${turn} degrees`);
    if (labels.length > 1)
      losses.add('Regions of several labels: the first is taken', `${where}: ${labels.join(', ')}`);
    try {
      const mask = await maskOf(type, value, size, { where, losses });
      if (mask === null) {
        losses.add('Regions left out: they enclose nothing', `${where}, ${asWritten(type)}`);
        continue;
      }
      targets.push({
        where,
        className: labels[0] ?? null,
        mask,
        score: typeof score === 'number' && score >= 0 && score <= 1 ? score : null,
        attributes: attributesToKeep(withFlags(attributes, flags), losses, where),
        comments: commentsIn(
          notes.map(({ text, at }) => ({ text, at: timeOf(at) })),
          losses,
          where,
        ),
        ...drawn,
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      losses.add('Targets left out: they cannot be read', `${where}: ${error.message}`);
    }
  }
  return targets;
}

/** A time as the document has them; as it stands where it is none. */
function timeOf(at: unknown): unknown {
  const time = typeof at === 'string' ? new Date(at) : null;
  return time === null || Number.isNaN(time.getTime()) ? at : time.toISOString();
}

function withFlags(attributes: Region['attributes'], flags: ReadonlySet<string>): Region['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, flags.has(name) ? value === 'true' : value]),
  );
}

/** @throws AppError 'bad-rle' */
function bytesOf(list: readonly unknown[]): Uint8Array {
  const at = list.findIndex(
    (byte) => typeof byte !== 'number' || !Number.isInteger(byte) || byte < 0 || byte > 255,
  );
  if (at >= 0) throw new AppError('bad-rle', `Byte ${at} of the brush is ${asWritten(list[at])}.`);
  // Holds: every one was looked at.
  return Uint8Array.from(list as readonly number[]);
}

/** Null for a region without an inside. Coordinates are percent of the image. */
async function maskOf(
  type: string | null,
  value: Readonly<Record<string, unknown>>,
  size: Size,
  told: ShapeTold,
): Promise<Runs | null> {
  const { width, height } = size;
  const whole = [0, 0, width, height] as const;
  if (Array.isArray(value['rle']))
    return encodeCrop({ box: whole, data: decodeBrush(bytesOf(value['rle']), width * height) }, size);
  if (typeof value['imageDataURL'] === 'string') {
    const picture = await decodeMask(
      Buffer.from(value['imageDataURL'].replace(/^data:[^,]*,/u, ''), 'base64'),
      'The mask',
      'alpha',
    );
    if (picture.width !== width || picture.height !== height)
      throw new AppError(
        'mask-size-mismatch',
        `The mask has ${picture.width} x ${picture.height} pixels, the image has ${width} x ${height}.`,
      );
    return encodeCrop({ box: whole, data: picture.data }, size);
  }
  const corners = Array.isArray(value['vertices'])
    ? value['vertices'].map((each: unknown) => (isObject(each) ? [each['x'], each['y']] : each))
    : value['points'];
  if (Array.isArray(corners)) {
    // A line that was not closed has no inside.
    if (value['closed'] === false) return null;
    const points = corners.map((point: unknown, at) => {
      if (
        Array.isArray(point) &&
        point.length === 2 &&
        point.every((side) => typeof side === 'number' && Number.isFinite(side))
      )
        return [((point[0] as number) * width) / 100, ((point[1] as number) * height) / 100];
      throw new AppError('bad-polygon', `Point ${at} is ${asWritten(point)}.`);
    });
    return filledOutline(points.flat(), size, told);
  }
  const numbers = (names: readonly [string, string, string, string]): [number, number, number, number] => {
    const sides = names.map((name) => value[name]);
    if (!sides.every((side): side is number => typeof side === 'number' && Number.isFinite(side)))
      throw new AppError('bad-polygon', `Its ${names.join(', ')} are ${asWritten(value)}.`);
    const [x = 0, y = 0, across = 0, down = 0] = sides;
    return [(x * width) / 100, (y * height) / 100, (across * width) / 100, (down * height) / 100];
  };
  const { rotation = 0 } = value;
  if (typeof rotation !== 'number' || !Number.isFinite(rotation))
    throw new AppError('bad-polygon', `Its rotation is ${asWritten(rotation)}.`);
  switch (boxLike(type, value)) {
    case 'box': {
      const [left, top, across, down] = numbers(['x', 'y', 'width', 'height']);
      told.losses.add('Boxes: imported as filled rectangles', told.where);
      // Turned about its corner, not its middle.
      const outline = boxOutline([left, top, left + across, top + down]);
      return filledOutline(turned(outline, { degrees: rotation, about: [left, top] }), size, told);
    }
    case 'ellipse': {
      const [x, y, across, down] = numbers(['x', 'y', 'radiusX', 'radiusY']);
      const outline = ellipseOutline([x, y], [across, down]);
      return filledOutline(turned(outline, { degrees: rotation, about: [x, y] }), size, told);
    }
    default:
      return null;
  }
}

/** Its small export says no type: what it has tells. */
function boxLike(type: string | null, value: Readonly<Record<string, unknown>>): 'box' | 'ellipse' | null {
  if (type === 'rectanglelabels' || type === 'rectangle') return 'box';
  if (type === 'ellipselabels' || type === 'ellipse') return 'ellipse';
  if (type !== null) return null;
  return 'radiusX' in value ? 'ellipse' : 'height' in value ? 'box' : null;
}
