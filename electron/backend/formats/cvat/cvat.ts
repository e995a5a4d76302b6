import { XmlElement, XmlText } from '@rgrove/parse-xml';
import type { Size } from '../../../common/geometry.ts';
import type { CategoryRecord, Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { grouped } from '../../../common/grouped.ts';
import { cropOf } from '../../../common/mask-region.ts';
import type { Runs } from '../../../common/runs.ts';
import type {
  DatasetFile,
  DatasetToWrite,
  FoundClass,
  FoundDataset,
  FoundTarget,
  ReadContext,
  TargetToWrite,
} from '../dataset/dataset.ts';
import { datasetFormat } from '../dataset/dataset-format.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { xmlRootIn } from '../dataset/xml-file.ts';
import { targetOrLoss } from '../dataset/import-dataset.ts';
import {
  boxOutline,
  ellipseOutline,
  filledOutline,
  maskInBox,
  type ShapeTold,
  turned,
} from '../dataset/outline.ts';
import type { LossList } from '../format.ts';
import { pixelsOfRowRuns, rowRunsOf } from '../row-runs.ts';
import { deepElements, elementsIn, elementsOf, textIn } from '../xml.ts';

export const cvat = datasetFormat({
  id: 'cvat',
  label: 'CVAT for images 1.1',
  description:
    'annotations.xml with masks to the pixel, and the pictures, in a folder or .zip that CVAT takes; reads masks, polygons and boxes.',
  endings: ['zip', 'xml'],
  accounts: ['classes', 'attributes', 'definitions', 'drawnBy'],
  writer: { pictureName: ({ name }) => `images/${name}`, files },
  read,
});

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Text inside XML. Characters that XML 1.0 does not have at all become spaces. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"\n\r\t]/gu, (sign) => escapes[sign] ?? sign)
    .replaceAll(/[\p{Cc}\ufffe\uffff]/gu, ' ');
}

async function* files(set: DatasetToWrite): AsyncGenerator<DatasetFile> {
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<annotations>',
    '  <version>1.1</version>',
    '  <meta><task>',
    `    <name>${escaped(set.name)}</name>`,
    '    <labels>',
  ];
  for (const { name, colour, attributes } of set.classes) {
    const inside = attributes.map((each) => {
      const type = { choice: 'select', number: 'number', text: 'text', flag: 'checkbox' }[each.type];
      return `<attribute><name>${escaped(each.name)}</name><mutable>False</mutable><input_type>${type}</input_type><default_value>${escaped(String(each.initial ?? ''))}</default_value><values>${escaped(each.choices.join('\n'))}</values></attribute>`;
    });
    lines.push(
      `      <label><name>${escaped(name)}</name>${colour === null ? '' : `<color>${colour}</color>`}<attributes>${inside.join('')}</attributes></label>`,
    );
  }
  lines.push('    </labels>', '  </task></meta>');
  for (const [index, image] of set.images.entries()) {
    set.signal.throwIfAborted();
    const { width, height } = image.record;
    const subset = image.split === null ? '' : ` subset="${image.split}"`;
    lines.push(
      `  <image id="${index}" name="${escaped(image.name)}"${subset} width="${width}" height="${height}">`,
    );
    for (const [order, { className, mask, record }] of image.targets.entries()) {
      const { box, data } = cropOf(mask);
      const [left, top, across, down] = box;
      const attributes = Object.entries(record.attributes).map(
        ([name, value]) => `<attribute name="${escaped(name)}">${escaped(String(value))}</attribute>`,
      );
      lines.push(
        `    <mask label="${escaped(className)}" source="${sourceFor(record)}" occluded="0" rle="${rowRunsOf(data).join(', ')}" left="${left}" top="${top}" width="${across}" height="${down}" z_order="${order}">${attributes.join('')}</mask>`,
      );
    }
    lines.push('  </image>');
  }
  lines.push('</annotations>', '');
  yield { name: 'annotations.xml', data: lines.join('\n') };
}

/** Who drew it, in CVAT's words; it calls what a person corrected half automatic. */
function sourceFor({ source, edited }: TargetToWrite['record']): string {
  if (source === 'model') return edited ? 'semi-auto' : 'auto';
  return source === 'person' ? 'manual' : 'file';
}

function drawnBy(source: string | undefined): Pick<FoundTarget, 'source' | 'edited'> {
  if (source === 'manual') return { source: 'person' };
  return source === 'auto' || source === 'semi-auto'
    ? { source: 'model', edited: source === 'semi-auto' }
    : {};
}

