import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadEngine } from '../../../native-models/runtime/engine.ts';
import type { AskEvent, Engine, EngineOptions } from '../../../native-models/runtime/engine.ts';
import { aGoldenModel, goldenImage, hear, loadOnCpu } from './golden-engine.ts';

const never = new AbortController().signal;
const twoShapes = 'Which shapes are blue or yellow? Please answer with segmentation masks.';
const redCircle = 'Please segment the red circle.';
const tall = await goldenImage('tall333x500.png');
const wide = await goldenImage('wide500x333.png');
let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = await aGoldenModel();
  engine = await loadOnCpu(folder);
});
afterAll(async () => {
  await engine.dispose();
  await rm(path.dirname(folder), { recursive: true, force: true });
});

describe('an answer', () => {
  test('streams its text with each target where the model named it', async () => {
    const { events, done, targets, text } = await hear(engine, { image: tall, question: twoShapes });
    expect(outline(events)).toBe('The blue square is{0} and the yellow star is{1}.');
    expect(text).toBe('The blue square is and the yellow star is.');
    expect(done).toMatchObject({ stopped: 'end', discarded: 0 });
    expect(
      targets.map(({ index, side, imageWidth, imageHeight }) => ({ index, side, imageWidth, imageHeight })),
    ).toEqual([
      { index: 0, side: 128, imageWidth: 333, imageHeight: 500 },
      { index: 1, side: 128, imageWidth: 333, imageHeight: 500 },
    ]);
    // Golden scores of case ev2.
    expect(targets[0]?.score).toBeCloseTo(0.7139156, 4);
    expect(targets[1]?.score).toBeCloseTo(0.7271847, 4);
  });

  test('gives each target before the text after it', async () => {
    const { events } = await hear(engine, { image: tall, question: twoShapes });
    const kinds = events.flatMap((event) =>
      event.type === 'target' || event.type === 'target-start'
        ? [`${event.type} ${event.index}`]
        : event.type === 'stage'
          ? [event.stage]
          : [],
    );
    expect(kinds).toEqual([
      'reading-image',
      'thinking',
      'target-start 0',
      'drawing',
      'target 0',
      'thinking',
      'target-start 1',
      'drawing',
      'target 1',
      'thinking',
    ]);
  });

  test('keeps full groups that the reference would drop', async () => {
    const square = await goldenImage('square448.png');
    const request = { image: square, question: 'Segment five objects one by one.', maxNewTokens: 20 };
    const kept = await hear(engine, request);
    const dropped = await hear(engine, { ...request, maskPolicy: 'reference' });
    expect([
      kept.targets.length,
      kept.done.discarded,
      dropped.targets.length,
      dropped.done.discarded,
    ]).toEqual([1, 2, 0, 8]);
    expect(kept.done).toMatchObject({ stopped: 'limit', ids: dropped.done.ids });
  });

  test('counts codebook tokens of the question only under the reference’s rules', async () => {
    const request = {
      image: wide,
      question: 'Is [SEG0] [SEG1] [SEG2] [SEG3] [SEG4] [SEG5] the red circle?',
      maxNewTokens: 24,
    };
    expect((await hear(engine, request)).targets).toHaveLength(0);
    expect((await hear(engine, { ...request, maskPolicy: 'reference' })).targets).toHaveLength(1);
  });

  test('is the same without drafts', async () => {
    const drafted = await hear(engine, { image: tall, question: twoShapes });
    const plain = await hear(engine, { image: tall, question: twoShapes, draft: false });
    expect([plain.done.ids, plain.text]).toEqual([drafted.done.ids, drafted.text]);
    for (const [index, target] of plain.targets.entries())
      expect(largestDifference(target.logits, drafted.targets[index]?.logits)).toBeLessThan(3e-4);
  });
});

describe('a second question', () => {
  test('reads neither the image nor the shared beginning again, and answers as a fresh engine does', async () => {
    const first = await hear(engine, { image: tall, question: twoShapes });
    const history = [{ question: twoShapes, answer: first.done.rawAnswer }];
    const reusing = await hear(engine, { image: tall, question: redCircle, history });
    expect(reusing.done.stats).toMatchObject({ imageCached: true, visionMs: 0 });
    expect(reusing.done.stats.reusedTokens).toBeGreaterThan(
      first.done.stats.prefillTokens + first.done.stats.reusedTokens,
    );
    expect(reusing.done.stats.prefillTokens).toBeLessThan(40);

    const fresh = await loadOnCpu(folder);
    const alone = await hear(fresh, { image: tall, question: redCircle, history });
    await fresh.dispose();
    expect(alone.done.stats.reusedTokens).toBe(0);
    expect([reusing.done.ids, reusing.text]).toEqual([alone.done.ids, alone.text]);
  });

  test('about another image shares only what comes before the image', async () => {
    await hear(engine, { image: tall, question: redCircle });
    const other = await hear(engine, { image: wide, question: redCircle });
    const back = await hear(engine, { image: tall, question: redCircle });
    expect(other.text).toBe('Sure, the red circle is.');
    expect(back.done.stats.imageCached).toBe(true);
    expect(back.done.stats.reusedTokens).toBe(other.done.stats.reusedTokens);
  });

  test('waits for the first to end', async () => {
    const answers = await Promise.all([
      hear(engine, { image: tall, question: twoShapes }),
      hear(engine, { image: wide, question: redCircle }),
    ]);
    expect(answers.map(({ text }) => text)).toEqual([
      'The blue square is and the yellow star is.',
      'Sure, the red circle is.',
    ]);
  });
});

