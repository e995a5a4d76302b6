import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileError } from '../app/file-errors.ts';
import { imageExtensions } from './image-extensions.ts';
import { picturesCalledMasks, type NamedMask } from './mask-contents.ts';
import { isDrawnForPeople, isMaskFolder, maskNamesOf, wordOfMask } from './mask-names.ts';

const byName = new Intl.Collator('en', { numeric: true }).compare;

/** The pictures a path stands for, and what lies beside them in the same folders. */
export interface FoundFiles {
  readonly images: string[];
  /** Files whose ending is none of a picture's, and folders nobody may look into. */
  readonly passedOver: string[];
  /** What is the mask of one of the pictures by its name (mask-names.ts) and by what it shows (mask-contents.ts): no picture of its own. */
  readonly masks: string[];
  /** Of the images those that are called like masks. */
  readonly calledMasks: string[];
}

/**
 * The picture files a path stands for: itself (whatever its name), or all in the folder and below it, in the order a person expects
 * (2 before 10). Hidden files and folders are left out; links to folders are not followed. Pictures of kinds that the app cannot read
 * are among `images`: reading them says so by their kind.
 *
 * @throws AppError 'file-not-found', 'file-not-readable' - for the path itself, not for a folder somewhere below it
 */
export async function findImageFiles(
  path: string,
  how: { readonly allow: Allow; readonly signal: AbortSignal },
): Promise<FoundFiles> {
  try {
    if (!(await stat(path)).isDirectory())
      return { images: [path], passedOver: [], masks: [], calledMasks: [] };
    const found: FoundFiles = { images: [], passedOver: [], masks: [], calledMasks: [] };
    await addFilesIn(path, found, how);
    return await withoutMasks(path, found, how.signal);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

async function withoutMasks(
  folder: string,
  { images, passedOver }: FoundFiles,
  signal: AbortSignal,
): Promise<FoundFiles> {
  const nameOf = (path: string): string => relative(folder, path).split(sep).join('/');
  const { pictureOf } = maskNamesOf(images.map(nameOf));
  const looked = [...pictureOf].filter(([mask]) => !isDrawnForPeople(mask));
  const named = looked.map(([mask, picture]): NamedMask => {
    const parts = mask.split('/').slice(0, -1);
    const isInMasks = parts.some(isMaskFolder);
    const folderOrWord = isInMasks ? parts.findLast(isMaskFolder) : wordOfMask(mask);
    const pathOf = (name: string): string => join(folder, ...name.split('/'));
    return {
      ...{ path: pathOf(mask), picture: pathOf(picture), isInMasks },
      // Sets of a folder for each picture are alike all through.
      alike: `${isInMasks} ${folderOrWord}`,
    };
  });
  const pictures = await picturesCalledMasks(named, signal);
  const isMask = (path: string): boolean => pictureOf.has(nameOf(path)) && !pictures.has(path);
  return {
    images: images.filter((path) => !isMask(path)),
    passedOver,
    masks: images.filter(isMask),
    calledMasks: [...pictures],
  };
}

async function addFilesIn(
  folder: string,
  found: FoundFiles,
  how: { readonly allow: Allow; readonly signal: AbortSignal },
): Promise<void> {
  how.signal.throwIfAborted();
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith('.'),
  );
  entries.sort((a, b) => byName(a.name, b.name));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await addFilesIn(path, found, how).catch((error: unknown) => {
        if (!isDenied(error)) throw error;
        found.passedOver.push(path);
      });
    } else if (entry.isSymbolicLink() && !(await isAllowed(path, how.allow))) {
      found.passedOver.push(path);
    } else if (isImageName(entry.name) || foreignPictures.has(extname(entry.name).toLowerCase())) {
      found.images.push(path);
    } else found.passedOver.push(path);
  }
}

/** Whether a path may be read: resolves, or rejects with AppError 'forbidden-path'. */
export type Allow = (path: string) => Promise<unknown>;

export function isAllowed(path: string, allow: Allow): Promise<boolean> {
  return allow(path).then(
    () => true,
    () => false,
  );
}

/** Endings of pictures that the app knows but cannot read: a person who gives such a folder expects to hear of them. */
const foreignPictures: ReadonlySet<string> = new Set(
  [
    ...['jxl', 'jp2', 'j2k', 'jpx', 'jxr', 'psd', 'ico', 'exr', 'hdr', 'fits', 'fit', 'dcm', 'svg', 'pdf'],
    ...[
      'ppm',
      'pgm',
      'pbm',
      'pnm',
      'pfm',
      'qoi',
      'dds',
      'pcx',
      'tga',
      'wbmp',
      'cur',
      'xcf',
      'cr2',
      'cr3',
      'nef',
      'arw',
      'dng',
      'raf',
    ],
    ...['orf', 'rw2', 'pef', 'srw'],
  ].map((end) => `.${end}`),
);

export function isImageName(name: string): boolean {
  return imageExtensions.includes(extname(name).slice(1).toLowerCase());
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}