async function read(tree: FileTree, { losses, signal, withEnding }: ReadContext): Promise<FoundDataset> {
  const classes = new Map<string, FoundClass>();
  const images = [];
  let isAny = false;
  for (const file of tree.names.filter((name) => /\.xml$/iu.test(name))) {
    signal.throwIfAborted();
    const root = await xmlRootIn(tree, file, losses);
    if (root?.name !== 'annotations') continue;
    isAny = true;
    for (const label of elementsOf(root, 'meta').flatMap((meta) => deepElements(meta, 'label'))) {
      const name = elementsOf(label, 'name')[0]?.text ?? '';
      if (name !== '') classes.set(name, { name, attributes: definitionsOf(label) });
    }
    const noteClass = ({ shape, label }: Marked): void => {
      if (label !== null && shape.name !== 'tag' && !classes.has(label)) classes.set(label, { name: label });
    };
    for (const { frame, size, marked } of framesOf(root)) {
      marked.forEach(noteClass);
      images.push({
        // As the program calls the pictures of a film.
        wanted: { name: withEnding(`frame_${String(frame).padStart(6, '0')}`), size, sha256: null },
        split: null,
        targets: (found: Size) => targetsOf(marked, `frame ${frame}`, found, losses),
      });
    }
    const marks = elementsOf(root, 'image');
    const byName = grouped(marks, ({ attributes }) => attributes['name'] ?? '');
    for (const image of marks) {
      const { name = '', width, height, subset = '' } = image.attributes;
      if (name === '') {
        losses.add('Images left out: they have no file name', `image ${image.attributes['id'] ?? ''}`);
        continue;
      }
      const marked = image.children.flatMap((shape, index): Marked[] => {
        if (shape instanceof XmlElement)
          return [{ shape, index, label: shape.attributes['label'] ?? null, attributes: {} }];
        if (shape instanceof XmlText && shape.text.trim() !== '')
          losses.add('Texts between shapes: not imported', shape.text.trim());
        return [];
      });
      marked.forEach(noteClass);
      images.push({
        // Of a project two tasks may have a picture of one name: it writes them into folders of their subsets.
        wanted: {
          name: (byName.get(name)?.length ?? 0) > 1 && subset !== '' ? `${subset}/${name}` : name,
          ...{ size: sizeOf(width, height), sha256: null },
        },
        split: splitOf(subset),
        targets: (found: Size) => targetsOf(marked, name, found, losses),
      });
    }
  }
  if (!isAny)
    throw new AppError('bad-file', 'This is no CVAT file: its outermost element is not "annotations".');
  return { classes: [...classes.values()], images };
}

/** A shape with what its image or its track says of it. */
interface Marked {
  readonly shape: XmlElement;
  /** Its place in the image. */
  readonly index: number;
  readonly label: string | null;
  readonly attributes: Readonly<Record<string, number>>;
}

interface Frame {
  readonly frame: number;
  readonly size: Size | null;
  readonly marked: Marked[];
}

/** The pictures of a film ("CVAT for video"): each track says where its thing is in each of them, also between the frames that somebody drew. */
function framesOf(root: XmlElement): readonly Frame[] {
  const [stated] = elementsOf(root, 'meta').flatMap((meta) => deepElements(meta, 'original_size'));
  const size = stated ? sizeOf(textIn(stated, 'width'), textIn(stated, 'height')) : null;
  const frames = new Map<number, Frame>();
  for (const [place, track] of elementsOf(root, 'track').entries())
    for (const [index, shape] of elementsIn(track).entries()) {
      const number = Number(shape.attributes['frame'] ?? Number.NaN);
      // It has left the picture.
      if (!Number.isInteger(number) || shape.attributes['outside'] === '1') continue;
      const frame = frames.get(number) ?? { frame: number, size, marked: [] };
      frames.set(number, frame);
      const id = Number(track.attributes['id'] ?? place);
      const attributes = { track_id: Number.isFinite(id) ? id : place };
      frame.marked.push({ shape, index, label: track.attributes['label'] ?? null, attributes });
    }
  return [...frames.values()].toSorted((a, b) => a.frame - b.frame);
}

function sizeOf(width: string | undefined, height: string | undefined): Size | null {
  const size = { width: Number(width ?? Number.NaN), height: Number(height ?? Number.NaN) };
  return Number.isInteger(size.width) && Number.isInteger(size.height) ? size : null;
}

/** What a class asks of its targets. */
function definitionsOf(label: XmlElement): CategoryRecord['attributes'] {
  const lists = elementsOf(label, 'attributes').flatMap((list) => elementsOf(list, 'attribute'));
  return lists.flatMap((each) => {
    const type = typesOf[textIn(each, 'input_type').toLowerCase()];
    const name = textIn(each, 'name');
    if (name === '' || type === undefined) return [];
    const choices =
      type === 'choice'
        ? textIn(each, 'values')
            .split('\n')
            .map((value) => value.trim())
        : [];
    const initial = textIn(each, 'default_value');
    return [
      {
        ...{ name, type, choices: choices.filter((value) => value !== '') },
        initial: initial === '' ? null : type === 'text' || type === 'choice' ? initial : valueOf(initial),
      },
    ];
  });
}

const typesOf: Readonly<Record<string, CategoryRecord['attributes'][number]['type']>> = {
  select: 'choice',
  radio: 'choice',
  number: 'number',
  text: 'text',
  checkbox: 'flag',
};