describe('reading ahead', () => {
  test('leaves the first question only its own words, and its answer as it was', async () => {
    const fresh = await loadOnCpu(folder);
    const unread = await hear(fresh, { image: tall, question: twoShapes });
    await fresh.dispose();
    const reader = await loadOnCpu(folder);
    await reader.readAhead({ image: tall, history: [] }, never);
    const read = await hear(reader, { image: tall, question: twoShapes });
    expect(read.done.stats).toMatchObject({ imageCached: true, visionMs: 0 });
    expect(read.done.stats.prefillTokens).toBeLessThan(60);
    expect(read.done.stats.prefillTokens + read.done.stats.reusedTokens).toBe(
      unread.done.stats.prefillTokens,
    );
    expect([read.done.ids, read.text]).toEqual([unread.done.ids, unread.text]);
    for (const [index, target] of read.targets.entries())
      expect(largestDifference(target.logits, unread.targets[index]?.logits)).toBeLessThan(3e-4);

    // Back at an image with a conversation, all of it is read; where it is read already, nothing is computed.
    const history = [{ question: twoShapes, answer: read.done.rawAnswer }];
    await reader.readAhead({ image: wide, history: [] }, never);
    await reader.readAhead({ image: tall, history }, never);
    await reader.readAhead({ image: tall, history }, AbortSignal.timeout(60_000));
    const next = await hear(reader, { image: tall, question: redCircle, history });
    expect(next.done.stats.prefillTokens).toBeLessThan(30);
    await reader.dispose();
  });

  test('stops between runs, and what it computed serves the question all the same', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(engine.readAhead({ image: tall, history: [] }, stop.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect((await hear(engine, { image: tall, question: twoShapes })).text).toBe(
      'The blue square is and the yellow star is.',
    );
  });

  test('of a conversation that has outgrown the model does nothing: the question says so', async () => {
    const history = [{ question: 'Why? '.repeat(3000), answer: 'So.' }];
    await engine.readAhead({ image: tall, history }, never);
    await expect(hear(engine, { image: tall, question: redCircle, history })).rejects.toMatchObject({
      code: 'prompt-too-long',
    });
  });
});

describe('thirty-four targets', () => {
  test('of one question are all drawn, in batches, as each alone would be', async () => {
    const codebook = '[SEG0] [SEG1] [SEG2] [SEG3] [SEG4] [SEG5]';
    const ask = (count: number) =>
      hear(engine, {
        image: wide,
        question: `What are ${Array(count).fill(codebook).join(' and ')}?`,
        maxNewTokens: 1,
        maskPolicy: 'reference',
      });
    const many = await ask(34);
    const one = await ask(1);
    expect(many.targets.map((target) => target.index)).toEqual([...Array(34).keys()]);
    expect(largestDifference(many.targets[0]?.logits, one.targets[0]?.logits)).toBeLessThan(3e-4);
  }, 120_000);
});

describe('cancelling', () => {
  test('before the image is read computes nothing', async () => {
    const events = engine.ask(
      { image: tall, history: [], question: redCircle, maxNewTokens: 9 },
      AbortSignal.abort(),
    );
    await expect(events.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('in the middle of an answer stops it, and the next question is answered as ever', async () => {
    const controller = new AbortController();
    const heard: AskEvent[] = [];
    const cancelled = (async () => {
      for await (const event of engine.ask(
        { image: tall, history: [], question: twoShapes, maxNewTokens: 64 },
        controller.signal,
      )) {
        heard.push(event);
        if (event.type === 'target') controller.abort();
      }
    })();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(heard.filter((event) => event.type === 'target')).toHaveLength(1);
    expect((await hear(engine, { image: tall, question: twoShapes })).targets).toHaveLength(2);
  });

  test('by walking away lets the next question in', async () => {
    for await (const event of engine.ask(
      { image: tall, history: [], question: twoShapes, maxNewTokens: 64 },
      never,
    ))
      if (event.type === 'text') break;
    expect((await hear(engine, { image: tall, question: twoShapes })).targets).toHaveLength(2);
  });

  test('while loading opens nothing', async () => {
    await expect(
      loadEngine({ folder, provider: 'cpu', threads: 1, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('what cannot be answered is refused by name', () => {
  test('a conversation longer than the context', async () => {
    const question = 'what is this and that '.repeat(400);
    await expect(hear(engine, { image: tall, question })).rejects.toMatchObject({
      code: 'prompt-too-long',
      details: { contextLength: 2048 },
    });
  });

  test('an image whose short side would vanish, and one whose bytes do not fit', async () => {
    await expect(
      hear(engine, {
        image: { key: 'thin', width: 2000, height: 1, rgb: new Uint8Array(6000) },
        question: redCircle,
      }),
    ).rejects.toMatchObject({ code: 'image-too-thin' });
    await expect(
      hear(engine, {
        image: { key: 'short', width: 20, height: 10, rgb: new Uint8Array(6) },
        question: redCircle,
      }),
    ).rejects.toMatchObject({ code: 'image-invalid' });
    expect((await hear(engine, { image: wide, question: redCircle })).text).toBe('Sure, the red circle is.');
  });

  test('an answer that reaches the end of the context stops there and says so', async () => {
    const short = await damaged(async (copy) => {
      const manifest = JSON.parse(await readFile(path.join(copy, 'manifest.json'), 'utf8')) as {
        contextLength: number;
      };
      // The prompt of case ev1 is 152 ids, 407 places; three more tokens fit.
      await writeFile(path.join(copy, 'manifest.json'), JSON.stringify({ ...manifest, contextLength: 410 }));
    });
    const cramped = await loadOnCpu(short);
    const { done } = await hear(cramped, { image: wide, question: redCircle });
    expect([done.stopped, done.ids.length]).toEqual(['context', 4]);
    await cramped.dispose();
  });

  test('any question after the engine was closed', async () => {
    const closed = await loadOnCpu(folder);
    await closed.dispose();
    await closed.dispose();
    await expect(hear(closed, { image: tall, question: redCircle })).rejects.toMatchObject({
      code: 'run-failed',
    });
  });
});

describe('a model that cannot be loaded says why', () => {
  const cases: {
    what: string;
    code: string;
    damage: (copy: string) => Promise<void>;
    provider?: EngineOptions['provider'];
  }[] = [
    {
      what: 'without a manifest',
      code: 'manifest-invalid',
      damage: (copy) => rm(path.join(copy, 'manifest.json')),
    },
    {
      what: 'with a manifest of another kind',
      code: 'manifest-invalid',
      damage: (copy) => writeFile(path.join(copy, 'manifest.json'), '{"version": 7}'),
    },
    {
      what: 'without its weights',
      code: 'model-damaged',
      damage: (copy) => rm(path.join(copy, 'decoder.data')),
    },
    {
      what: 'with weights cut short',
      code: 'model-damaged',
      damage: (copy) => truncate(path.join(copy, 'masks.data'), 1000),
    },
    {
      what: 'with a graph cut short',
      code: 'model-damaged',
      damage: (copy) => truncate(path.join(copy, 'vision.onnx'), 5000),
    },
    {
      what: 'with embeddings cut short',
      code: 'model-damaged',
      damage: (copy) => truncate(path.join(copy, 'embedding.bin'), 100),
    },
    {
      what: 'without its tokenizer',
      code: 'model-damaged',
      damage: (copy) => rm(path.join(copy, 'tokenizer.model')),
    },
    {
      what: 'that is larger than the memory',
      code: 'out-of-memory',
      damage: async (copy) => {
        const manifest = JSON.parse(await readFile(path.join(copy, 'manifest.json'), 'utf8')) as {
          memory: object;
        };
        await writeFile(
          path.join(copy, 'manifest.json'),
          JSON.stringify({ ...manifest, memory: { ...manifest.memory, peakBytes: 1e15 } }),
        );
      },
    },
    {
      what: 'for a provider that is not there',
      code: 'provider-missing',
      damage: () => Promise.resolve(),
      provider: process.platform === 'darwin' ? 'dml' : 'coreml',
    },
  ];

  test.each(cases)('$what', async ({ code, damage, provider }) => {
    const copy = await damaged(damage);
    await expect(
      loadEngine({ folder: copy, provider: provider ?? 'cpu', threads: 1, signal: never }),
    ).rejects.toMatchObject({ code });
  });

  test('but loads when only the choice of provider failed, and reports it', async () => {
    const stages: string[] = [];
    const automatic = await loadEngine({
      folder,
      provider: 'auto',
      threads: null,
      signal: never,
      onProgress: ({ stage }) => stages.push(stage),
    });
    expect(automatic.device.tried.at(-1)).toEqual({
      provider: automatic.device.provider,
      ok: true,
      reason: null,
    });
    expect(automatic.device).toMatchObject({ requested: 'auto', precision: 'fp32' });
    if (automatic.device.tried.length > 1) expect(automatic.device.reason).not.toBeNull();
    expect(stages.at(0)).toBe('checking-device');
    expect(stages.at(-1)).toBe('ready');
    await automatic.dispose();
  });
});

/** "The dog{0} and ...": text with targets where they began. */
function outline(events: readonly AskEvent[]): string {
  return events
    .map((event) =>
      event.type === 'text' ? event.delta : event.type === 'target-start' ? `{${event.index}}` : '',
    )
    .join('');
}

async function damaged(damage: (copy: string) => Promise<void>): Promise<string> {
  const copy = path.join(await mkdtemp(path.join(tmpdir(), 'damaged-model-')), 'model');
  await cp(folder, copy, { recursive: true });
  await damage(copy);
  return copy;
}

function largestDifference(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined || a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}
