import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnnotationRecord, Diff, ImageRecord } from '../../electron/common/document/records.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import { rleOf } from '../../electron/common/rle.ts';
import { wholeSnapshot } from '../../electron/common/whole-snapshot.ts';
import type { AppClient } from '../../electron/hosts/cli/session.ts';
import { aPng } from '../helpers/pictures-on-disk.ts';
import { anAnnotation, anAnnotationId } from '../helpers/records.ts';
import { randomInteger } from '../helpers/seeded-random.ts';

/** What all kinds of work share: the app, the open project as this process knows it, and a way to tell what was begun and acknowledged. */
export interface Restless {
  readonly client: AppClient;
  /** A second window, with projects of its own. */
  readonly other: AppClient;
  readonly folder: string;
  readonly random: () => number;
  /** Later than every number of an earlier process. */
  count(): number;
  readonly say: (line: object) => void;
  /** Images of the project, as last seen. */
  readonly images: ImageRecord[];
  /** Masks that nobody is at work on. */
  readonly masks: Map<string, AnnotationRecord>;
}

export type Work = (work: Restless) => Promise<never>;

const fewest = 1_500;

/** Draws, renames and removes masks, one commit each. */
export async function edit(work: Restless): Promise<never> {
  const { masks, images, random, say, client } = work;
  const commit = async (
    id: string,
    value: number,
    change: Partial<Diff>,
    after: AnnotationRecord | null,
  ): Promise<void> => {
    masks.delete(id);
    say({ begin: id, value });
    const diff = { added: [], changed: [], removed: [], ...change };
    await client.call('project.commit', { diff, label: 'edit', window: 'campaign', baseRevision: 0 });
    say({ done: id, value });
    if (after) masks.set(id, after);
  };
  for (;;) {
    await pause(8); // inside one process a commit gives nobody else a turn
    const [mask, image, count] = [anyOf([...masks.values()], random), images[0], work.count()];
    const kind = masks.size > fewest ? 1 : random();
    if (!image) await pause();
    else if (!mask || kind < 0.5) {
      const added = anAnnotation({
        ...{ id: anAnnotationId(`mask-${count}`), imageId: image.id, name: String(count) },
        ...{ mask: rleOf(boxRuns([0, 0, 1, 1], image)), bbox: [0, 0, 1, 1], area: 1 },
      });
      await commit(added.id, count, { added: [added] }, added);
    } else if (kind < 0.8) {
      const after = { ...mask, name: String(count) };
      await commit(mask.id, count, { changed: [[mask, after]] }, after);
    } else await commit(mask.id, -1, { removed: [mask] }, null);
  }
}

/** Copies pictures in: equal names on purpose, and one that looks like litter. */
export async function bringPictures(work: Restless): Promise<never> {
  const { client, say, images } = work;
  for (;;) {
    const count = work.count();
    const name = `picture ${count % 3}.${count % 5 === 0 ? 'partial' : 'png'}`;
    const sources = [{ kind: 'bytes' as const, name, data: pictureOf(count) }];
    for await (const event of client.stream('images.import', { sources, copy: true }))
      if (event.type === 'done') for (const id of event.imageIds) say({ image: id });
    await look(work);
    if (images.length > 60) await pause(200);
  }
}

/** Imports masks by COCO files, some with a folder of pictures that are added first. */
export async function importMasks(work: Restless): Promise<never> {
  const { client, folder, images, masks, random, say } = work;
  for (;;) {
    await pause(20);
    const count = work.count();
    const isWithPictures = random() < 0.3 && images.length < 80;
    const place = join(folder, 'incoming', String(count));
    if (isWithPictures) {
      await mkdir(place, { recursive: true });
      await writeFile(join(place, `new ${count}.png`), pictureOf(count));
    }
    const chosen = isWithPictures
      ? [{ name: `new ${count}.png`, ...sizeOf(count) }]
      : [anyOf(images, random)].filter((image) => image !== undefined);
    if (chosen.length === 0) continue;
    const file = {
      images: chosen.map((image, id) => ({
        ...{ id, file_name: image.name, width: image.width, height: image.height },
        ...('sha256' in image ? { sha256: image.sha256 } : {}),
      })),
      categories: [{ id: 1, name: 'imported' }],
      annotations: [1, 2, 3].map((id) => ({
        ...{ id, image_id: 0, category_id: 1, pixellm: { name: String(work.count()) } },
        segmentation: {
          size: [chosen[0]?.height, chosen[0]?.width],
          counts: rleOf(boxRuns([count % 7, id, 1, 1], chosen[0] ?? { width: 0, height: 0 })).counts,
        },
      })),
    };
    const before = new Set((await look(work)).map(({ id }) => id));
    for await (const event of client.stream('formats.import', {
      format: 'coco',
      source: { kind: 'bytes', name: 'masks.json', data: new TextEncoder().encode(JSON.stringify(file)) },
      categoryMap: {},
      images: isWithPictures ? place : null,
    })) {
      if (event.type !== 'done') continue;
      for (const record of await look(work)) {
        if (record.kind === 'image' && !before.has(record.id)) say({ image: record.id });
        if (record.kind !== 'annotation' || record.source !== 'import' || before.has(record.id)) continue;
        say({ done: record.id, value: Number(record.name) });
        masks.set(record.id, record);
      }
    }
    if (masks.size > fewest) await pause(500);
  }
}

