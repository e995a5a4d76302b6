import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { formatNamed } from '../../../../electron/backend/formats/registry.ts';
import type { CategoryId, ImageId } from '../../../../electron/common/document/records.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { differenceOf, unionOf } from '../../../../electron/common/mask-algebra.ts';
import {
  aCategory,
  anAnnotation,
  anExport,
  anImage,
  aProject,
  outcomeOf,
} from '../../../helpers/project-contents.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/**
 * Our data sets, read by the programs they are meant for. Optional: with PIXELLM_PYTHON naming a Python that has the packages (lvis, labelme,
 * datumaro, supervision, label-studio-sdk, ultralytics); each is skipped without its own.
 */
const script = fileURLToPath(new URL('read-with-others.py', import.meta.url));
const python = process.env['PIXELLM_PYTHON'];
const run = promisify(execFile);
const size = { width: 40, height: 30 };

/** What stands in our own fields, which the others must pass over. */
const beyond = {
  state: 'done',
  comments: [{ text: 'Taken at night', at: '2026-11-27T12:00:00.000Z' }],
  licence: { name: 'CC BY 4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
} as const;

function optionsOf(format: string): Record<string, string> {
  if (format === 'coco') return { segmentation: 'polygon' };
  return { split: format === 'yolo-seg' ? 'own' : 'none' };
}

async function aWrittenSet(format: string): Promise<{ folder: string; wanted: unknown[][] }> {
  const root = await temporaryFolder();
  const paths = ['a.png', 'b.png'].map((name) => join(root, name));
  for (const [index, path] of paths.entries()) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, aPng(size, index));
  }
  const ring = differenceOf(boxRuns([2, 3, 12, 10], size), boxRuns([5, 6, 3, 3], size));
  const parts = unionOf(boxRuns([20, 2, 5, 5], size), boxRuns([30, 10, 4, 9], size));
  const contents = aProject({
    images: paths.map((path, index) =>
      anImage(index + 1, {
        ...{ ...size, ...beyond, name: path.slice(root.length + 1), source: { kind: 'linked', path } },
      }),
    ),
    categories: [
      aCategory(1, 'cup', { attributes: [{ name: 'whole', type: 'flag', choices: [], initial: true }] }),
      // Behind more than ten, where numbers sorted as texts would show.
      aCategory(2, 'plate', { supercategory: 'crockery', order: 20 }),
      ...Array.from({ length: 10 }, (_, at) => aCategory(at + 3, `thing ${at}`)),
    ],
    annotations: [
      anAnnotation(1, ring, {
        ...{ name: 'left cup', comments: beyond.comments, attributes: { whole: true, colour: 'red' } },
        ...{ source: 'model', edited: true, locked: true, review: 'proposed', score: 0.5 },
      }),
      anAnnotation(2, parts, { name: 'plate', categoryId: 'category-2' as CategoryId }),
      anAnnotation(3, boxRuns([1, 1, 9, 9], size), { name: 'cup', imageId: 'image-2' as ImageId }),
    ],
  });
  const folder = join(root, 'set');
  const job = anExport(contents, folder, {
    options: optionsOf(format),
    pathOf: (image) => (image.source.kind === 'linked' ? image.source.path : null),
  });
  await outcomeOf(formatNamed(format).write!(job));
  return {
    folder,
    wanted: [
      ['a', 'cup', 111],
      ['a', 'plate', 61],
      ['b', 'cup', 81],
    ],
  };
}

test.skipIf(python === undefined).for([
  ['lvis', 'lvis'],
  ['labelme', 'labelme'],
  ['datumaro', 'datumaro:datumaro'],
  ['voc', 'datumaro:voc_segmentation'],
  ['coco-panoptic', 'datumaro:coco_panoptic'],
  ['cvat', 'datumaro:cvat'],
  ['label-studio', 'label-studio'],
  ['yolo-seg', 'supervision'],
  ['coco', 'ultralytics'],
  ['coco-set', 'datumaro:coco_instances'],
] as const)(
  '%s is read by %s with every mask as it is',
  { timeout: 120_000 },
  async ([format, reader], { skip }) => {
    const { folder, wanted } = await aWrittenSet(format);
    const found = await run(python ?? '', [script, reader, folder], { timeout: 120_000 }).catch(
      (error: { code: number; stderr: string }) => error,
    );
    if ('code' in found && found.code === 77) skip('the package is not here');
    const read = JSON.parse(
      (found as { stdout: string }).stdout || JSON.stringify((found as { stderr: string }).stderr),
    ) as unknown[][];
    // They fill with OpenCV, which paints the outline too, or keep outlines alone: the targets and their classes are the same, their edges a pixel wider.
    const isWider = reader === 'supervision' || reader === 'ultralytics';
    const told = (list: readonly unknown[][]) =>
      list.map(([image, name, area]) => [image, name, ...(isWider ? [] : [area])]);
    expect(told(read)).toEqual(told(wanted));
  },
);
