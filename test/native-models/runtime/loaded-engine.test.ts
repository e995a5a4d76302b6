import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManifest } from '../../../native-models/convert.ts';
import { ModelError, type ModelErrorCode } from '../../../native-models/errors.ts';
import type { ProviderRequest } from '../../../native-models/names.ts';
import type { ModelManifest } from '../../../native-models/pixellm/manifest.ts';
import type { Decoder } from '../../../native-models/runtime/decoder.ts';
import type { Engine } from '../../../native-models/runtime/engine.ts';
import type { DeviceReport } from '../../../native-models/shapes.ts';
import { LoadedEngine } from '../../../native-models/runtime/loaded-engine.ts';
import { loadModel } from '../../../native-models/runtime/sessions.ts';
import type { LoadedModel } from '../../../native-models/runtime/sessions.ts';
import { aGoldenModel, goldenImage, hear } from './golden-engine.ts';

// A card that fails in the middle of an answer, played by a decoder that computes on the CPU and throws after so many runs.

describe('a GPU that fails in the middle of an answer', () => {
  let folder = '';
  let manifest: ModelManifest;
  beforeAll(async () => {
    folder = await aGoldenModel();
    manifest = await readManifest(folder);
  });
  afterAll(() => rm(path.dirname(folder), { recursive: true, force: true }));

  const question = 'What is on the left?';
  const failures: readonly [ModelErrorCode, string][] = [
    ['run-failed', 'The model failed while computing: device removed'],
    ['out-of-memory', 'The model ran out of memory.'],
    ['provider-failed', 'The model computed values that are no numbers.'],
  ];

  test.each(failures)('is answered on by the CPU, once and saying so: %s', async (code, message) => {
    const image = await goldenImage('wide500x333.png');
    let count = 0;
    const plain = await anEngine(
      'auto',
      counting(() => count++),
    );
    const expected = await hear(plain, { image, question });
    await plain.dispose();
    expect(expected.targets.length).toBeGreaterThan(0);
    for (const runs of [1, Math.floor(count / 2), count - 1]) {
      const engine = await anEngine('auto', failingAfter(runs, new ModelError(code, message)));
      const heard = await hear(engine, { image, question });
      expect(heard.text, `after ${runs} runs`).toBe(expected.text);
      expect(heard.done.ids).toEqual(expected.done.ids);
      expect(heard.targets.map(({ index, logits }) => ({ index, logits }))).toEqual(
        expected.targets.map(({ index, logits }) => ({ index, logits })),
      );
      const fellBack = heard.events.filter((event) => event.type === 'fell-back');
      expect(fellBack).toHaveLength(1);
      expect(engine.device).toMatchObject({ provider: 'cpu', requested: 'auto' });
      expect(engine.device.reason).toContain(message);
      // The next question finds the CPU.
      const next = await hear(engine, { image, question });
      expect(next.events.some((event) => event.type === 'fell-back')).toBe(false);
      expect(next.text).toBe(expected.text);
      await engine.dispose();
    }
  });

  test('is told as it is when the person chose it, and a cancelled answer is no failure', async () => {
    const image = await goldenImage('wide500x333.png');
    const lost = new ModelError('run-failed', 'device removed');
    const forced = await anEngine('webgpu', failingAfter(3, lost));
    await expect(hear(forced, { image, question })).rejects.toBe(lost);
    await forced.dispose();
    const cancelled = await anEngine('auto', failingAfter(3, new ModelError('cancelled', 'Cancelled.')));
    await expect(hear(cancelled, { image, question })).rejects.toMatchObject({ code: 'cancelled' });
    await cancelled.dispose();
  });

  async function anEngine(requested: ProviderRequest, spoil: (decoder: Decoder) => void): Promise<Engine> {
    const load = (): Promise<LoadedModel> =>
      loadModel({
        ...{ folder, manifest, provider: 'cpu', threads: 1, race: null },
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
    const model = await load();
    spoil(model.decoder);
    const device: DeviceReport = {
      provider: 'webgpu',
      requested,
      reason: null,
      tried: [{ provider: 'webgpu', ok: true, reason: null }],
      measured: [],
      precision: 'fp32',
      threads: 1,
      memoryBytes: 0,
    };
    return new LoadedEngine(manifest, device, model, load);
  }
});

function counting(note: () => void): (decoder: Decoder) => void {
  return (decoder) => {
    const forward = decoder.forward.bind(decoder);
    decoder.forward = (...request) => {
      note();
      return forward(...request);
    };
  };
}

function failingAfter(runs: number, error: Error): (decoder: Decoder) => void {
  return (decoder) => {
    const forward = decoder.forward.bind(decoder);
    let done = 0;
    decoder.forward = (...request) => (done++ < runs ? forward(...request) : Promise.reject(error));
  };
}