/** Makes projects, puts a picture into some, and deletes some of them. */
export async function makeProjects({ other, count, folder, random, say }: Restless): Promise<never> {
  for (;;) {
    const number = count();
    const made = await other.call('project.create', {
      name: `Other ${number}`,
      parent: join(folder, 'made'),
    });
    const project = made.project.folder;
    say({ project });
    if (random() < 0.7) {
      const sources = [{ kind: 'bytes' as const, name: 'picture.png', data: pictureOf(number) }];
      for await (const _ of other.stream('images.import', { sources, copy: true }));
      say({ deleting: project });
      await other.call('project.delete', { folder: project });
      say({ deleted: project });
    }
    await pause(30);
  }
}

const exports = [
  ['coco', 'coco.json'],
  ['coco', null],
  ['overlay', 'overlays.zip'],
  ['overlay', 'overlays'],
  ['masks-png', `masks ${process.pid}`],
] as const;

/** Exports to files, archives, folders and downloads, over what it wrote before. */
export async function exportAll({ client, folder, images, random, say }: Restless): Promise<never> {
  for (;;) {
    const [format, name] = anyOf(exports, random) ?? exports[0];
    const path = name === null ? null : join(folder, 'out', name);
    const imageIds = images.slice(0, 4).map(({ id }) => id);
    const request = { format, path, imageIds, options: {}, replace: true };
    try {
      for await (const event of client.stream('formats.export', request))
        if (event.type === 'done' && path !== null) say({ exported: path });
    } catch {
      await pause(); // nothing to export yet
    }
  }
}

/** Puts questions to many images, goes on with what an earlier process left, and forgets what is done. */
export async function askMany({ client, images, say }: Restless): Promise<never> {
  client.on('jobs.changed', ({ id, done }) => say({ job: id, answers: done }));
  for (;;) {
    for (const { id, state } of await client.call('jobs.list', {})) {
      if (state === 'interrupted') await client.call('jobs.resume', { id });
      if (state !== 'done') continue;
      say({ forgetting: id });
      await client.call('jobs.remove', { id });
    }
    if (images.length > 0) {
      const imageIds = images.slice(0, 3).map(({ id }) => id);
      const { id } = await client.call('chat.askMany', { imageIds, questions: ['What is here?'] });
      say({ job: id, answers: 0 });
    }
    await pause(400);
  }
}

/** Converts a checkpoint again and again, each time into a folder of its own. */
export function convert(checkpoint: { readonly model: string; readonly vision: string }): Work {
  return async ({ client, folder, count, say }) => {
    for (;;) {
      const out = join(folder, 'models', `model-${count()}`);
      const request = {
        ...{ checkpoint: checkpoint.model, vision: checkpoint.vision, out },
        precision: 'int8' as const,
      };
      for await (const event of client.stream('models.convert', request))
        if (event.type === 'done') say({ converted: out });
    }
  };
}

/** The project's records now; the list of images is brought up to date. */
async function look({ client, images }: Restless) {
  const { entities } = await wholeSnapshot(client, await client.call('project.snapshot', {}));
  images.splice(0, images.length, ...entities.filter((record) => record.kind === 'image'));
  return entities;
}

const sizeOf = (count: number) => ({ width: 8 + (count % 50), height: 8 + (Math.floor(count / 50) % 500) });
const pictureOf = (count: number): Uint8Array => aPng(sizeOf(count), count);

function anyOf<T>(all: readonly T[], random: () => number): T | undefined {
  return all[randomInteger(random, 0, Math.max(1, all.length))];
}

function pause(milliseconds = 5): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
