import { describe, expect, test } from 'vitest';
import type { Provider, ProviderRequest } from '../../../../native-models/names.ts';
import { ModelError } from '../../../../native-models/errors.ts';
import type { MeasuredProvider } from '../../../../native-models/shapes.ts';
import { automaticOrder, chooseProvider } from '../../../../native-models/runtime/device/choose-provider.ts';
import type { ProviderChoice } from '../../../../native-models/runtime/device/choose-provider.ts';
import { requireMemory } from '../../../../native-models/runtime/device/memory.ts';
import { checkProvider, reasonAgainst } from '../../../../native-models/runtime/device/self-check.ts';
import { knownProviders } from '../../../../native-models/runtime/ort.ts';

describe('choosing by itself', () => {
  test('takes the provider whose answer is fastest with this model, and says the figures', async () => {
    const { choice } = await choose({ requested: 'auto', times: { cuda: 20, webgpu: 200, cpu: 90 } });
    expect(choice).toMatchObject({ provider: 'cuda', loaded: 'cuda' });
    // Of those that lost it is only known how much they would take at least.
    expect(choice.measured.map(({ provider, isWhole }) => [provider, isWhole])).toEqual([
      ['cuda', true],
      ['cpu', false],
      ['webgpu', false],
    ]);
    expect(choice.reason).toMatch(
      /^Measured with this model: CUDA takes about 5\.5 s for an answer and 20 ms for a token; /,
    );
  });

  test('takes the CPU where it is faster than a working GPU', async () => {
    const { choice } = await choose({ requested: 'auto', times: { cuda: 16, webgpu: 214, cpu: 11 } });
    expect(choice).toMatchObject({ provider: 'cpu', loaded: 'cpu' });
    expect(choice.measured.map(({ provider }) => provider)).toEqual(['cpu', 'cuda', 'webgpu']);
  });

  test('does not load the rest of a provider whose first parts are slower than a whole answer elsewhere', async () => {
    const { log } = await choose({ requested: 'auto', times: { cuda: 1, webgpu: 400, cpu: 500 } });
    expect(log).toEqual([
      ...['cuda vision', 'cuda decoder', 'cuda masks'],
      ...['webgpu vision'], // 400 ms for the picture alone, where CUDA's answer takes 274
      ...['cpu vision'],
    ]);
  });

  test('never holds a large model twice: the best so far is given up before the next is loaded whole', async () => {
    const slowLate = { cuda: 10, webgpu: 10.1, cpu: 9 };
    const { choice, log, mostAtOnce } = await choose({
      requested: 'auto',
      times: slowLate,
      fitsTwice: false,
    });
    expect(choice.provider).toBe('cpu');
    expect(mostAtOnce).toBe(1);
    expect(log.filter((line) => line.startsWith('release'))).toEqual(['release cuda']);

    const beaten = await choose({
      requested: 'auto',
      times: { cuda: 10, webgpu: 10.1, cpu: 50 },
      fitsTwice: false,
    });
    expect(beaten.choice).toMatchObject({ provider: 'cuda', loaded: 'cuda' });
    expect(beaten.log.filter((line) => line === 'cuda decoder')).toHaveLength(2); // given up for WebGPU, then loaded again
    expect(beaten.mostAtOnce).toBe(1);
  });

  test('keeps a small model while the next is tried, and lets the loser go', async () => {
    const { choice, log } = await choose({ requested: 'auto', times: { cuda: 10, webgpu: 9, cpu: 8 } });
    expect(choice.loaded).toBe('cpu');
    expect(log.filter((line) => line.startsWith('release'))).toEqual(['release cuda', 'release webgpu']);
    expect(log.filter((line) => line === 'cpu vision')).toHaveLength(1);
  });

  test('believes what was measured before, and loads only the winner', async () => {
    const first = await choose({ requested: 'auto', times: { cuda: 20, webgpu: 200, cpu: 90 } });
    const again = await choose({ requested: 'auto', remembered: first.choice.measured });
    expect(again.log).toEqual(['cuda vision', 'cuda decoder', 'cuda masks']);
    expect(again.choice).toMatchObject({ provider: 'cuda', reason: first.choice.reason });
  });

  test('measures again when what is remembered does not load any more, or knew one provider less', async () => {
    const first = await choose({ requested: 'auto', times: { cuda: 20, webgpu: 200, cpu: 90 } });
    const broken = await choose({
      requested: 'auto',
      remembered: first.choice.measured,
      unloadable: ['cuda'],
      times: { webgpu: 200, cpu: 90 },
    });
    expect(broken.choice.provider).toBe('cpu');
    expect(broken.choice.reason).toContain('cuda has too little memory.');
    const remembered = first.choice.measured.filter(({ provider }) => provider !== 'webgpu');
    const grown = await choose({ requested: 'auto', remembered, times: { cuda: 20, webgpu: 5, cpu: 90 } });
    expect(grown.choice.provider).toBe('webgpu');
  });

  test('takes the CPU without measuring where there is nothing else, and says why there is not', async () => {
    const missing = { cuda: 'No driver.', webgpu: 'No Vulkan loader.' };
    const { choice, log } = await choose({ requested: 'auto', broken: missing });
    expect(choice).toMatchObject({ provider: 'cpu', reason: 'No driver.', measured: [] });
    expect(choice.tried.map(({ provider, ok }) => [provider, ok])).toEqual([
      ['cuda', false],
      ['webgpu', false],
      ['cpu', true],
    ]);
    expect(log).toEqual(['cpu vision', 'cpu decoder', 'cpu masks']);
  });

  test('passes over a software renderer, numbers that are none and a full card, each with its sentence', async () => {
    const { choice } = await choose({
      requested: 'auto',
      slow: ['webgpu'],
      broken: { cuda: 'CUDA failed its self-check: its results differ from the CPU’s by not a number.' },
    });
    expect(choice.provider).toBe('cpu');
    expect(choice.tried[1]?.reason).toMatch(/took 1000 times as long as the CPU/);
    const full = await choose({ requested: 'auto', unloadable: ['cuda'], times: { webgpu: 5, cpu: 50 } });
    expect(full.choice.provider).toBe('webgpu');
    expect(full.choice.reason).toContain('cuda has too little memory.');
  });

  test('fails with the CPU’s own error, and at once when cancelled', async () => {
    await expect(choose({ requested: 'auto', unloadable: ['cuda', 'webgpu', 'cpu'] })).rejects.toThrow(
      'cpu has too little memory.',
    );
    await expect(choose({ requested: 'auto', cancelled: true })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('keeps a provider’s check open until the model stands, as its shaders go with its last session, and no longer', async () => {
    const measured = await choose({ requested: 'auto', times: { cuda: 20, webgpu: 5, cpu: 90 } });
    expect(measured.openWhenLoaded[0]).toEqual(['cuda', 'webgpu']);
    expect(measured.openAtLast).toEqual([]);
    const forced = await choose({ requested: 'webgpu' });
    expect(forced).toMatchObject({ openWhenLoaded: [['webgpu']], openAtLast: [] });
  });

  test('knows what each platform has', () => {
    const all: Provider[] = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'];
    expect(automaticOrder('linux', all)).toEqual(['cuda', 'webgpu', 'cpu']);
    expect(automaticOrder('win32', all)).toEqual(['webgpu', 'dml', 'cpu']);
    expect(automaticOrder('darwin', ['cpu'])).toEqual(['cpu']);
    expect(automaticOrder('freebsd', all)).toEqual(['cpu']);
  });
});

describe('a forced provider', () => {
  test('is used even when slow', async () => {
    const { choice } = await choose({ requested: 'webgpu', slow: ['webgpu'] });
    expect(choice).toMatchObject({ provider: 'webgpu', reason: null });
  });

  test('fails clearly instead of falling back', async () => {
    await expect(choose({ requested: 'webgpu', broken: { webgpu: 'No adapter.' } })).rejects.toThrow(
      'No adapter.',
    );
    await expect(choose({ requested: 'coreml' })).rejects.toMatchObject({
      code: 'provider-missing',
      message: expect.stringContaining('Core ML is not available'),
    });
  });
});

describe('the self-check', () => {
  test('passes on the CPU itself', async () => {
    const check = await checkProvider('cpu', 1);
    expect(check).toMatchObject({ provider: 'cpu', difference: 0 });
    await check.release();
  });

  test('says in one sentence why a provider cannot be used here', async () => {
    const absent = knownProviders().includes('coreml') ? 'dml' : 'coreml';
    await expect(checkProvider(absent, 1)).rejects.toMatchObject({ code: 'provider-missing' });
  });

  test('objects to a provider much slower than the CPU', () => {
    const check = { provider: 'webgpu', difference: 0, cpuMilliseconds: 2 } as const;
    expect(reasonAgainst({ ...check, milliseconds: 12 })).toBeNull(); // a real card, timed by a graph that only launches work
    expect(reasonAgainst({ ...check, milliseconds: 3400 })).toMatch(/software renderer/);
  });
});

test('a model that cannot fit says so, with both numbers, before it is loaded', () => {
  const model = {
    name: 'big',
    precision: 'fp16',
    memory: { loadedBytes: 13e9, cacheBytesPerToken: 1e6, peakBytes: 16.2e9 },
  } as const;
  expect(() => requireMemory(model, 8e9)).toThrow(
    'The model big (fp16) needs 16 GB of memory; 8.0 GB are free.',
  );
  expect(() => requireMemory(model, 17e9)).not.toThrow();
});

interface Scenario {
  readonly requested: ProviderRequest;
  /** Milliseconds of every part: a picture, a cell, a step, a mask. */
  readonly times?: Partial<Record<Provider, number>>;
  readonly remembered?: readonly MeasuredProvider[];
  readonly fitsTwice?: boolean;
  readonly broken?: Partial<Record<Provider, string>>;
  readonly slow?: readonly Provider[];
  readonly unloadable?: readonly Provider[];
  readonly cancelled?: boolean;
}

/** Chooses among providers that take as long as the scenario says; logs what was loaded of which, and what was let go. */
async function choose({
  requested,
  times = {},
  remembered,
  fitsTwice = true,
  broken = {},
  slow = [],
  unloadable = [],
  cancelled = false,
}: Scenario): Promise<{
  choice: ProviderChoice<string>;
  log: string[];
  mostAtOnce: number;
  /** Providers whose check was not let go yet, at each load that went through, and when all was done. */
  openWhenLoaded: Provider[][];
  openAtLast: Provider[];
}> {
  const log: string[] = [];
  const held = new Set<Provider>();
  const openChecks = new Set<Provider>();
  const openWhenLoaded: Provider[][] = [];
  let mostAtOnce = 0;
  const choice = await chooseProvider<Provider>({
    requested,
    known: ['cpu', 'cuda', 'webgpu'],
    platform: 'linux',
    threads: 1,
    remembered: remembered ?? null,
    fitsTwice,
    check: (provider) => {
      const problem = broken[provider];
      if (problem !== undefined) return Promise.reject(new ModelError('provider-missing', problem));
      openChecks.add(provider);
      return Promise.resolve({
        provider,
        difference: 0,
        cpuMilliseconds: 2,
        milliseconds: slow.includes(provider) ? 2000 : 1,
        release: () => {
          openChecks.delete(provider);
          return Promise.resolve();
        },
      });
    },
    load: async (provider, race) => {
      if (cancelled) throw new ModelError('cancelled', 'Cancelled.');
      if (unloadable.includes(provider))
        throw new ModelError('out-of-memory', `${provider} has too little memory.`);
      const time = times[provider] ?? 10;
      log.push(`${provider} vision`);
      race?.note('vision', time);
      await race?.beforeDecoder();
      log.push(`${provider} decoder`);
      held.add(provider);
      mostAtOnce = Math.max(mostAtOnce, held.size);
      try {
        race?.note('cell', time);
        race?.note('step', time);
        log.push(`${provider} masks`);
        race?.note('mask', time);
      } catch (cause) {
        held.delete(provider);
        throw cause;
      }
      openWhenLoaded.push([...openChecks]);
      return provider;
    },
    release: (provider) => {
      log.push(`release ${provider}`);
      held.delete(provider);
      return Promise.resolve();
    },
  });
  return { choice, log, mostAtOnce, openWhenLoaded, openAtLast: [...openChecks] };
}
