import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatNamed } from '../../electron/backend/formats/registry.ts';
import type { CategoryRecord, ImageRecord } from '../../electron/common/document/records.ts';
import { anImage, anImport, aProject, outcomeOf } from './project-contents.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Files of a data set by their names, and what reading them brings. */
export interface SetToRead {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Pictures of the project, by their paths; "a.png" unless said. */
  readonly images?: readonly string[];
  /** The file that is imported; the whole folder unless said. */
  readonly path?: string | undefined;
  readonly options?: Readonly<Record<string, string>>;
}

export const setSize = { width: 40, height: 30 };

/** Image, class, pixels and box of each target that came in, with what else is known of it; all that was told; and what became of the project's images and classes. */
export async function readSet(
  id: string,
  { files, images = ['a.png'], path = '', options = {} }: SetToRead,
): Promise<{
  readonly come: string[];
  readonly known: string[];
  /** Who drew each of them, and whether it is accepted. */
  readonly drawn: string[];
  /** What hides or locks each of them, and what somebody wrote beside it. */
  readonly beside: string[];
  readonly told: string[];
  readonly examples: string[];
  readonly images: readonly ImageRecord[];
  readonly classes: readonly CategoryRecord[];
}> {
  const folder = await temporaryFolder();
  for (const [name, data] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), data);
  }
  const contents = aProject({
    categories: [],
    images: images.map((each, at) =>
      anImage(at + 1, {
        ...{ ...setSize, name: each.split('/').at(-1) ?? each },
        source: { kind: 'linked', path: `/data/${each}` },
      }),
    ),
  });
  const source = { kind: 'path' as const, path: join(folder, path) };
  const { diff, losses } = await outcomeOf(formatNamed(id).read!(anImport(contents, source, { options })));
  const classes = diff.added.filter((each) => each.kind === 'category');
  const targets = diff.added.filter((each) => each.kind === 'annotation');
  const named = targets.map((each) => {
    const at = contents.images.findIndex((image) => image.id === each.imageId);
    const name =
      each.categoryId === null ? '-' : classes.find(({ id: own }) => own === each.categoryId)?.name;
    return `${images[at]} ${name} ${each.area} ${each.bbox.join(',')}`;
  });
  return {
    come: named.toSorted(),
    known: targets
      .map(({ score, attributes }, at) => `${named[at]} ${score ?? '-'} ${JSON.stringify(attributes)}`)
      .toSorted(),
    drawn: targets
      .map(({ source, edited, review }, at) => `${named[at]} ${source}${edited ? ' edited' : ''} ${review}`)
      .toSorted(),
    beside: targets
      .map(({ hidden, locked, comments }, at) =>
        [
          named[at],
          ...(hidden ? ['hidden'] : []),
          ...(locked ? ['locked'] : []),
          ...comments.map(({ text, at: when }) => `${text} ${when}`),
        ].join(' '),
      )
      .toSorted(),
    told: losses.map(({ what }) => what).toSorted(),
    examples: losses.flatMap(({ examples }) => examples),
    images: diff.changed.flatMap(([, after]) => (after.kind === 'image' ? [after] : [])),
    classes,
  };
}
