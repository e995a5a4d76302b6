import type { ImageRecord } from '../../common/document/records.ts';

/** What a file says about one of its images. */
export interface FileImage {
  readonly name: string;
  /** Null where the file does not say. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly sha256: string | null;
}

export type ImageMatch =
  | { readonly image: ImageRecord }
  | {
      readonly problem: 'not-in-project' | 'other-size' | 'ambiguous';
      readonly candidates: readonly ImageRecord[];
    };

/**
 * Finds a file's images in the project: by content hash where the file has one, otherwise by the last part of the
 * name, and among several of one name by size.
 */
export function createImageMatcher(images: readonly ImageRecord[]): (wanted: FileImage) => ImageMatch {
  const byHash = new Map(images.map((image) => [image.sha256, image]));
  const byName = new Map<string, ImageRecord[]>();
  for (const image of images) {
    const name = lastPart(image.name);
    byName.set(name, [...(byName.get(name) ?? []), image]);
  }
  return (wanted) => {
    const same = wanted.sha256 === null ? undefined : byHash.get(wanted.sha256);
    const candidates = same ? [same] : (byName.get(lastPart(wanted.name)) ?? []);
    if (candidates.length === 0) return { problem: 'not-in-project', candidates };
    const { size } = wanted;
    const fitting = candidates.filter(
      (image) => size === null || (image.width === size.width && image.height === size.height),
    );
    const [only] = fitting;
    if (!only) return { problem: 'other-size', candidates };
    return fitting.length === 1 ? { image: only } : { problem: 'ambiguous', candidates: fitting };
  };
}

/** The same letters may be written as one character or two; both are the same name. */
function lastPart(name: string): string {
  return (name.split(/[/\\]/u).at(-1) ?? name).normalize('NFC');
}
