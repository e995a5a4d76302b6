import { ModelError } from '../../errors.ts';
import { providerNames, type Provider, type ProviderRequest } from '../../names.ts';
import { describeTime } from './answer-time.ts';
import type { MeasuredProvider, ProviderAttempt } from '../../shapes.ts';
import { Outrun, Race } from './race.ts';
import { checkProvider, reasonAgainst, type PassedCheck } from './self-check.ts';

/** Providers worth trying by themselves, in the order they are tried. The CPU is always last: what it cannot win it need not load. */
export function automaticOrder(platform: NodeJS.Platform, known: readonly Provider[]): Provider[] {
  const wishes: Readonly<Partial<Record<NodeJS.Platform, readonly Provider[]>>> = {
    linux: ['cuda', 'webgpu'],
    // WebGPU before DirectML: only with WebGPU does the key/value cache stay on the GPU between steps.
    win32: ['webgpu', 'dml'],
    // Core ML takes fixed shapes only and leaves the decoder to the CPU; it can be forced.
    darwin: ['webgpu'],
  };
  return [...(wishes[platform] ?? []).filter((provider) => known.includes(provider)), 'cpu'];
}

export interface ProviderSearch<Loaded> {
  readonly requested: ProviderRequest;
  readonly known: readonly Provider[];
  readonly platform: NodeJS.Platform;
  readonly threads: number;
  /** What was measured before for this very model, machine and driver. */
  readonly remembered: readonly MeasuredProvider[] | null;
  /** Whether the model fits into memory twice; else one is given up before the next is loaded. */
  readonly fitsTwice: boolean;
  /** Loads the model with a provider whose self-check passed; `race` wants its parts timed on the way. */
  load(provider: Provider, race: Race | null): Promise<Loaded>;
  release(loaded: Loaded): Promise<void>;
  /** Replaceable for tests. */
  readonly check?: typeof checkProvider;
}

export interface ProviderChoice<Loaded> {
  readonly provider: Provider;
  readonly loaded: Loaded;
  /** Why this one, where there was something to choose or to miss; null when nothing needs saying. */
  readonly reason: string | null;
  readonly tried: readonly ProviderAttempt[];
  /** The figures the choice rests on, fastest first; empty where nothing was to be chosen. */
  readonly measured: readonly MeasuredProvider[];
}

/**
 * Loads the model with the requested provider, or with the one that answers fastest: each that computes right is timed on this model, and
 * what was measured before is believed as long as it is about the same machine, driver and model.
 *
 * @throws ModelError of a forced provider, 'cancelled', or whatever loading on the CPU threw
 */
export async function chooseProvider<Loaded>(
  search: ProviderSearch<Loaded>,
): Promise<ProviderChoice<Loaded>> {
  const passed: PassedCheck[] = [];
  try {
    return await choose(search, passed);
  } finally {
    // Not before the model stands: what a provider compiled for its check is then there already.
    for (const check of passed) await check.release();
  }
}

/** Puts every check that was passed into `passed`. */
async function choose<Loaded>(
  search: ProviderSearch<Loaded>,
  passed: PassedCheck[],
): Promise<ProviderChoice<Loaded>> {
  if (search.requested !== 'auto') {
    const provider = search.requested;
    await admit(provider, search, passed);
    const loaded = await search.load(provider, null);
    return { provider, loaded, reason: null, tried: [{ provider, ok: true, reason: null }], measured: [] };
  }
  const tried: ProviderAttempt[] = [];
  const candidates: Provider[] = [];
  for (const provider of automaticOrder(search.platform, search.known)) {
    const objection = await unlessBroken(async () => {
      const check = await admit(provider, search, passed);
      return check && reasonAgainst(check);
    });
    if (objection === null) candidates.push(provider);
    else tried.push({ provider, ok: false, reason: objection });
  }
  return (await loadRemembered(search, candidates, tried)) ?? (await loadFastest(search, candidates, tried));
}

async function loadRemembered<Loaded>(
  search: ProviderSearch<Loaded>,
  candidates: readonly Provider[],
  tried: ProviderAttempt[],
): Promise<ProviderChoice<Loaded> | null> {
  const measured = search.remembered ?? [];
  const winner = measured[0];
  // A provider that was not there when it was measured may be faster.
  const isWhole = candidates.every((candidate) => measured.some(({ provider }) => provider === candidate));
  if (!winner || !isWhole || candidates.length < 2 || !candidates.includes(winner.provider)) return null;
  const { provider } = winner;
  try {
    const loaded = await search.load(provider, null);
    tried.push({ provider, ok: true, reason: null });
    return { provider, loaded, reason: reasonFor(measured, tried), tried, measured };
  } catch (cause) {
    if (provider === 'cpu') throw cause;
    tried.push({ provider, ok: false, reason: reasonOf(cause) });
    return null;
  }
}

