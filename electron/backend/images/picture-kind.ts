import { isBmp } from './bmp-header.ts';

/** What a file's first bytes say it is. Only names that help a person: "this is a Targa picture" instead of "damaged". */
export interface PictureKind {
  /** With its article. */
  readonly name: string;
  /** Which file of this room reads it; null for what is left to sharp, which may have no reader for it. */
  readonly reader: 'heic' | 'bmp' | null;
  /** A picture lies in it that sharp would read, and it is not the one that is meant: the thumbnail of a raw photograph. */
  readonly isRaw: boolean;
}

/** As many bytes as the rules below look at. */
export const kindBytes = 4096;

const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));
const startsWith = (bytes: Uint8Array, ...wanted: readonly number[]): boolean =>
  wanted.every((byte, at) => bytes[at] === byte);

/** Kinds by their signature, in the order they are tried; each with how it is called in a sentence. */
const signatures: readonly (readonly [string, (bytes: Uint8Array) => boolean])[] = [
  ['an empty file', (bytes) => bytes.length === 0],
  [
    'an OS/2 array of bitmaps',
    (bytes) => startsWith(bytes, 0x42, 0x41) && bytes[14] === 0x42 && bytes[15] === 0x4d,
  ],
  ['a JPEG XL picture', (bytes) => startsWith(bytes, 0xff, 0x0a) || textOf(bytes, 4, 8) === 'JXL '],
  [
    'a JPEG 2000 picture',
    (bytes) => textOf(bytes, 4, 6) === 'jP' || startsWith(bytes, 0xff, 0x4f, 0xff, 0x51),
  ],
  ['a JPEG XR picture', (bytes) => startsWith(bytes, 0x49, 0x49, 0xbc)],
  ['a Photoshop document (PSD)', (bytes) => textOf(bytes, 0, 4) === '8BPS'],
  ['an icon (ICO)', (bytes) => startsWith(bytes, 0, 0, 1, 0) && bytes[4] !== 0],
  ['a cursor (CUR)', (bytes) => startsWith(bytes, 0, 0, 2, 0) && bytes[4] !== 0],
  ['a JPEG-LS picture', (bytes) => startsWith(bytes, 0xff, 0xd8, 0xff, 0xf7)],
  ['an OpenEXR picture', (bytes) => startsWith(bytes, 0x76, 0x2f, 0x31, 0x01)],
  ['a Radiance HDR picture', (bytes) => textOf(bytes, 0, 2) === '#?'],
  ['a FITS picture', (bytes) => textOf(bytes, 0, 9) === 'SIMPLE  ='],
  ['a DICOM picture', (bytes) => textOf(bytes, 128, 132) === 'DICM'],
  ['a NIfTI volume', (bytes) => textOf(bytes, 344, 347) === 'n+1' || textOf(bytes, 344, 347) === 'ni1'],
  ['an array of NumPy (.npy)', (bytes) => textOf(bytes, 1, 6) === 'NUMPY'],
  ['a raw photograph (RAF)', (bytes) => textOf(bytes, 0, 8) === 'FUJIFILM'],
  ['a raw photograph (ORF)', (bytes) => textOf(bytes, 0, 4) === 'IIRO' || textOf(bytes, 0, 4) === 'IIRS'],
  ['a raw photograph (RW2)', (bytes) => startsWith(bytes, 0x49, 0x49, 0x55, 0)],
  ['a portable pixmap (PNM)', (bytes) => /^P[1-7f F][\s#]/u.test(textOf(bytes, 0, 3))],
  ['a QOI picture', (bytes) => textOf(bytes, 0, 4) === 'qoif'],
  ['a DDS texture', (bytes) => textOf(bytes, 0, 4) === 'DDS '],
  ['a PCX picture', (bytes) => startsWith(bytes, 0x0a, 0x05, 0x01)],
  ['an SGI picture', (bytes) => startsWith(bytes, 0x01, 0xda) && (bytes[2] ?? 2) < 2],
  ['a Sun raster picture', (bytes) => startsWith(bytes, 0x59, 0xa6, 0x6a, 0x95)],
  ['an MNG picture', (bytes) => startsWith(bytes, 0x8a, 0x4d, 0x4e, 0x47)],
  ['a BPG picture', (bytes) => startsWith(bytes, 0x42, 0x50, 0x47, 0xfb)],
  ['a FLIF picture', (bytes) => textOf(bytes, 0, 4) === 'FLIF'],
  ['a DjVu document', (bytes) => textOf(bytes, 0, 8) === 'AT&TFORM'],
  ['an Apple icon (ICNS)', (bytes) => textOf(bytes, 0, 4) === 'icns'],
  ['a KTX texture', (bytes) => startsWith(bytes, 0xab, 0x4b, 0x54, 0x58, 0x20)],
  ['a Windows metafile (WMF)', (bytes) => startsWith(bytes, 0xd7, 0xcd, 0xc6, 0x9a)],
  ['an HDF5 file', (bytes) => startsWith(bytes, 0x89, 0x48, 0x44, 0x46)],
  ['a 7-Zip archive', (bytes) => startsWith(bytes, 0x37, 0x7a, 0xbc, 0xaf)],
  ['a RAR archive', (bytes) => textOf(bytes, 0, 4) === 'Rar!'],
  ['a tar archive', (bytes) => textOf(bytes, 257, 262) === 'ustar'],
  ['a GIMP picture (XCF)', (bytes) => textOf(bytes, 0, 8) === 'gimp xcf'],
  ['a PDF document', (bytes) => textOf(bytes, 0, 5) === '%PDF-'],
  ['a PostScript document', (bytes) => textOf(bytes, 0, 4) === '%!PS'],
  ['a Matroska or WebM film', (bytes) => startsWith(bytes, 0x1a, 0x45, 0xdf, 0xa3)],
  ['a film (AVI)', (bytes) => textOf(bytes, 0, 4) === 'RIFF' && textOf(bytes, 8, 12) === 'AVI '],
  ['a ZIP archive', (bytes) => startsWith(bytes, 0x50, 0x4b, 3, 4)],
  ['a gzip archive', (bytes) => startsWith(bytes, 0x1f, 0x8b)],
  [
    'an SVG drawing',
    (bytes) => /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?<svg[\s>]/iu.test(textOf(bytes, 0, 512)),
  ],
  [
    'a Git LFS pointer, not the picture itself',
    (bytes) => textOf(bytes, 0, 27) === 'version https://git-lfs.git',
  ],
  ['a web page, not a picture', (bytes) => /^\s*<(?:!doctype html|html)/iu.test(textOf(bytes, 0, 64))],
  // They have no signature: the last to be tried.
  ['a wireless bitmap (WBMP)', isWirelessBitmap],
  ['a Targa picture (TGA)', isTarga],
];

/** Two zeros, a width and a height, and as many bytes as those ask for; of one that is longer than what is looked at, nobody knows. */
function isWirelessBitmap(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, 0, 0) || bytes.length === kindBytes) return false;
  let at = 2;
  const side = (): number => {
    let value = 0;
    for (let more = true; more && at < 8; at++) {
      value = value * 128 + ((bytes[at] ?? 0) & 127);
      more = ((bytes[at] ?? 0) & 128) !== 0;
    }
    return value;
  };
  const [width, height] = [side(), side()];
  return width > 0 && height > 0 && bytes.length === at + Math.ceil(width / 8) * height;
}

