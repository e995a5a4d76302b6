import { describe, expect, test } from 'vitest';
import type { Provider, ProviderRequest } from '../../../../native-models/names.ts';
import { ModelError } from '../../../../native-models/errors.ts';
import { automaticOrder, chooseProvider } from '../../../../native-models/runtime/device/choose-provider.ts';
import { requireMemory } from '../../../../native-models/runtime/device/memory.ts';
import { checkProvider, reasonAgainst } from '../../../../native-models/runtime/device/self-check.ts';
import { knownProviders } from '../../../../native-models/runtime/ort.ts';

describe('choosing by itself', () => {
  test('takes the first that passes its self-check and loads', async () => {
    expect(await choose({ requested: 'auto' })).toEqual({
      provider: 'cuda',
      loaded: 'cuda',
      reason: null,
      tried: [{ provider: 'cuda', ok: true, reason: null }],
    });
  });

  test('falls back with the reason when one is missing, fails or is slow', async () => {
    const choice = await choose({ requested: 'auto', broken: { cuda: 'No driver.' }, slow: ['webgpu'] });
    expect(choice).toMatchObject({ provider: 'cpu', reason: 'No driver.' });
    expect(choice.tried.map(({ provider, ok }) => [provider, ok])).toEqual([
      ['cuda', false],
      ['webgpu', false],
      ['cpu', true],
    ]);
    expect(choice.tried[1]?.reason).toMatch(/took 100 times as long as the CPU/);
  });

  test('falls back when the model does not load on it', async () => {
    const choice = await choose({ requested: 'auto', unloadable: ['cuda'] });
    expect(choice).toMatchObject({ provider: 'webgpu', reason: 'cuda has too little memory.' });
  });

  test('fails with the CPU’s own error, and at once when cancelled', async () => {
    await expect(choose({ requested: 'auto', unloadable: ['cuda', 'webgpu', 'cpu'] })).rejects.toThrow(
      'cpu has too little memory.',
    );
    await expect(choose({ requested: 'auto', cancelled: true })).rejects.toMatchObject({ code: 'cancelled' });
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
    expect(await choose({ requested: 'webgpu', slow: ['webgpu'] })).toMatchObject({
      provider: 'webgpu',
      reason: null,
    });
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
    expect(await checkProvider('cpu', 1)).toMatchObject({ provider: 'cpu', difference: 0 });
  });

  test('says in one sentence why a provider cannot be used here', async () => {
    const absent = knownProviders().includes('coreml') ? 'dml' : 'coreml';
    await expect(checkProvider(absent, 1)).rejects.toMatchObject({ code: 'provider-missing' });
  });

  test('objects to a provider much slower than the CPU', () => {
    const check = { provider: 'webgpu', difference: 0, cpuMilliseconds: 2 } as const;
    expect(reasonAgainst({ ...check, milliseconds: 7 })).toBeNull();
    expect(reasonAgainst({ ...check, milliseconds: 700 })).toMatch(/software renderer/);
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
  readonly broken?: Partial<Record<Provider, string>>;
  readonly slow?: readonly Provider[];
  readonly unloadable?: readonly Provider[];
  readonly cancelled?: boolean;
}

function choose({
  requested,
  broken = {},
  slow = [],
  unloadable = [],
  cancelled = false,
}: Scenario): ReturnType<typeof chooseProvider<string>> {
  return chooseProvider({
    requested,
    known: ['cpu', 'cuda', 'webgpu'],
    platform: 'linux',
    threads: 1,
    check: (provider) => {
      const problem = broken[provider];
      if (problem !== undefined) return Promise.reject(new ModelError('provider-missing', problem));
      return Promise.resolve({
        provider,
        difference: 0,
        cpuMilliseconds: 2,
        milliseconds: slow.includes(provider) ? 200 : 1,
      });
    },
    load: (provider) => {
      if (cancelled) return Promise.reject(new ModelError('cancelled', 'Cancelled.'));
      if (unloadable.includes(provider))
        return Promise.reject(new ModelError('out-of-memory', `${provider} has too little memory.`));
      return Promise.resolve(provider);
    },
  });
}
