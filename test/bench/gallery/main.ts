import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type OpenApp, openApp } from '../canvas/open-app.ts';
import { median } from '../engine/clock.ts';
import { type ManyImages, writeManyImages } from './many-images.ts';
import { plainPage } from './plain-page.ts';
import { type Marks, marksIn, watchOpening } from './opening-marks.ts';
import { type Frames, framesWhile } from './scroll-frames.ts';

const usage = `Usage: npm run bench -- gallery [--images 10000] [--targets 10] [--json]
Drives the built app in a real browser: a project of very many images, opened, looked through and searched.`;

/** What is measured, milliseconds. */
interface Figures {
  /**
   * From the address to the first screen of the gallery with its thumbnails and the masks on them, the true count under it, and an answer to a
   * key; the picture and the list beside it were there before.
   */
  readonly open: number;
  /** From the address to the picture and the list beside it, and until the last record is there: then work can begin. */
  readonly openPicture: number;
  readonly openWhole: number;
  /** Milliseconds since the address was asked for until each step of opening was reached. */
  readonly marks: Marks;
  /** From its start to its address. */
  readonly serverReady: number;
  /** Processor milliseconds of the page's main thread until all is there: a busy machine does not change it much. */
  readonly openProcessor: number;
  /** The server's, from its start on; null where the system does not say. */
  readonly openServer: number | null;
  /** The page's, for each frame while the gallery is scrolled, drawing by the processor included. */
  readonly scrollProcessor: number;
  /**
   * Between frames while it is scrolled for the first time, when its thumbnails are still to be made, and again, and while a bare page of as
   * many pictures is: what this machine's browser can show at all.
   */
  readonly firstFrames: Frames;
  readonly scrollFrames: Frames;
  readonly plainFrames: Frames;
  /** From a changed search to the gallery that shows what it means, by search. */
  readonly filter: Readonly<Record<string, { readonly clock: number; readonly processor: number }>>;
}

/** Of each search; the median counts. */
const triesOfFilter = 5;

const gallery = '[role=listbox][aria-label="All images"]';

const searches = [
  'class:cup score:<0.5',
  'state:review',
  'targets:>0 name:cam2*',
  'has:comment',
  'cam1-0012',
];

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      images: { type: 'string', default: '10000' },
      targets: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
    },
  });
  const [images, targets] = [Number(values.images), Number(values.targets)];
  if (!Number.isInteger(images) || !Number.isInteger(targets) || images < 1 || targets < 0) {
    console.error(usage);
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'pixellm-bench-'));
  try {
    console.error(`Writing a project of ${images} images with ${targets} targets each ...`);
    const project = await writeManyImages(folder, { images, targets });
    const app = await openApp({ project, folder, viewport: { width: 1600, height: 1000 } });
    try {
      const figures = await measure(app, { images, targets });
      console.log(values.json ? JSON.stringify(figures, null, 1) : report(figures));
    } finally {
      await app.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
}

async function measure(app: OpenApp, contents: ManyImages): Promise<Figures> {
  const page = await app.newPage();
  await page.addInitScript(watchOpening);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const processor = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
  const began = performance.now();
  await page.goto(app.address);
  // Asked in the page and plainly: the driver's own waiting lays the page out and comes late.
  await isThere(page, '[role=listbox] [role=option]');
  await isThere(page, '[role=application]');
  const openPicture = performance.now() - began;
  await page.keyboard.press('Control+Shift+G');
  await page.waitForFunction(isFirstScreenShown, contents, { polling: 'raf', timeout: 120_000 });
  await page.keyboard.press('ArrowRight');
  await isThere(page, '[role=listbox][aria-activedescendant=gallery-1]');
  const open = performance.now() - began;
  await page.locator('footer [role=status]', { hasText: 'All changes saved' }).waitFor({ timeout: 120_000 });
  const openWhole = performance.now() - began;
  const marks = await marksIn(page);
  const openProcessor = await processor();
  const openServer = await processorOf(app.server.pid);
  const firstFrames = await framesWhile(page, gallery);
  const beforeScroll = await processor();
  const scrollFrames = await framesWhile(page, gallery);
  const scrollProcessor = ((await processor()) - beforeScroll) / scrollFrames.count;
  const filter: Record<string, { readonly clock: number; readonly processor: number }> = {};
  for (const search of searches) {
    const tries: { readonly clock: number; readonly processor: number }[] = [];
    for (let time = 0; time < triesOfFilter; time++) {
      if (time > 0) await filterMs(page, '');
      const before = await processor();
      const clock = await filterMs(page, search);
      tries.push({ clock, processor: (await processor()) - before });
    }
    filter[search] = {
      clock: median(tries.map((each) => each.clock)),
      processor: median(tries.map((each) => each.processor)),
    };
  }
  const plain = await plainPage(app);
  const plainFrames = await framesWhile(plain, '#list');
  await plain.close();
  return {
    open,
    openPicture,
    openWhole,
    marks,
    serverReady: app.serverReadyMs,
    openProcessor,
    openServer,
    scrollProcessor,
    firstFrames,
    scrollFrames,
    plainFrames,
    filter,
  };
}

async function isThere(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector(wanted) !== null, selector, {
    polling: 'raf',
    timeout: 120_000,
  });
}

