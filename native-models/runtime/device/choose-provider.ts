import { ModelError } from '../../errors.ts';
import { providerNames, type Provider, type ProviderRequest } from '../../names.ts';
import { checkProvider, reasonAgainst } from './self-check.ts';

export interface ProviderAttempt {
  readonly provider: Provider;
  readonly ok: boolean;
  readonly reason: string | null;
}

/** Providers worth trying by themselves, best first. The CPU is always last. */
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
  /** Loads the model with a provider whose self-check passed. */
  load(provider: Provider): Promise<Loaded>;
  /** Replaceable for tests. */
  readonly check?: typeof checkProvider;
}

export interface ProviderChoice<Loaded> {
  readonly provider: Provider;
  readonly loaded: Loaded;
  /** Why it is not the one that was hoped for, null when it is. */
  readonly reason: string | null;
  readonly tried: readonly ProviderAttempt[];
}

/**
 * Loads the model with the requested provider, or with the first that passes its self-check and can load it.
 *
 * @throws ModelError of the last attempt: 'provider-missing', 'provider-failed', or whatever loading on the CPU threw
 */
export async function chooseProvider<Loaded>(
  search: ProviderSearch<Loaded>,
): Promise<ProviderChoice<Loaded>> {
  const isAutomatic = search.requested === 'auto';
  const candidates =
    search.requested === 'auto' ? automaticOrder(search.platform, search.known) : [search.requested];
  const tried: ProviderAttempt[] = [];
  for (const provider of candidates) {
    try {
      await admit(provider, search, isAutomatic);
      const loaded = await search.load(provider);
      tried.push({ provider, ok: true, reason: null });
      return { provider, loaded, reason: tried.find((attempt) => !attempt.ok)?.reason ?? null, tried };
    } catch (cause) {
      // The CPU is the last resort, a forced provider the only one: their errors are the answer. So is a cancelled load.
      if (!isAutomatic || provider === 'cpu' || !(cause instanceof ModelError) || cause.code === 'cancelled')
        throw cause;
      tried.push({ provider, ok: false, reason: cause.message });
    }
  }
  throw new Error('The CPU is always a candidate.');
}

async function admit<Loaded>(
  provider: Provider,
  search: ProviderSearch<Loaded>,
  isAutomatic: boolean,
): Promise<void> {
  if (!search.known.includes(provider)) {
    throw new ModelError(
      'provider-missing',
      `${providerNames[provider]} is not available on this system. Available: ${search.known.join(', ')}.`,
      { provider, known: search.known },
    );
  }
  if (provider === 'cpu') return;
  const check = await (search.check ?? checkProvider)(provider, search.threads);
  const objection = isAutomatic ? reasonAgainst(check) : null;
  if (objection !== null) throw new ModelError('provider-failed', objection, { ...check });
}
