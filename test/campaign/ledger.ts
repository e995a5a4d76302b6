import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../../native-models/convert.ts';
import type { CampaignFigures } from './kill-campaign.ts';

/** Books of what the killed processes said, held against what each new start finds. */
export interface Ledger {
  /** Takes in one line of test/helpers/children/work-until-killed.ts. */
  read(line: string, round: number): void;
  /** Looks at the disk after a kill. */
  check(round: number): Promise<void>;
}

/** A line of a child; each has some of these. */
interface News {
  readonly state?: readonly (readonly [string, number])[];
  readonly images?: readonly string[];
  readonly jobs?: readonly (readonly [string, number])[];
  readonly litter?: readonly string[];
  readonly broken?: number;
  readonly begin?: string;
  readonly done?: string;
  readonly value?: number;
  readonly image?: string;
  readonly project?: string;
  readonly deleting?: string;
  readonly deleted?: string;
  readonly exported?: string;
  readonly converted?: string;
  readonly job?: string;
  readonly answers?: number;
  readonly forgetting?: string;
}

export function createLedger(folder: string, figures: CampaignFigures): Ledger {
  /** Values of masks by id, and those that were about to be written. */
  const masks = new Map<string, number>();
  const maybe = new Map<string, number>();
  const images = new Set<string>();
  const jobs = new Map<string, number>();
  let answers = 0;
  const projects = new Set<string>();
  const deleted = new Set<string>();
  const exported = new Set<string>();
  const models = new Set<string>();

  const compare = (news: News, round: number): void => {
    const found = new Map(news.state);
    for (const [id, value] of masks) {
      const now = found.get(id) ?? -1;
      if (now !== value && now !== maybe.get(id))
        figures.losses.push(`round ${round}: ${id} is ${now}, not ${value}`);
    }
    for (const id of images)
      if (!news.images?.includes(id)) figures.losses.push(`round ${round}: image ${id}`);
    if (news.broken !== 0)
      figures.losses.push(`round ${round}: ${String(news.broken)} pictures are not what they were`);
    const known = new Map(news.jobs);
    for (const [id, done] of jobs) {
      const now = known.get(id) ?? -1;
      if (now < done) figures.losses.push(`round ${round}: job ${id} had done ${done}, now ${now}`);
    }
    if ((news.answers ?? 0) < answers)
      figures.losses.push(`round ${round}: ${String(news.answers)} answers, not ${answers}`);
    for (const file of news.litter ?? []) figures.litter.push(`round ${round}: ${file}`);
    masks.clear();
    for (const [id, value] of found) masks.set(id, value);
    maybe.clear();
  };

  const count = (kind: string): void => {
    figures.acknowledged[kind] = (figures.acknowledged[kind] ?? 0) + 1;
  };

  return {
    read(line, round) {
      const news = JSON.parse(line) as News; // the child's own lines; the fields above are all it says
      if (news.state) return compare(news, round);
      if (news.begin !== undefined) maybe.set(news.begin, news.value ?? -1);
      if (news.deleting !== undefined) projects.delete(news.deleting);
      if (news.forgetting !== undefined) jobs.delete(news.forgetting);
      if (news.job !== undefined) {
        // One that is being forgotten may still be spoken of: only what was started or got further is booked.
        const [before, now] = [jobs.get(news.job), news.answers ?? 0];
        if (before === undefined && now > 0) return;
        answers += Math.max(0, now - (before ?? 0));
        jobs.set(news.job, Math.max(before ?? 0, now));
        return count(before === undefined ? 'batches' : 'answers');
      }
      const [kind] = Object.keys(news);
      if (news.done !== undefined) masks.set(news.done, news.value ?? -1);
      else if (news.image !== undefined) images.add(news.image);
      else if (news.project !== undefined) projects.add(news.project);
      else if (news.deleted !== undefined) deleted.add(news.deleted);
      else if (news.exported !== undefined) exported.add(news.exported);
      else if (news.converted !== undefined) models.add(news.converted);
      else return;
      count(kind === 'done' ? 'edits' : (kind ?? ''));
    },
    async check(round) {
      for (const path of exported) if (!isWhole(path)) figures.broken.push(`round ${round}: ${path}`);
      for (const path of projects)
        if (!existsSync(join(path, 'project.sqlite'))) figures.losses.push(`round ${round}: project ${path}`);
      for (const path of deleted)
        if (existsSync(path)) figures.losses.push(`round ${round}: ${path} is back`);
      await checkModels(round);
    },
  };

  /** A model is whole or not there; one that was acknowledged is there. Then it goes, to keep the disk free. */
  async function checkModels(round: number): Promise<void> {
    for (const path of models) if (!existsSync(path)) figures.losses.push(`round ${round}: model ${path}`);
    for (const name of readdirSync(join(folder, 'models'))) {
      if (name.includes('.partial-')) continue; // the next start's to clear
      const path = join(folder, 'models', name);
      const problem = await modelProblem(path);
      if (problem !== null) figures.broken.push(`round ${round}: ${name}: ${problem}`);
      rmSync(path, { recursive: true });
    }
    models.clear();
  }
}

/** Every file as the manifest has it, by size and hash. */
async function modelProblem(folder: string): Promise<string | null> {
  try {
    for (const { path, bytes, sha256 } of (await readManifest(folder)).files) {
      const content = readFileSync(join(folder, path));
      if (content.length !== bytes) return `${path} has ${content.length} bytes`;
      if (createHash('sha256').update(content).digest('hex') !== sha256) return `${path} differs`;
    }
    return null;
  } catch (error) {
    return String(error);
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
  if (!path.endsWith('.zip')) return existsSync(path) && statSync(path).isDirectory();
  const bytes = readFileSync(path);
  return bytes.readUInt32LE(bytes.length - 22) === 0x06054b50; // the end record of an archive without a comment
}
