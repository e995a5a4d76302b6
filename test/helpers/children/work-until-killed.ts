import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createBackend } from '../../../electron/backend/create-backend.ts';
import type { AnnotationRecord, ImageRecord } from '../../../electron/common/document/records.ts';
import { connectInside } from '../../../electron/hosts/cli/session.ts';
import { aPng } from '../pictures-on-disk.ts';
import { anAnnotation, anAnnotationId } from '../records.ts';
import { aScriptedProcess, scriptedRoom } from '../scripted-model.ts';
import { randomInteger, seededRandom } from '../seeded-random.ts';

/**
 * Opens the campaign's project, says what it holds and what litter lies about, then edits, imports, makes projects, exports and runs batches all
 * at once until it is killed. Prints a JSON line for each thing it is about to do and each thing that was acknowledged.
 */
const [folder = '', resources = '', seed = '0'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const room = scriptedRoom({ answer: ({ question }) => `You asked ${question}, the thing {left}.` });
const backend = await createBackend({
  door: 'cli',
  version: '0.0.0',
  dataFolder: join(folder, 'data'),
  projectsFolder: join(folder, 'projects'),
  resourcesFolder: resources,
  bundlesFolder: join(folder, 'bundles'),
  roots: null,
  grants: null,
  loadsModelAtStart: false,
  showOpenDialog: null,
  showSaveDialog: null,
  openExternal: null,
  startInferenceProcess: () => aScriptedProcess(room),
});
const client = connectInside(backend);
const project = join(folder, 'projects', 'Campaign');
const { entities } = await client
  .call('project.open', { folder: project })
  .catch(() => client.call('project.create', { name: 'Campaign', parent: null }));
const images = entities.filter((record): record is ImageRecord => record.kind === 'image');
const masks = new Map(
  entities
    .filter(
      (record): record is AnnotationRecord => record.kind === 'annotation' && record.source === 'person',
    )
    .map((record) => [record.id as string, record]),
);
// The list of recent projects is written beside everything else: this call comes after it.
await client.call('project.recent', {});
say({
  state: [...masks.values()].map(({ id, name }) => [id, Number(name)]),
  images: images.map(({ id }) => id),
  broken: (await client.call('images.check', {})).filter(({ state }) => state !== 'present').length,
  litter: litterIn(folder, images),
});

let count = Date.now();
await Promise.all([edit(), edit(), bring(), create(), write(), ask()]);

async function edit(): Promise<never> {
  for (;;) {
    const mask = [...masks.values()][randomInteger(random, 0, Math.max(0, masks.size - 1))];
    const [image] = images;
    count += 1;
    const kind = random();
    if (!image) await pause();
    else if (!mask || kind < 0.5) {
      const added = anAnnotation({
        id: anAnnotationId(`mask-${count}`),
        imageId: image.id,
        mask: { size: [image.height, image.width], counts: emptyCounts(image) },
        bbox: [0, 0, 0, 0],
        area: 0,
        name: String(count),
      });
      await commit(added.id, count, { added: [added], changed: [], removed: [] }, added);
    } else if (kind < 0.8) {
      const after = { ...mask, name: String(count) };
      await commit(mask.id, count, { added: [], changed: [[mask, after]], removed: [] }, after);
    } else await commit(mask.id, -1, { added: [], changed: [], removed: [mask] }, null);
  }
}

async function commit(
  id: string,
  value: number,
  diff: {
    added: AnnotationRecord[];
    changed: [AnnotationRecord, AnnotationRecord][];
    removed: AnnotationRecord[];
  },
  after: AnnotationRecord | null,
): Promise<void> {
  masks.delete(id);
  say({ begin: id, value });
  await client.call('project.commit', { diff, label: 'edit', window: 'campaign', baseRevision: 0 });
  say({ done: id, value });
  if (after) masks.set(id, after);
}

async function bring(): Promise<never> {
  for (;;) {
    count += 1;
    // Equal names on purpose, and one that looks like litter.
    const name = `picture ${count % 3}.${count % 5 === 0 ? 'partial' : 'png'}`;
    const data = aPng({ width: 8 + (count % 50), height: 8 + (Math.floor(count / 50) % 500) });
    const sources = [{ kind: 'bytes' as const, name, data }];
    for await (const event of client.stream('images.import', { sources, copy: true }))
      if (event.type === 'done') for (const id of event.imageIds) say({ image: id });
    const snapshot = await client.call('project.snapshot', {});
    images.splice(0, images.length, ...snapshot.entities.filter((record) => record.kind === 'image'));
    if (images.length > 60) await pause(200);
  }
}

async function create(): Promise<never> {
  const other = connectInside(backend);
  for (;;) {
    count += 1;
    const made = await other.call('project.create', { name: `Other ${count}`, parent: join(folder, 'made') });
    say({ project: made.project.folder });
    await pause(30);
  }
}

async function write(): Promise<never> {
  const kinds = [
    ['coco', 'coco.json'],
    ['coco', null],
    ['overlay', 'overlays.zip'],
    ['overlay', 'overlays'],
    ['masks-png', `masks ${process.pid}`],
  ] as const;
  for (;;) {
    const [format, name] = kinds[randomInteger(random, 0, kinds.length - 1)] ?? kinds[0];
    const path = name === null ? null : join(folder, 'out', name);
    const request = {
      format,
      path,
      imageIds: images.slice(0, 4).map(({ id }) => id),
      options: {},
      replace: true,
    };
    try {
      for await (const event of client.stream('formats.export', request))
        if (event.type === 'done' && path !== null) say({ exported: path });
    } catch {
      await pause(); // nothing to export yet
    }
  }
}

async function ask(): Promise<never> {
  for (;;) {
    if (images.length > 0) {
      const imageIds = images.slice(0, 3).map(({ id }) => id);
      await client.call('chat.askMany', { imageIds, questions: ['What is here?'] }).catch(() => undefined);
    }
    await pause(400);
  }
}

function pause(milliseconds = 5): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** One run of background: all pixels of the image. */
function emptyCounts({ width, height }: ImageRecord): string {
  let [rest, counts] = [width * height, ''];
  for (;;) {
    const five = rest & 31;
    rest >>= 5;
    const isLast = (five & 16) === 0 ? rest === 0 : rest === -1;
    counts += String.fromCharCode((isLast ? five : five | 32) + 48);
    if (isLast) return counts;
  }
}

/** What lies about and nobody uses: half files, downloads of nobody, records of processes that are gone, copies without a record. */
function litterIn(root: string, known: readonly ImageRecord[]): string[] {
  const used = new Set(known.map(({ source }) => (source.kind === 'copied' ? source.file : '')));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => {
    if (/(?:^|\/)images\/[^/]+$/u.test(file))
      return file.startsWith('projects/Campaign/') && !used.has(file.split('/').at(-1) ?? '');
    if (/^data\/begun\/./u.test(file))
      return !readFileSync(join(root, file), 'utf8').includes(project) && !file.includes(`/${process.pid}-`);
    if (file.includes('/snapshots/')) return /partial|-journal$/u.test(file) && isOlder(join(root, file));
    return /partial|^data\/downloads\/|\.lock$|-journal$/u.test(file);
  });
}

/** Written before this process began; a safety copy it takes itself is no litter. */
function isOlder(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs < performance.timeOrigin;
}
