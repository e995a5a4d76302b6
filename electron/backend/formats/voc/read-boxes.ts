import type { XmlElement } from '@rgrove/parse-xml';
import type { Split } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import type { Size } from '../../../common/geometry.ts';
import type { FoundDataset, FoundTarget, ReadContext } from '../dataset/dataset.ts';
import type { FileTree } from '../dataset/file-tree.ts';
import { targetOrLoss } from '../dataset/import-dataset.ts';
import { boxOutline, filledOutline, type ShapeTold } from '../dataset/outline.ts';
import { xmlRootIn } from '../dataset/xml-file.ts';
import { withoutEnding } from '../match-images.ts';
import { splitsOf } from './image-sets.ts';
import { deepElements, elementsIn, elementsOf, textIn } from '../xml.ts';

/** The XML files of VOC: a box for each object, from supervision and Roboflow a polygon as well. No image where there is none. */
export async function readBoxes(
  tree: FileTree,
  { losses, signal, withEnding }: ReadContext,
): Promise<FoundDataset> {
  const classes = new Map<string, { name: string }>();
  const images = [];
  const splits = new Map<string, ReadonlyMap<string, Split>>();
  for (const file of tree.names.filter((name) => /\.xml$/iu.test(name))) {
    signal.throwIfAborted();
    const root = await xmlRootIn(tree, file, losses);
    if (root?.name !== 'annotation') continue;
    const counting = countingOf(root);
    const [, above = '', stem = ''] = /^(.*\/)?(?:Annotations\/)?([^/]+)\.xml$/iu.exec(file) ?? [];
    const home = above.replace(/Annotations\/$/iu, '');
    if (!splits.has(home)) splits.set(home, await splitsOf(tree, `${home}ImageSets/Main/`));
    const objects = elementsOf(root, 'object');
    for (const object of objects) {
      const name = textIn(object, 'name');
      if (name !== '') classes.set(name, { name });
    }
    const [stated] = elementsOf(root, 'size');
    const size = stated
      ? { width: Number(textIn(stated, 'width')), height: Number(textIn(stated, 'height')) }
      : null;
    const named = textIn(root, 'filename');
    images.push({
      wanted: {
        // Some leave its ending out.
        name:
          named === ''
            ? withEnding(withoutEnding(file.split('/').at(-1) ?? ''))
            : /\.\w{2,5}$/u.test(named)
              ? named
              : withEnding(named),
        size: size !== null && Number.isInteger(size.width) && Number.isInteger(size.height) ? size : null,
        sha256: null,
      },
      split: splits.get(home)?.get(stem) ?? null,
      targets: (found: Size) =>
        objects.flatMap(
          (object, index) =>
            targetOf(object, { where: `object ${index} of ${file}`, losses }, { size: found, counting }) ??
            [],
        ),
    });
  }
  return { classes: [...classes.values()], images };
}

function targetOf(
  object: XmlElement,
  { where, losses }: ShapeTold,
  { size, counting }: { readonly size: Size; readonly counting: Counting },
): FoundTarget | null {
  return targetOrLoss(losses, where, () => {
    const name = textIn(object, 'name');
    if (name === '') losses.add('Targets imported without a class: they have no label', where);
    if (elementsOf(object, 'part').length > 0) losses.add('Parts of objects: not imported', where);
    const [polygon] = elementsOf(object, 'polygon');
    if (!polygon) losses.add('Boxes: imported as filled rectangles', where);
    const ring = polygon ? pointsOf(polygon, counting) : boxOf(object, counting);
    return {
      where,
      className: name === '' ? null : name,
      mask: filledOutline(ring, size, { where, losses }),
      attributes: attributesOf(object),
    };
  });
}

/**
 * What a set's numbers count: the challenge counts pixels from 1 and means the last one too; supervision and Roboflow count from 1; Datumaro
 * (and CVAT with it) and LabelImg write edges as they are.
 */
interface Counting {
  readonly first: 0 | 1;
  readonly last: 0 | 1;
}

function countingOf(root: XmlElement): Counting {
  const database = elementsOf(root, 'source').map((source) => textIn(source, 'database'))[0] ?? '';
  if (/^The VOC\d{4} Database$/u.test(database)) return { first: 1, last: 0 };
  return /roboflow/iu.test(database) ? { first: 1, last: 1 } : { first: 0, last: 0 };
}

/** Corners as x1, y1, x2, y2, ... */
function pointsOf(polygon: XmlElement, { first }: Counting): number[] {
  const points = new Map<string, number>();
  for (const each of elementsIn(polygon)) points.set(each.name.toLowerCase(), numberOf(each.text, each.name));
  const ring: number[] = [];
  for (let at = 1; points.has(`x${at}`); at++) {
    const [x, y] = [points.get(`x${at}`), points.get(`y${at}`)];
    if (x === undefined || y === undefined)
      throw new AppError('bad-polygon', `Its point ${at} has one number.`);
    ring.push(x - first, y - first);
  }
  return ring;
}

function boxOf(object: XmlElement, { first, last }: Counting): readonly number[] {
  const [box] = elementsOf(object, 'bndbox');
  if (!box) throw new AppError('bad-polygon', 'It has neither a box nor a polygon.');
  const side = (name: string): number => numberOf(textIn(box, name), name);
  return boxOutline([side('xmin') - first, side('ymin') - first, side('xmax') - last, side('ymax') - last]);
}

function numberOf(text: string, name: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new AppError('bad-polygon', `Its "${name}" is "${text.slice(0, 40)}".`);
  return value;
}

/** What VOC says of an object beside its box, and what CVAT adds. */
function attributesOf(object: XmlElement): Record<string, string | boolean> {
  const attributes: Record<string, string | boolean> = {};
  for (const flag of ['truncated', 'difficult', 'occluded'])
    if (textIn(object, flag) === '1') attributes[flag] = true;
  const pose = textIn(object, 'pose');
  if (pose !== '' && pose !== 'Unspecified') attributes['pose'] = pose.slice(0, 4096);
  for (const each of elementsOf(object, 'attributes').flatMap((list) => deepElements(list, 'attribute'))) {
    const name = textIn(each, 'name');
    if (name !== '') attributes[name.slice(0, 256)] = textIn(each, 'value').slice(0, 4096);
  }
  return attributes;
}