function splitOf(subset: string): Split | null {
  const known: Readonly<Record<string, Split>> = {
    train: 'train',
    val: 'val',
    validation: 'val',
    test: 'test',
  };
  return Object.hasOwn(known, subset.toLowerCase()) ? (known[subset.toLowerCase()] ?? null) : null;
}

function targetsOf(marked: readonly Marked[], image: string, size: Size, losses: LossList): FoundTarget[] {
  const targets: FoundTarget[] = [];
  // What lies on top comes last, as everywhere here.
  const ordered = marked.toSorted((a, b) => heightOf(a.shape) - heightOf(b.shape));
  for (const { shape, index, label, attributes } of ordered) {
    const where = `${shape.name} ${index} of ${image}`;
    const read = readers[shape.name];
    if (!read) {
      losses.add(
        shape.name === 'cuboid'
          ? 'Cuboids left out: they are no flat shapes'
          : 'Shapes left out: they enclose nothing',
        where,
      );
      continue;
    }
    if (shape.name === 'box') losses.add('Boxes: imported as filled rectangles', where);
    if (label === null) losses.add('Targets imported without a class: they have no label', where);
    if ((shape.attributes['group_id'] ?? '') !== '')
      losses.add('Groups of shapes: each shape is a target of its own', where);
    const target = targetOrLoss(losses, where, () => ({
      where,
      className: label,
      mask: read(shape.attributes, size, { where, losses }),
      ...drawnBy(shape.attributes['source']),
      attributes: {
        ...attributes,
        ...Object.fromEntries(
          elementsOf(shape, 'attribute').map((each) => [
            (each.attributes['name'] ?? '').slice(0, 256),
            valueOf(each.text),
          ]),
        ),
        ...(shape.attributes['occluded'] === '1' ? { occluded: true } : {}),
      },
    }));
    if (target) targets.push(target);
  }
  return targets;
}

function heightOf({ attributes }: XmlElement): number {
  const height = Number(attributes['z_order'] ?? 0);
  return Number.isFinite(height) ? height : 0;
}

function valueOf(text: string): string | number | boolean {
  if (/^(?:true|false)$/iu.test(text)) return text.toLowerCase() === 'true';
  return text !== '' && String(Number(text)) === text ? Number(text) : text.slice(0, 4096);
}

type ShapeReader = (attributes: Readonly<Record<string, string>>, size: Size, told: ShapeTold) => Runs;

const readers: Readonly<Record<string, ShapeReader>> = {
  mask: (attributes, size, told) => {
    const [left, top, width, height] = numbersOf(attributes, ['left', 'top', 'width', 'height']);
    if (![left, top, width, height].every(Number.isInteger) || width < 1 || height < 1)
      throw new AppError('bad-rle', 'Its box is not of whole pixels.');
    if (width * height > size.width * size.height * 4)
      throw new AppError('mask-size-mismatch', 'The mask is larger than the image.');
    const data = pixelsOfRowRuns((attributes['rle'] ?? '').split(',').map(Number), width * height);
    if (!data) throw new AppError('bad-rle', `The runs do not fill the box of ${width} x ${height} pixels.`);
    return maskInBox({ box: [left, top, width, height], data }, size, told);
  },
  polygon: (attributes, size, told) => {
    const pairs = (attributes['points'] ?? '')
      .split(';')
      .filter((point) => point.trim() !== '')
      .map((point) => point.split(','));
    const points = pairs.flat().map(Number);
    if (pairs.some(({ length }) => length !== 2) || points.some((value) => !Number.isFinite(value)))
      throw new AppError('bad-polygon', 'A point is no pair of numbers.');
    return filledOutline(points, size, told);
  },
  box: (attributes, size, told) => {
    const [left, top, right, bottom] = numbersOf(attributes, ['xtl', 'ytl', 'xbr', 'ybr']);
    const about = [(left + right) / 2, (top + bottom) / 2] as const;
    const degrees = rotationOf(attributes);
    return filledOutline(turned(boxOutline([left, top, right, bottom]), { degrees, about }), size, told);
  },
  ellipse: (attributes, size, told) => {
    const [x, y, across, down] = numbersOf(attributes, ['cx', 'cy', 'rx', 'ry']);
    const degrees = rotationOf(attributes);
    return filledOutline(
      turned(ellipseOutline([x, y], [across, down]), { degrees, about: [x, y] }),
      size,
      told,
    );
  },
};

function numbersOf(
  attributes: Readonly<Record<string, string>>,
  names: readonly [string, string, string, string],
): [number, number, number, number] {
  return names.map((name) => numberOf(attributes, name)) as [number, number, number, number]; // as many as names
}

/** Degrees, clockwise about the middle. */
function rotationOf(attributes: Readonly<Record<string, string>>): number {
  return attributes['rotation'] === undefined ? 0 : numberOf(attributes, 'rotation');
}

function numberOf(attributes: Readonly<Record<string, string>>, name: string): number {
  const value = Number(attributes[name] ?? Number.NaN);
  if (!Number.isFinite(value))
    throw new AppError('bad-polygon', `Its "${name}" is ${attributes[name] ?? 'not there'}.`);
  return value;
}
