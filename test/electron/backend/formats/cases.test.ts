import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ExportEvent, ImportEvent } from '../../../../electron/common/contract.ts';
import type { Host } from '../../../../electron/backend/host.ts';
import { createBackend } from '../../../../electron/backend/create-backend.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** What other people's bug reports broke, each with its right value, by way of the command line and a real project. */
const cases = fileURLToPath(new URL('../../../fixtures/format-cases/', import.meta.url));

type Done<E> = Extract<E, { type: 'done' }>;
interface CocoFile {
  readonly images: readonly {
    id: number;
    file_name: string;
    width: number;
    height: number;
    license: number;
  }[];
  readonly licenses: readonly { id: number; name: string; url: string }[];
  readonly categories: readonly { id: number; name: string }[];
  readonly annotations: readonly (Record<string, unknown> & {
    image_id: number;
    category_id: number;
    area: number;
  })[];
}

/** A copy of the case's folder with a project "p" of the images given. */
async function theCase(name: string, images: readonly string[]) {
  const folder = join(await temporaryFolder(), name);
  await cp(join(cases, name), folder, { recursive: true });
  const run = async (...words: string[]) => {
    const outcome = await runPixellm([...words, '--json'], {
      folder,
      backend: (host: Host) => createBackend(host),
    });
    return { ...outcome, result: JSON.parse(outcome.out || 'null') as unknown };
  };
  await run('project', 'create', 'p', '--in', '.');
  if (images.length > 0) await run('project', 'add', 'p', ...images);
  const imported = async (file = 'in.json') => {
    const { code, err, result } = await run('import', 'p', file);
    return { code, err, ...(result as Done<ImportEvent>) };
  };
  const exported = async (file = 'out.json', ...more: string[]) => {
    const { result } = await run('export', 'p', '--out', file, ...more);
    const written = JSON.parse(await readFile(join(folder, file), 'utf8')) as CocoFile;
    return { ...(result as Done<ExportEvent>), written };
  };
  return { folder, run, imported, exported };
}

const lossesOf = ({ losses }: { losses: Done<ImportEvent>['losses'] }): string[] =>
  losses.map(({ what, examples }) => `${what} (${examples.join('; ')})`);

/** Image, class and area of each mask, as pycocotools lists them. */
function areasOf({ images, categories, annotations }: CocoFile): string[] {
  const named = <T extends { id: number }>(list: readonly T[], id: number): T | undefined =>
    list.find((each) => each.id === id);
  return annotations.map(
    ({ image_id: image, category_id: category, area }) =>
      `${named(images, image)?.file_name} ${named(categories, category)?.name} ${area}`,
  );
}

test('ids of 64 bits are compared to the last digit', async () => {
  const { imported, exported } = await theCase('id-64bit', ['a.png', 'b.png']);
  expect(lossesOf(await imported())).toEqual([]);
  expect(areasOf((await exported()).written)).toEqual(['a.png cat 81', 'b.png cat 400']);
});

test('an id in quotes is the number it spells, with a word', async () => {
  const { imported } = await theCase('image-id-as-text', ['a.png']);
  const outcome = await imported();
  expect(outcome.annotations).toBe(1);
  expect(lossesOf(outcome)).toEqual([
    'Ids written as a number in one place and as text in another: taken for the same (annotation 1, image_id "1")',
  ]);
});

