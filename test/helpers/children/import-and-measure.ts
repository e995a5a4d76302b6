import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTimeOrderedIds } from '../../../electron/backend/app/time-ordered-id.ts';
import { importCoco } from '../../../electron/backend/formats/coco/coco-import.ts';
import { commitInSlices } from '../../../electron/backend/project/commit-in-slices.ts';
import { type Change, OpenProjects } from '../../../electron/backend/project/open-projects.ts';
import { RecordSpool } from '../../../electron/backend/project/record-spool.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { anImport } from '../project-contents.ts';
import { anImage, anImageId } from '../records.ts';

/**
 * Imports so many masks into a project of its own and prints what a mask takes of memory while the file is read, and once it was saved:
 * { reading, saved } in bytes, all else being there before the first of the two numbers. Run with --expose-gc.
 */
const [folder = '', few = '', many = ''] = process.argv.slice(2);
const [from, to] = [Number(few), Number(many)];
const size = { width: 640, height: 480 };
const images = Array.from({ length: 50 }, (_, at) =>
  anImage({
    id: anImageId(`i${at}`),
    name: `photo-${at}.png`,
    ...size,
    order: at,
    sha256: String(at).padStart(64, '0'),
  }),
);

function bytesNow(): number {
  for (let times = 0; times < 3; times++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Looks at the memory when `from` and when `to` things were counted. */
function betweenCounts() {
  const marks: number[] = [];
  let count = 0;
  return {
    count(more: number) {
      const before = count;
      count += more;
      if ([from, to].some((mark) => before < mark && mark <= count)) marks.push(bytesNow());
    },
    each: () => ((marks[1] ?? Number.NaN) - (marks[0] ?? 0)) / (to - from),
  };
}

await mkdir(folder, { recursive: true });
const file = join(folder, 'masks.json');
const entries = Array.from({ length: to }, (_, id) => {
  const box = [id % 600, Math.floor(id / 600) % 400, 3 + (id % 31), 4 + (id % 53)] as const;
  return {
    ...{ id, image_id: id % images.length, category_id: 0 },
    segmentation: { size: [size.height, size.width], counts: [...boxRuns(box, size).counts] },
  };
});
const list = images.map(({ name }, id) => ({ id, file_name: name, ...size }));
await writeFile(
  file,
  JSON.stringify({ images: list, categories: [{ id: 0, name: 'cup' }], annotations: entries }),
);
entries.length = 0;

const projects = new OpenProjects(() => undefined, { begin: () => Promise.resolve(() => Promise.resolve()) });
const project = await projects.create('a window', join(folder, 'project'), 'Measured');
project.commit({ diff: { added: images, changed: [], removed: [] }, label: 'Images', undo: null });
const spool = new RecordSpool();
const [reading, saving] = [betweenCounts(), betweenCounts()];
const newId = createTimeOrderedIds();
const contents = {
  ...{ name: 'Measured', images, categories: [], turns: [], targets: [] },
  annotations: [],
};
const run = importCoco({
  ...anImport(contents, { kind: 'path', path: file }),
  spool,
  newId() {
    reading.count(1);
    return newId();
  },
});
let step = await run.next();
while (!step.done) step = await run.next();
const { diff } = step.value;
const counted = {
  ...project,
  commit(change: Change) {
    const revision = project.commit(change);
    saving.count(change.diff.added.length);
    return revision;
  },
};
await commitInSlices(counted, { ...diff, removed: [] }, { label: 'Import' }, new AbortController().signal);
const masks = project.store.document.annotations.size;
console.log(JSON.stringify({ masks, reading: reading.each(), saved: saving.each() }));
spool.close();
await projects.dispose();