/** Nothing but sensible numbers in its header. */
function isTarga(bytes: Uint8Array): boolean {
  if (bytes.length < 18) return false;
  const [mapType, kind, depth] = [bytes[1], bytes[2], bytes[16]] as [number, number, number]; // as long as that
  const map = bytes.subarray(3, 8);
  const isMapless = mapType === 0 && map.every((byte) => byte === 0);
  const isMapped = mapType === 1 && (map[4] ?? 0) >= 15 && (kind === 1 || kind === 9);
  const isSized = (bytes[12] || bytes[13]) && (bytes[14] || bytes[15]);
  return (
    (isMapless || isMapped) &&
    [1, 2, 3, 9, 10, 11].includes(kind) &&
    [8, 15, 16, 24, 32].includes(depth) &&
    Boolean(isSized)
  );
}

/** The brands of a HEIF container that hold HEVC, as phones write it; sharp's build holds AV1 (AVIF) only. */
const hevcBrands: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx']);
const filmBrands: ReadonlySet<string> = new Set([
  'isom',
  'iso2',
  'mp41',
  'mp42',
  'qt  ',
  'M4V ',
  'avc1',
  '3gp4',
  '3gp5',
]);

/** @returns null for what no rule names: sharp then decides */
export function pictureKindOf(bytes: Uint8Array): PictureKind | null {
  if (textOf(bytes, 4, 8) === 'ftyp') return kindOfContainer(bytes);
  const raw = rawPhotographOf(bytes);
  if (raw !== null) return { name: `a raw photograph (${raw})`, reader: null, isRaw: true };
  if (isBmp(bytes)) return { name: 'a BMP picture', reader: 'bmp', isRaw: false };
  const found = signatures.find(([, fits]) => fits(bytes));
  return found ? only(found[0]) : null;
}