/** In the page: whether every card in sight has its thumbnail and, where images have targets, the masks drawn on it. */
function isFirstScreenShown({ images, targets }: ManyImages): boolean {
  const list = document.querySelector('[role=listbox][aria-label="All images"]');
  const count = document.querySelector('[role=dialog] footer [role=status]')?.textContent ?? '';
  if (list === null || !count.startsWith(`${images.toLocaleString('en')} image`)) return false;
  const { bottom } = list.getBoundingClientRect();
  const cards = [...list.querySelectorAll('[role=option]')].filter(
    (card) => card.getBoundingClientRect().top < bottom,
  );
  const arePicturesHere = cards.every((card) => {
    const picture = card.querySelector('img');
    return picture !== null && picture.complete && picture.naturalWidth > 0;
  });
  if (cards.length === 0 || !arePicturesHere || targets === 0) return cards.length > 0 && arePicturesHere;
  // The masks of a row lie on one canvas: something must be drawn over each of its pictures.
  const probe = document.createElement('canvas');
  return cards.every((card) => {
    const canvas = card.parentElement?.querySelector('canvas');
    const box = card.querySelector('img')?.getBoundingClientRect();
    const context = probe.getContext('2d', { willReadFrequently: true });
    if (!canvas || !box || !context) return false;
    const { left, top, width } = canvas.getBoundingClientRect();
    const scale = canvas.width / width;
    const [x, y, w, h] = [box.left - left, box.top - top, box.width, box.height];
    context.clearRect(0, 0, probe.width, probe.height);
    context.drawImage(canvas, x * scale, y * scale, w * scale, h * scale, 0, 0, 64, 64);
    return context.getImageData(0, 0, 64, 64).data.some((value) => value > 0);
  });
}

type Page = Awaited<ReturnType<OpenApp['newPage']>>;

/** From the input event to the end of the frame that shows the answer. */
function filterMs(page: Page, search: string): Promise<number> {
  return page.evaluate(async (text) => {
    const field = document.querySelector<HTMLInputElement>('[role=dialog] input[type=search]');
    if (field === null) throw new Error('The gallery is not open.');
    const count = document.querySelector('[role=dialog] footer [role=status]');
    const before = count?.textContent;
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    const start = performance.now();
    set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    // The gallery says how many it shows; each of these searches means another number.
    while (count?.textContent === before && performance.now() - start < 5_000)
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    return performance.now() - start;
  }, search);
}

/** Milliseconds a process has run so far, on Linux. Source: proc(5), stat: fields 14 and 15, hundredths of a second. */
async function processorOf(pid: number | undefined): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function report(figures: Figures): string {
  const { open, openPicture, openWhole, openProcessor, openServer, scrollProcessor, marks } = figures;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const frames = ({ median, p95, late }: Frames): string =>
    `${ms(median)}, p95 ${ms(p95)}, ${(100 * late).toFixed(0)} % late`;
  const steps = Object.entries(marks).map(([name, at]) => `${name} ${at.toFixed(0)}`);
  return [
    `open, gallery shown  ${ms(open)}  (goal 2,000); the picture ${ms(openPicture)}, all records ${ms(openWhole)}`,
    `open, step by step   ${steps.join(', ')} (the server was ready ${figures.serverReady.toFixed(0)} ms after its start)`,
    `open, processor      of the page ${ms(openProcessor)}, of the server ${openServer === null ? '?' : ms(openServer)}, until all records are there`,
    `scroll, processor    ${ms(scrollProcessor)} a frame  (goal 16.7)`,
    `scroll, first time   ${frames(figures.firstFrames)}  (goal 16.7 apart)`,
    `scroll, frames apart ${frames(figures.scrollFrames)}  (goal 16.7)`,
    `  of a bare page     ${frames(figures.plainFrames)}  (as many pictures, no app: what this browser can show here)`,
    ...Object.entries(figures.filter).map(
      ([search, value]) =>
        `filter ${search}: ${ms(value.clock)}, processor ${ms(value.processor)}  (goal 100)`,
    ),
  ].join('\n');
}
