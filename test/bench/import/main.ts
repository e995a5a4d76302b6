import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitChange } from '../../../electron/common/commit-change.ts';
import type { ProjectChanged } from '../../../electron/common/contract.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { serveApp, type ServedApp } from '../../helpers/served-app.ts';
import { anAnnotation, anAnnotationId, anImage, anImageId } from '../../helpers/records.ts';
import { rleOf } from '../../../electron/common/rle.ts';
import { anOnlooker, memoryOf, processorSecondsOf } from '../onlooker.ts';

/**
 * What importing, exporting, opening and committing many masks costs everybody else: how long a second window waits for an answer, and the memory of the app's
 * process, while a COCO file of so many masks comes in, and while 10,000 masks are committed at once.
 * `npm run bench -- import [MASKS ...]`, 10000 and 200000 unless given.
 */
const size = { width: 640, height: 480 };
const masksPerImage = 1_000;

export async function main(argv: readonly string[]): Promise<number> {
  const counts = argv.length > 0 ? argv.map(Number) : [10_000, 200_000];
  if (!counts.every((count) => Number.isInteger(count) && count > 0)) {
    console.error('Usage: npm run bench -- import [MASKS ...]');
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'pixellm-bench-'));
  try {
    for (const masks of counts) await measureImport(join(folder, String(masks)), masks);
    await measureCommit(join(folder, 'commit'));
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureImport(folder: string, masks: number): Promise<void> {
  const app = await serveApp(join(import.meta.dirname, '..', 'node', 'cli.js'), folder);
  try {
    const path = join(app.root, 'masks.json');
    await writeCoco(path, masks);
    const client = await app.connect();
    await aProjectOf(app, client, Math.ceil(masks / masksPerImage));
    let pushed = 0;
    // As the page does: what is told without its records is fetched.
    let fetching = Promise.resolve();
    client.on('project.changed', ({ diff, large, revision }: ProjectChanged) => {
      pushed += diff.added.length;
      if (large) fetching = fetching.then(() => fetchLarge(revision)).catch(() => undefined);
    });
    const fetchLarge = async (revision: number): Promise<void> => {
      for await (const { added } of client.stream('project.largeChange', { revision }))
        pushed += added.length;
    };
    const before = await memoryOf(app.pid);
    const victim = await anOnlooker(app);
    const start = performance.now();
    const request = {
      format: 'coco',
      source: { kind: 'path' as const, path },
      categoryMap: {},
      images: null,
    };
    let taken = 0;
    for await (const event of client.stream('formats.import', request))
      if (event.type === 'done') taken = event.annotations;
    const seconds = (performance.now() - start) / 1000;
    await fetching;
    const { worst, answers } = await victim.end();
    const { now, most } = await memoryOf(app.pid);
    console.log(
      `${masks} masks: ${taken} in after ${seconds.toFixed(1)} s; a second window waited ${worst} ms at most (${answers} answers); ` +
        `memory ${before.now} MB before, ${most} MB at most, ${now} MB after; ${pushed} records pushed`,
    );
    await measureExport(app, client, masks);
    client.close();
  } finally {
    await app.stop();
  }
  await measureOpening(folder, masks);
}

async function measureExport(app: ServedApp, client: AppClient, masks: number): Promise<void> {
  const victim = await anOnlooker(app);
  const start = performance.now();
  const path = join(app.root, 'again.json');
  const options = {};
  let written = 0;
  const request = { format: 'coco', path, imageIds: null, options, replace: false };
  for await (const event of client.stream('formats.export', request))
    if (event.type === 'done') written = event.annotations;
  const seconds = (performance.now() - start) / 1000;
  const { worst, answers } = await victim.end();
  const { now, most } = await memoryOf(app.pid);
  console.log(
    `${masks} masks: ${written} exported in ${seconds.toFixed(1)} s; a second window waited ${worst} ms at most (${answers} answers); ` +
      `memory ${most} MB at most, ${now} MB after`,
  );
}

/** By a process that has it from the disk alone. */
async function measureOpening(folder: string, masks: number): Promise<void> {
  const app = await serveApp(join(import.meta.dirname, '..', 'node', 'cli.js'), folder);
  try {
    const client = await app.connect();
    const [project] = await client.call('project.recent', {});
    const victim = await anOnlooker(app);
    const start = performance.now();
    const { rest = 0 } = await client.call('project.open', { folder: project?.folder ?? '' });
    const answered = performance.now() - start;
    let bytes = 0;
    const records = client.stream('project.records', { folder: project?.folder ?? '' });
    for await (const { json } of records) bytes += json.length;
    const seconds = (performance.now() - start) / 1000;
    const { worst, answers } = await victim.end();
    const { now, most } = await memoryOf(app.pid);
    console.log(
      `${masks} masks: open after ${(answered / 1000).toFixed(1)} s, ${rest} records told after ${seconds.toFixed(1)} s (${Math.round(bytes / 1e6)} MB, ` +
        `${(await processorSecondsOf(app.pid)).toFixed(1)} s of processor since its start); a second window waited ${worst} ms at most (${answers} answers); memory ${most} MB at most, ${now} MB after`,
    );
    client.close();
  } finally {
    await app.stop();
  }
}

async function measureCommit(folder: string): Promise<void> {
  const app = await serveApp(join(import.meta.dirname, '..', 'node', 'cli.js'), folder);
  try {
    const client = await app.connect();
    await aProjectOf(app, client, 10);
    const victim = await anOnlooker(app);
    const added = Array.from({ length: 10_000 }, (_, at) => {
      const box = [at % 600, at % 400, 9, 9] as const;
      const mask = boxRuns(box, size);
      return anAnnotation({
        ...{ id: anAnnotationId(`mask-${at}`), imageId: anImageId(`image-${at % 10}`) },
        ...{ mask: rleOf(mask), bbox: [...box], area: 81 },
      });
    });
    const start = performance.now();
    const change = { diff: { added, changed: [], removed: [] }, label: 'x', window: 'x', baseRevision: 0 };
    await commitChange(client, change); // in parts, as the page does
    const milliseconds = Math.round(performance.now() - start);
    const { worst } = await victim.end();
    console.log(`a commit of 10000 masks: ${milliseconds} ms; a second window waited ${worst} ms at most`);
    client.close();
  } finally {
    await app.stop();
  }
}

type AppClient = Awaited<ReturnType<ServedApp['connect']>>;

async function aProjectOf(app: ServedApp, client: AppClient, images: number) {
  await client.call('project.create', { name: 'Crowded', parent: null });
  const added = Array.from({ length: images }, (_, at) =>
    anImage({
      ...{ id: anImageId(`image-${at}`), name: `photo-${at}.png`, ...size, order: at },
      ...{ source: { kind: 'linked', path: join(app.root, `photo-${at}.png`) } },
      sha256: at.toString(16).padStart(64, '0'),
    }),
  );
  const change = { diff: { added, changed: [], removed: [] }, label: 'x', window: 'x', baseRevision: 0 };
  await client.call('project.commit', change);
}

async function writeCoco(path: string, masks: number): Promise<void> {
  const file = createWriteStream(path);
  const images = Math.ceil(masks / masksPerImage);
  const list = Array.from({ length: images }, (_, id) => ({ id, file_name: `photo-${id}.png`, ...size }));
  const categories = ['cup', 'plate'].map((name, id) => ({ id, name }));
  file.write(`{"images":${JSON.stringify(list)},"categories":${JSON.stringify(categories)},"annotations":[`);
  for (let id = 0; id < masks; id++) {
    const at = Math.floor(id / images);
    const box = [at % 600, Math.floor(at / 3) % 400, 3 + (at % 9), 4 + (at % 50)] as const;
    const text = JSON.stringify({
      ...{ id, image_id: id % images, category_id: id % 2, iscrowd: 0, bbox: box, area: box[2] * box[3] },
      segmentation: { size: [size.height, size.width], counts: [...boxRuns(box, size).counts] },
    });
    if (!file.write(id === 0 ? text : `,${text}`)) await once(file, 'drain');
  }
  file.end(']}');
  await once(file, 'finish');
}
