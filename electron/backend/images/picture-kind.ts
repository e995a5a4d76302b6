/** What a file's first bytes say it is. Only names that help a person: "this is a BMP picture" instead of "damaged". */
export type PictureKind = { readonly name: string; readonly isHevc: boolean };

/** As many bytes as the rules below look at. */
export const kindBytes = 512;

const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));
const startsWith = (bytes: Uint8Array, ...wanted: readonly number[]): boolean =>
  wanted.every((byte, at) => bytes[at] === byte);

/** Kinds by their signature, in the order they are tried; each with how it is called in a sentence. */
const signatures: readonly (readonly [string, (bytes: Uint8Array) => boolean])[] = [
  ['an empty file', (bytes) => bytes.length === 0],
  ['a BMP picture', (bytes) => startsWith(bytes, 0x42, 0x4d) && bytes[6] === 0 && bytes[7] === 0],
  ['a JPEG XL picture', (bytes) => startsWith(bytes, 0xff, 0x0a) || textOf(bytes, 4, 8) === 'JXL '],
  [
    'a JPEG 2000 picture',
    (bytes) => textOf(bytes, 4, 6) === 'jP' || startsWith(bytes, 0xff, 0x4f, 0xff, 0x51),
  ],
  ['a JPEG XR picture', (bytes) => startsWith(bytes, 0x49, 0x49, 0xbc)],
  ['a Photoshop document (PSD)', (bytes) => textOf(bytes, 0, 4) === '8BPS'],
  ['an icon (ICO)', (bytes) => startsWith(bytes, 0, 0, 1, 0) || startsWith(bytes, 0, 0, 2, 0)],
  ['an OpenEXR picture', (bytes) => startsWith(bytes, 0x76, 0x2f, 0x31, 0x01)],
  ['a Radiance HDR picture', (bytes) => textOf(bytes, 0, 2) === '#?'],
  ['a FITS picture', (bytes) => textOf(bytes, 0, 9) === 'SIMPLE  ='],
  ['a DICOM picture', (bytes) => textOf(bytes, 128, 132) === 'DICM'],
  ['a NIfTI volume', (bytes) => textOf(bytes, 344, 347) === 'n+1' || textOf(bytes, 344, 347) === 'ni1'],
  ['an array of NumPy (.npy)', (bytes) => textOf(bytes, 1, 6) === 'NUMPY'],
  ['a raw photograph (CR2)', (bytes) => textOf(bytes, 8, 10) === 'CR' && startsWith(bytes, 0x49, 0x49, 0x2a)],
  ['a raw photograph (RAF)', (bytes) => textOf(bytes, 0, 8) === 'FUJIFILM'],
  ['a raw photograph (ORF)', (bytes) => textOf(bytes, 0, 4) === 'IIRO' || textOf(bytes, 0, 4) === 'IIRS'],
  ['a raw photograph (RW2)', (bytes) => startsWith(bytes, 0x49, 0x49, 0x55, 0)],
  ['a portable pixmap (PNM)', (bytes) => /^P[1-7f F][\s#]/u.test(textOf(bytes, 0, 3))],
  ['a QOI picture', (bytes) => textOf(bytes, 0, 4) === 'qoif'],
  ['a DDS texture', (bytes) => textOf(bytes, 0, 4) === 'DDS '],
  ['a PCX picture', (bytes) => startsWith(bytes, 0x0a, 0x05, 0x01)],
  ['a GIMP picture (XCF)', (bytes) => textOf(bytes, 0, 8) === 'gimp xcf'],
  ['a PDF document', (bytes) => textOf(bytes, 0, 5) === '%PDF-'],
  ['a PostScript document', (bytes) => textOf(bytes, 0, 4) === '%!PS'],
  ['a Matroska or WebM film', (bytes) => startsWith(bytes, 0x1a, 0x45, 0xdf, 0xa3)],
  ['a film (AVI)', (bytes) => textOf(bytes, 0, 4) === 'RIFF' && textOf(bytes, 8, 12) === 'AVI '],
  ['a ZIP archive', (bytes) => startsWith(bytes, 0x50, 0x4b, 3, 4)],
  ['a gzip archive', (bytes) => startsWith(bytes, 0x1f, 0x8b)],
  [
    'an SVG drawing',
    (bytes) => /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)?<svg[\s>]/iu.test(textOf(bytes, 0, kindBytes)),
  ],
  [
    'a Git LFS pointer, not the picture itself',
    (bytes) => textOf(bytes, 0, 27) === 'version https://git-lfs.git',
  ],
  ['a web page, not a picture', (bytes) => /^\s*<(?:!doctype html|html)/iu.test(textOf(bytes, 0, 64))],
];

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
  const found = signatures.find(([, fits]) => fits(bytes));
  return found ? { name: found[0], isHevc: false } : null;
}

function kindOfContainer(bytes: Uint8Array): PictureKind | null {
  const length = Math.min(kindBytes, bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
  const brands = [textOf(bytes, 8, 12)];
  for (let at = 16; at + 4 <= length; at += 4) brands.push(textOf(bytes, at, at + 4));
  if (brands.includes('avif') || brands.includes('avis')) return null;
  if (brands.some((brand) => hevcBrands.has(brand))) return { name: 'a HEIC picture', isHevc: true };
  if (textOf(bytes, 8, 11) === 'crx') return { name: 'a raw photograph (CR3)', isHevc: false };
  if (filmBrands.has(brands[0] as string)) return { name: 'a film (MP4)', isHevc: false };
  return null;
}