function only(name: string): PictureKind {
  return { name, reader: null, isRaw: false };
}

function kindOfContainer(bytes: Uint8Array): PictureKind | null {
  const brands = brandsOf(bytes);
  if (brands.includes('avif') || brands.includes('avis')) return null;
  if (brands.some((brand) => hevcBrands.has(brand))) return { ...only('a HEIC picture'), reader: 'heic' };
  if (textOf(bytes, 8, 11) === 'crx') return only('a raw photograph (CR3)');
  if (filmBrands.has(brands[0] as string)) return only('a film (MP4)');
  return null;
}

/** The main brand of a container first, then those it is compatible with. */
function brandsOf(bytes: Uint8Array): string[] {
  const length = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
  const brands = [textOf(bytes, 8, 12)];
  for (let at = 16; at + 4 <= length; at += 4) brands.push(textOf(bytes, at, at + 4));
  return brands;
}

/** Whether a file is a moving AVIF that holds a still one as well, for readers of stills. */
export function isMovingAvif(bytes: Uint8Array): boolean {
  if (textOf(bytes, 4, 8) !== 'ftyp') return false;
  const [main, ...others] = brandsOf(bytes);
  return main === 'avis' && others.includes('avif');
}

/** Tags of TIFF: what kind of picture a directory holds, pictures inside it, maker of the camera, version of DNG. */
const subfileTag = 254;
const makerTag = 271;
const subDirectoriesTag = 330;
const dngTag = 50_706;

/** Raw photographs are TIFF files whose first picture is a thumbnail: its directory says so. Null for what is none, or has its directory elsewhere. */
function rawPhotographOf(bytes: Uint8Array): string | null {
  const isLittle = startsWith(bytes, 0x49, 0x49, 42, 0);
  if ((!isLittle && !startsWith(bytes, 0x4d, 0x4d, 0, 42)) || bytes.length < 10) return null;
  if (isLittle && textOf(bytes, 8, 10) === 'CR') return 'CR2';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > bytes.length) return null;
  const tags = new Map<number, number>();
  const last = directory + 2 + 12 * view.getUint16(directory, isLittle);
  for (let at = directory + 2; at + 12 <= Math.min(last, bytes.length); at += 12)
    tags.set(view.getUint16(at, isLittle), view.getUint32(at + 8, isLittle));
  if (tags.has(dngTag)) return 'DNG';
  const isThumbnail = tags.get(subfileTag) === 1 && tags.has(subDirectoriesTag) && tags.has(makerTag);
  return isThumbnail ? 'NEF, ARW and the like' : null;
}
