import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignRound } from '../helpers/children/work-until-killed.ts';
import { randomInteger, seededRandom } from '../helpers/seeded-random.ts';
import { createLedger } from './ledger.ts';
import { openReports } from './where-it-stands.ts';

/** What a campaign found; all but `kills`, `acknowledged` and the counts of what was done are to be 0. */
export interface CampaignFigures {
  kills: number;
  /** What was acknowledged, by kind. */
  acknowledged: Record<string, number>;
  /** Acknowledged changes, pictures, projects, answers or models that were not there afterwards, or other than they were. */
  losses: string[];
  /** Starts that could not open the project, exports and models that are not whole. */
  broken: string[];
  /** What lay about after a start that followed a kill. */
  litter: string[];
}

/**
 * Kills the app in the middle of edits, imports, new and deleted projects, exports, conversions and batches, again and again on one data folder,
 * and compares what each start finds with what was acknowledged.
 *
 * @param script the built test/helpers/children/work-until-killed.ts
 * @param conversion as a round is told; it is given to every third
 */
export async function runKillCampaign(options: {
  readonly script: string;
  readonly folder: string;
  readonly resources: string;
  readonly conversion: NonNullable<CampaignRound['conversion']>;
  readonly kills: number;
  readonly seed: number;
  readonly longestLifeMs: number;
  /** Told after each kill: a long campaign that is broken off has not been for nothing. */
  readonly onRound: (soFar: CampaignFigures) => void;
}): Promise<CampaignFigures> {
  const { folder, kills } = options;
  const random = seededRandom(options.seed);
  const figures: CampaignFigures = { kills: 0, acknowledged: {}, losses: [], broken: [], litter: [] };
  for (const name of ['out', 'models', 'made']) mkdirSync(join(folder, name), { recursive: true });
  const ledger = createLedger(folder, figures);
  const reports = openReports();
  for (let round = 0; round <= kills; round++) {
    const isConverting = round % 3 === 1;
    const told: CampaignRound = {
      ...{ folder, resources: options.resources, seed: options.seed + round },
      conversion: isConverting ? options.conversion : null,
    };
    const child = spawn(process.execPath, [...reports.words, options.script, JSON.stringify(told)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    let [seen, said] = ['', ''];
    child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
    let isOpen = false;
    child.stdout.on('data', (chunk: Buffer) => {
      seen += String(chunk);
      isOpen ||= seen.includes('\n');
    });
    const deadline = Date.now() + 60_000;
    const isThere = (): boolean => child.exitCode === null && child.signalCode === null;
    while (!isOpen && isThere() && Date.now() < deadline) await sleep(5);
    if (!isOpen && child.exitCode === null) said += await reports.of(child);
    // Some die while they are still starting, some in the middle of work; a conversion takes longer than an edit.
    const life = options.longestLifeMs * (isConverting ? 2.5 : 1);
    await sleep(random() * life * (randomInteger(random, 0, 3) === 0 ? 0.05 : 1));
    if (child.exitCode !== null) figures.broken.push(`round ${round}: ended by itself: ${said.slice(-400)}`);
    child.kill('SIGKILL');
    await exited;
    figures.kills += 1;
    if (!isOpen) figures.broken.push(`round ${round}: did not open: ${said.slice(-400)}`);
    // A line without its end was cut by the kill: nobody was told.
    for (const line of seen.slice(0, seen.lastIndexOf('\n') + 1).split('\n'))
      if (line !== '') ledger.read(line, round);
    await ledger.check(round);
    options.onRound(figures);
  }
  reports.remove();
  return figures;
}
