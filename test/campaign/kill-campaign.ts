import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomInteger, seededRandom } from '../helpers/seeded-random.ts';

/** What a campaign found; all but `kills` and `acknowledged` are to be 0. */
export interface CampaignFigures {
  kills: number;
  acknowledged: number;
  /** Acknowledged changes, pictures or projects that were not there afterwards, or other than they were. */
  losses: string[];
  /** Starts that could not open the project, exports that are not whole. */
  broken: string[];
  /** What lay about after a start that followed a kill. */
  litter: string[];
}

/**
 * Kills the app in the middle of edits, imports, new projects, exports and batches, again and again on one data folder, and compares what each
 * start finds with what was acknowledged.
 *
 * @param script the built test/helpers/children/work-until-killed.ts
 */
export async function runKillCampaign(options: {
  readonly script: string;
  readonly folder: string;
  readonly resources: string;
  readonly kills: number;
  readonly seed: number;
  readonly longestLifeMs: number;
}): Promise<CampaignFigures> {
  const { folder, kills } = options;
  const random = seededRandom(options.seed);
  const figures: CampaignFigures = { kills: 0, acknowledged: 0, losses: [], broken: [], litter: [] };
  mkdirSync(join(folder, 'out'), { recursive: true });
  const ledger = {
    masks: new Map<string, number>(),
    maybe: new Map<string, number>(),
    images: new Set<string>(),
  };
  const exported = new Set<string>();
  const projects = new Set<string>();
  for (let round = 0; round <= kills; round++) {
    const child = spawn(
      process.execPath,
      [options.script, folder, options.resources, String(options.seed + round)],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const exited = once(child, 'exit');
    let [seen, said] = ['', ''];
    child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
    let isOpen = false;
    child.stdout.on('data', (chunk: Buffer) => {
      seen += String(chunk);
      isOpen ||= seen.includes('\n');
    });
    const deadline = Date.now() + 60_000;
    while (!isOpen && child.exitCode === null && Date.now() < deadline) await sleep(5);
    // Some die while they are still starting, some in the middle of work.
    await sleep(random() * options.longestLifeMs * (randomInteger(random, 0, 3) === 0 ? 0.05 : 1));
    child.kill('SIGKILL');
    await exited;
    figures.kills += 1;
    if (!isOpen) figures.broken.push(`round ${round}: did not open: ${said.slice(-400)}`);
    // A line without its end was cut by the kill: nobody was told.
    for (const line of seen.slice(0, seen.lastIndexOf('\n') + 1).split('\n')) {
      // The child's own lines; the fields below are all it says.
      const news = (line === '' ? {} : JSON.parse(line)) as Record<string, unknown>;
      read(news, round);
    }
    for (const path of exported) if (!isWhole(path)) figures.broken.push(`round ${round}: ${path}`);
    for (const path of projects)
      if (!existsSync(join(path, 'project.sqlite'))) figures.losses.push(`round ${round}: project ${path}`);
  }
  return figures;

  function read(news: Record<string, unknown>, round: number): void {
    const { state, images, litter, broken } = news;
    if (Array.isArray(state) && Array.isArray(images) && Array.isArray(litter)) {
      const found = new Map(state as [string, number][]);
      for (const [id, value] of ledger.masks) {
        const now = found.get(id) ?? -1;
        if (now !== value && now !== ledger.maybe.get(id))
          figures.losses.push(`round ${round}: ${id} is ${now}, not ${value}`);
      }
      for (const id of ledger.images)
        if (!images.includes(id)) figures.losses.push(`round ${round}: image ${id}`);
      if (broken !== 0)
        figures.losses.push(`round ${round}: ${String(broken)} pictures are not what they were`);
      for (const file of litter) figures.litter.push(`round ${round}: ${String(file)}`);
      ledger.masks = found;
      ledger.maybe.clear();
      return;
    }
    const value = Number(news['value']);
    if (typeof news['begin'] === 'string') ledger.maybe.set(news['begin'], value);
    if (typeof news['done'] === 'string') ledger.masks.set(news['done'], value);
    if (typeof news['image'] === 'string') ledger.images.add(news['image']);
    if (typeof news['project'] === 'string') projects.add(news['project']);
    if (typeof news['exported'] === 'string') exported.add(news['exported']);
    if (!('begin' in news) && Object.keys(news).length > 0) figures.acknowledged += 1;
  }
}

function isWhole(path: string): boolean {
  if (path.endsWith('.json')) {
    try {
      return typeof JSON.parse(readFileSync(path, 'utf8')) === 'object';
    } catch {
      return false;
    }
  }
  if (!path.endsWith('.zip')) return existsSync(path);
  const bytes = readFileSync(path);
  return bytes.readUInt32LE(bytes.length - 22) === 0x06054b50; // the end record of an archive without a comment
}