test('the folder decides between images of one name; the one that is not there is left out', async () => {
  const { imported, exported } = await theCase('same-name-other-folder', ['cam2/f.png']);
  const outcome = await imported();
  expect([outcome.annotations, outcome.foundBy]).toEqual([1, { hash: 0, path: 1, content: 0, name: 0 }]);
  expect(lossesOf(outcome).join()).toMatch(/not in this project \(cam1\/f\.png/u);
  expect(areasOf((await exported()).written)).toEqual(['cam2/f.png cat 400']);
});

test('both of one name are found by their folders, and leave under names that differ', async () => {
  const { imported, exported } = await theCase('same-name-both-in-project', ['cam1/f.png', 'cam2/f.png']);
  expect(lossesOf(await imported())).toEqual([]);
  const { written, losses } = await exported();
  expect(areasOf(written)).toEqual(['cam1/f.png cat 81', 'cam2/f.png cat 400']);
  // Each has the name that it had.
  expect(losses).toEqual([]);
});

test('images of one name that no import named leave under names that differ', async () => {
  const { exported } = await theCase('same-name-both-in-project', ['cam1/f.png', 'cam2/f.png']);
  const { written, losses } = await exported();
  expect(written.images.map(({ file_name: name }) => name)).toEqual(['cam1/f.png', 'cam2/f.png']);
  expect(losses).toMatchObject([
    { what: 'Images that share their file name: written under names that differ' },
  ]);
});

test('folders of a file name are written again', async () => {
  const { imported, exported } = await theCase('folder-of-file-name', ['cam1/f.png']);
  await imported();
  expect((await exported()).written.images.map(({ file_name: name }) => name)).toEqual(['cam1/f.png']);
});

test('a picture that was given under two names gets the masks of both', async () => {
  const { imported } = await theCase('same-bytes-two-names', ['a.png', 'b.png']);
  const outcome = await imported();
  expect(outcome.annotations).toBe(2);
  expect(lossesOf(outcome)).toEqual([
    'Images known by their content under another name (b.png is a.png here)',
  ]);
});

test('a hash of another picture leaves the image out', async () => {
  const { imported } = await theCase('sha-of-another-picture', ['a.png']);
  const outcome = await imported();
  expect([outcome.code, outcome.annotations]).toEqual([3, 0]);
  expect(lossesOf(outcome).join()).toMatch(/another picture \(its SHA-256 differs\) \(a\.png\)/u);
});

test('classes without a target are kept: a training and a validation set keep equal ids', async () => {
  const both = [];
  for (const file of ['train.json', 'val.json']) {
    const { imported, exported } = await theCase('classes-train-val', ['a.png']);
    await imported(file);
    both.push((await exported()).written.categories.map(({ id, name }) => [id, name]));
  }
  const wanted = [
    [1, 'person'],
    [2, 'dog'],
    [3, 'cat'],
  ];
  expect(both).toEqual([wanted, wanted]);
});

test("licences are kept and written again; the file's other words are named", async () => {
  const { imported, exported } = await theCase('licence-lost', ['a.png']);
  const losses = lossesOf(await imported()).join('\n');
  for (const name of ['date_captured', 'coco_url', 'flickr_url', 'info.contributor', 'info.version'])
    expect(losses).toContain(`that have no place here: ${name}`);
  const { written } = await exported();
  const licence = written.licenses.find(({ id }) => id === written.images[0]?.license);
  expect(licence).toMatchObject({ name: 'CC-BY-NC', url: 'u' });
});

test('attributes of other tools are kept under their names, also those called like ours; what is a list is named', async () => {
  const { imported, exported } = await theCase('attributes-lost', ['a.png']);
  expect(lossesOf(await imported())).toEqual([
    'Attributes left out: a list, without names (annotation 1: ["red","big"])',
  ]);
  expect((await exported()).written.annotations[1]?.['attributes']).toEqual({
    ...{ source: 'lidar', review: 'checked twice', name: 7 },
  });
});

test('a score comes in and goes out where detections have it', async () => {
  const { imported, exported } = await theCase('export-as-detections', ['a.png']);
  await imported();
  const { written } = await exported();
  expect(written.annotations[0]?.['score']).toBe(0.8);
  const results = (await exported('results.json', '-f', 'coco-results')).written as unknown;
  expect(results).toMatchObject([{ image_id: 1, category_id: 1, bbox: [1, 1, 9, 9], score: 0.8 }]);
});

test('a photo that its EXIF orientation turns is named as that, going in and out', async () => {
  const { imported, exported } = await theCase('exif-rotation', ['a.jpg']);
  expect(lossesOf(await imported()).join()).toMatch(
    /64 x 48 in the file, 48 x 64 here; the photo is turned by its EXIF/u,
  );
  expect((await imported('upright.json')).annotations).toBe(1);
  expect(lossesOf(await exported()).join()).toMatch(/Photos turned by their EXIF orientation.*a\.jpg/u);
});

test('nothing imported is exit 3 and leaves nothing behind', async () => {
  const { imported, run } = await theCase('nothing-imported-exit-0', ['a.png']);
  const before = (await run('project', 'info', 'p')).result as { revision: number };
  const outcome = await imported();
  expect([outcome.code, outcome.annotations, outcome.categories]).toEqual([3, 0, 0]);
  const after = (await run('project', 'info', 'p')).result;
  expect(after).toMatchObject({ revision: before.revision, holds: { category: 0, annotation: 0 } });
});

test('messages say what the file says: an odd count is one, pairs are points', async () => {
  const { imported } = await theCase('polygon-messages', ['a.png']);
  const outcome = await imported();
  expect(outcome.annotations).toBe(1);
  expect(lossesOf(outcome)).toEqual([
    'Targets left out: their polygon is damaged (annotation 1: The polygon has 7 numbers, an odd count: one point lacks its second number.)',
  ]);
});

test('a file and its folder of images are one step', async () => {
  const { run } = await theCase('same-name-both-in-project', []);
  const { code, result } = await run('import', 'p', 'in.json', '--images', '.');
  expect([code, (result as Done<ImportEvent>).annotations]).toEqual([0, 2]);
});

test('what was passed over in a folder is said, and why nothing is left', async () => {
  const { run } = await theCase('folder-skips-silently', []);
  const { code, err, result } = await run('project', 'add', 'p', 'photos');
  expect(code).toBe(3);
  expect(err).toMatch(/c\.ppm is a portable pixmap \(PNM\), which this app cannot read/u);
  // The HEIC, the BMP and the JFIF.
  expect((result as { imageIds: string[] }).imageIds.length).toBe(3);
});
