import { parse } from 'node:path';
import type { ImageId, ImageRecord } from '../../common/document/records.ts';
import { byOrder } from '../../common/document/order.ts';
import { foldersOf } from './match-images.ts';

/**
 * What each image is called in a file that others read: the folders its data set gave it, then its name. Images of one name get the
 * folders they lie in, as far as tells them apart, or a number. Over the whole project, so that any choice of images gives the same.
 */
export function exportNames(images: readonly ImageRecord[]): ReadonlyMap<ImageId, string> {
  const names = new Map<ImageId, string>();
  const taken = new Set<string>();
  const shared = sharedNames(images);
  for (const image of [...images].sort(byOrder)) {
    const candidates = shared.has(key(ownName(image))) ? longerNames(image) : [ownName(image)];
    // Holds because a numbered name is free at some number.
    const name = [...candidates, ...numbered(image, images.length)].find(
      (each) => !taken.has(key(each)),
    ) as string;
    taken.add(key(name));
    names.set(image.id, name);
  }
  return names;
}

/** What the image is called by itself, with the folders that an import gave it. */
export function ownName({ folders, name }: ImageRecord): string {
  return folders === '' ? name : `${folders}/${name}`;
}

/** Windows and macOS hold names that differ in capitals only for the same. */
function key(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function sharedNames(images: readonly ImageRecord[]): ReadonlySet<string> {
  const once = new Set<string>();
  const shared = new Set<string>();
  for (const image of images) {
    const name = key(ownName(image));
    if (once.has(name)) shared.add(name);
    once.add(name);
  }
  return shared;
}

/** With one, two, ... of the folders that a linked file lies in. */
function longerNames(image: ImageRecord): string[] {
  if (image.folders !== '' || image.source.kind !== 'linked') return [];
  const folders = foldersOf(image.source.path).filter((folder) => !/^[a-z]:$/iu.test(folder));
  return folders.map((_, count) => [...folders.slice(-1 - count), image.name].join('/')).slice(0, 4);
}

function* numbered(image: ImageRecord, most: number): Generator<string> {
  const { dir, name, ext } = parse(ownName(image));
  yield ownName(image);
  for (let number = 2; number <= most + 1; number++)
    yield `${dir === '' ? '' : `${dir}/`}${name}-${number}${ext}`;
}