interface Leader<Loaded> {
  readonly figures: MeasuredProvider;
  loaded: Loaded | null;
}

async function loadFastest<Loaded>(
  search: ProviderSearch<Loaded>,
  candidates: readonly Provider[],
  tried: ProviderAttempt[],
): Promise<ProviderChoice<Loaded>> {
  const left = candidates.filter((candidate) => !tried.some(({ provider }) => provider === candidate));
  if (left.length === 1) {
    const loaded = await search.load('cpu', null);
    tried.push({ provider: 'cpu', ok: true, reason: null });
    return { provider: 'cpu', loaded, reason: reasonFor([], tried), tried, measured: [] };
  }
  const measured: MeasuredProvider[] = [];
  let leader: Leader<Loaded> | null = null;
  try {
    for (const provider of left) {
      const best: Leader<Loaded> | null = leader;
      const race = new Race(provider, best?.figures.answerMs ?? null, async () => {
        if (best && !search.fitsTwice) await giveUp(search, best);
      });
      const loaded: Loaded | null = await runRace(search, race, tried, best === null);
      if (loaded !== null || !race.result.isWhole) measured.push(race.result);
      if (loaded === null) continue;
      tried.push({ provider, ok: true, reason: null });
      const isFaster = best === null || race.result.answerMs < best.figures.answerMs;
      if (isFaster) leader = { figures: race.result, loaded };
      if (!isFaster) await search.release(loaded);
      else if (best) await giveUp(search, best);
    }
    if (leader === null) throw new Error('The CPU is always a candidate.');
    const { provider } = leader.figures;
    leader.loaded ??= await search.load(provider, null);
  } catch (cause) {
    if (leader) await giveUp(search, leader);
    throw cause;
  }
  measured.sort((a, b) => a.answerMs - b.answerMs);
  const { provider } = leader.figures;
  return { provider, loaded: leader.loaded, reason: reasonFor(measured, tried), tried, measured };
}

/** The model loaded and timed, or null when the provider lost or failed; the last resort's failure is thrown. */
async function runRace<Loaded>(
  search: ProviderSearch<Loaded>,
  race: Race,
  tried: ProviderAttempt[],
  isLastResort: boolean,
): Promise<Loaded | null> {
  try {
    return await search.load(race.provider, race);
  } catch (cause) {
    if (cause instanceof Outrun) tried.push({ provider: race.provider, ok: true, reason: null });
    else if (race.provider === 'cpu' && isLastResort) throw cause;
    else tried.push({ provider: race.provider, ok: false, reason: reasonOf(cause) });
    return null;
  }
}

async function giveUp<Loaded>(search: ProviderSearch<Loaded>, leader: Leader<Loaded>): Promise<void> {
  const { loaded } = leader;
  leader.loaded = null;
  if (loaded !== null) await search.release(loaded);
}

function reasonFor(measured: readonly MeasuredProvider[], tried: readonly ProviderAttempt[]): string | null {
  const figures = measured.map(describeTime).join('; ');
  const failures = tried.flatMap(({ ok, reason }) => (ok || reason === null ? [] : [reason]));
  const first = failures[0] ?? null;
  if (figures === '') return first;
  return [`Measured with this model: ${figures}.`, ...(first === null ? [] : [first])].join(' ');
}

/** What went wrong, in words; what is no expected failure, or a cancelled load, is thrown on. */
function reasonOf(cause: unknown): string {
  if (cause instanceof ModelError && cause.code !== 'cancelled') return cause.message;
  throw cause;
}

async function unlessBroken(objection: () => Promise<string | null>): Promise<string | null> {
  try {
    return await objection();
  } catch (cause) {
    return reasonOf(cause);
  }
}

/** @returns what the check of a provider found that needs one; the CPU needs none */
async function admit<Loaded>(
  provider: Provider,
  search: ProviderSearch<Loaded>,
  passed: PassedCheck[],
): Promise<PassedCheck | null> {
  if (!search.known.includes(provider)) {
    throw new ModelError(
      'provider-missing',
      `${providerNames[provider]} is not available on this system. Available: ${search.known.join(', ')}.`,
      { provider, known: search.known },
    );
  }
  if (provider === 'cpu') return null;
  const check = await (search.check ?? checkProvider)(provider, search.threads);
  passed.push(check);
  return check;
}
