import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../../electron/common/errors.ts';
import { call, push, stream } from '../../../../electron/common/messages.ts';
import { type Client, createClient } from '../../../../electron/common/rpc/client.ts';
import { creditWindow } from '../../../../electron/common/rpc/frames.ts';
import type { Handlers } from '../../../../electron/common/rpc/handlers.ts';
import { type Connection, serve } from '../../../../electron/common/rpc/server.ts';
import { type WirePair, transports } from '../../../helpers/transports.ts';

const bytes = z.instanceof(Uint8Array) as z.ZodType<Uint8Array>;
const testContract = {
  greet: call(
    z.object({ name: z.string().min(1), times: z.int().default(1) }),
    z.object({ text: z.string() }),
  ),
  invert: call(z.object({ data: bytes }), z.object({ data: bytes })),
  echo: call(z.object({ value: z.unknown() }), z.object({ value: z.unknown() })),
  refuse: call(z.object({}), z.object({})),
  confuse: call(z.object({}), z.object({})),
  break: call(z.object({}), z.object({})),
  wait: call(z.object({}), z.object({})),
  whoAmI: call(z.object({}), z.object({ connection: z.string() })),
  count: stream(z.object({ to: z.int() }), z.object({ n: z.int(), mask: bytes })),
  failAfter: stream(z.object({ items: z.int() }), z.int()),
  hang: stream(z.object({}), z.int()),
  news: push(z.object({ headline: z.string() })),
} as const;
type TestContract = typeof testContract;

/** What the handlers noticed, for the tests about stopping. */
interface Seen {
  produced: number;
  readonly stopped: string[];
}

function handlersNoting(seen: Seen): Handlers<TestContract, { readonly connection: string }> {
  const untilAborted = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  return {
    greet: async ({ name, times }) => ({ text: `hello ${name}`.repeat(times) }),
    invert: async ({ data }) => ({ data: data.map((byte) => 255 - byte) }),
    echo: async ({ value }) => ({ value }),
    async refuse() {
      throw new AppError('image-missing', 'The file cup.jpg is gone.', { path: '/photos/cup.jpg' });
    },
    async confuse() {
      throw new AppError('bad-file', 'x'.repeat(8_000_000), {
        asked: 'y'.repeat(1000),
        many: ['z'.repeat(1e6)],
      });
    },
    async break() {
      throw new TypeError('x is undefined');
    },
    async wait(_input, { signal }) {
      try {
        return await untilAborted(signal);
      } finally {
        seen.stopped.push('wait');
      }
    },
    whoAmI: async (_input, { connection }) => ({ connection }),
    async *count({ to }, { signal }) {
      try {
        for (let n = 0; n < to; n += 1) {
          seen.produced += 1;
          yield { n, mask: new Uint8Array([n % 256, 1, 2]) };
        }
      } finally {
        seen.stopped.push(`count, aborted ${signal.aborted}`);
      }
    },
    async *failAfter({ items }) {
      for (let n = 0; n < items; n += 1) yield n;
      throw new AppError('disk-full', 'The disk is full.');
    },
    async *hang(_input, { signal }) {
      try {
        yield await untilAborted(signal);
      } finally {
        seen.stopped.push('hang');
      }
    },
  };
}

interface Connected {
  readonly client: Client<TestContract>;
  readonly connection: Connection<TestContract>;
  readonly wires: WirePair;
  readonly seen: Seen;
}

for (const transport of transports) {
  describe(`over ${transport.name}`, () => {
    const open: WirePair[] = [];
    async function connected(): Promise<Connected> {
      const wires = await transport.connect();
      open.push(wires);
      const seen: Seen = { produced: 0, stopped: [] };
      const connection = serve(testContract, handlersNoting(seen), wires.server, { connection: 'window-1' });
      return { client: createClient(testContract, wires.client), connection, wires, seen };
    }
    afterEach(async () => {
      for (const wires of open.splice(0)) await wires.release();
    });

    test('a call is answered, and defaults are filled in at the door', async () => {
      const { client } = await connected();
      expect(await client.call('greet', { name: 'Ada' })).toEqual({ text: 'hello Ada' });
      expect(await client.call('greet', { name: 'Ada', times: 2 })).toEqual({ text: 'hello Adahello Ada' });
    });

    test('many calls at once each get their own answer', async () => {
      const { client } = await connected();
      const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
      const answers = await Promise.all(names.map((name) => client.call('greet', { name })));
      expect(answers.map((answer) => answer.text)).toEqual(names.map((name) => `hello ${name}`));
    });

    test('bytes travel both ways as Uint8Array, also as a view on a larger buffer', async () => {
      const { client } = await connected();
      const larger = new Uint8Array(1_000_000).map((_, index) => index);
      const { data } = await client.call('invert', { data: larger.subarray(3, 100_003) });
      expect(data).toBeInstanceOf(Uint8Array);
      expect(data.length).toBe(100_000);
      expect([data[0], data[1], data[99_999]]).toEqual([252, 251, 255 - larger[100_002]!]);
    });

    test('data with awkward strings and keys comes back unchanged', async () => {
      const { client } = await connected();
      const value = {
        '\u0000key': '\u0000bytes:0',
        text: '\u0000text:x',
        'emoji 🐈': ['é', '\ud83d', '', '\u2028'],
        nested: [{ none: null, no: false, zero: 0, minus: -1.5e-9, deep: [[[]]] }],
      };
      expect(await client.call('echo', { value })).toEqual({ value });
      const withBytes = { ...value, data: new Uint8Array([1, 2, 3]), empty: new Uint8Array(0) };
      expect(await client.call('echo', { value: withBytes })).toEqual({ value: withBytes });
    });

    test('an input of the wrong shape is refused with the place and the reason', async () => {
      const { client } = await connected();
      // @ts-expect-error the type checker refuses it as well
      const refused = client.call('greet', { name: '', times: 'twice' });
      await expect(refused).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(/input of greet.*name: .*times: /su),
        details: { method: 'greet' },
      });
    });

    test('an expected failure arrives as the same AppError', async () => {
      const { client } = await connected();
      const error = await client.call('refuse', {}).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: 'image-missing',
        message: 'The file cup.jpg is gone.',
        details: { path: '/photos/cup.jpg' },
      });
    });

    test('a bug in a handler is reported as internal, and the connection lives on', async () => {
      const { client } = await connected();
      await expect(client.call('break', {})).rejects.toMatchObject({
        code: 'internal',
        message: expect.stringContaining('x is undefined'),
      });
      expect(await client.call('greet', { name: 'Ada' })).toEqual({ text: 'hello Ada' });
    });

    test('an error too large for any frame arrives shortened, and the connection lives on', async () => {
      const { client } = await connected();
      await expect(client.call('confuse', {})).rejects.toMatchObject({
        code: 'bad-file',
        message: expect.stringMatching(/^x{4000}\.\.\. \(\d+ more characters\)$/u),
        details: { asked: 'y'.repeat(1000) },
      });
      expect(await client.call('greet', { name: 'Ada' })).toEqual({ text: 'hello Ada' });
    });

    test('a method that the contract does not list is unknown', async () => {
      const { wires } = await connected();
      const replies: unknown[] = [];
      wires.client.onMessage((message) => replies.push(message));
      const names = ['nothing', 'toString', '__proto__', 'news'];
      names.forEach((name, index) => wires.client.send({ type: 'request', id: index + 1, name, input: {} }));
      await expect.poll(() => replies.length).toBe(names.length);
      for (const reply of replies)
        expect(reply).toMatchObject({ type: 'error', error: { code: 'unknown-method' } });
    });

    test('handlers learn which connection asks', async () => {
      const { client } = await connected();
      expect(await client.call('whoAmI', {})).toEqual({ connection: 'window-1' });
    });

    test('aborting a call rejects at once and stops the handler', async () => {
      const { client, seen } = await connected();
      const controller = new AbortController();
      const waiting = client.call('wait', {}, { signal: controller.signal });
      await client.call('greet', { name: 'Ada' });
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
      await expect.poll(() => seen.stopped).toEqual(['wait']);
    });

    test('a call with an aborted signal is never sent', async () => {
      const { client, seen } = await connected();
      const refused = client.call('wait', {}, { signal: AbortSignal.abort() });
      await expect(refused).rejects.toMatchObject({ code: 'cancelled' });
      await client.call('greet', { name: 'Ada' });
      expect(seen.stopped).toEqual([]);
    });

    test('a stream hands out every item in order and ends', async () => {
      const { client, seen } = await connected();
      const numbers: number[] = [];
      for await (const item of client.stream('count', { to: 300 })) {
        expect(item.mask).toEqual(new Uint8Array([item.n % 256, 1, 2]));
        numbers.push(item.n);
      }
      expect(numbers).toEqual(Array.from({ length: 300 }, (_, n) => n));
      expect(seen.stopped).toEqual(['count, aborted false']);
    });

    test('breaking out of a stream stops its handler', async () => {
      const { client, seen } = await connected();
      for await (const item of client.stream('count', { to: 1e9 })) if (item.n === 40) break;
      await expect.poll(() => seen.stopped).toEqual(['count, aborted true']);
    });

    test('a slow reader holds a fast producer back', async () => {
      const { client, seen } = await connected();
      const items = client.stream('count', { to: 1e9 });
      for (let taken = 0; taken < 10; taken += 1) await items.next();
      await client.call('greet', { name: 'Ada' });
      expect(seen.produced).toBeGreaterThanOrEqual(10);
      expect(seen.produced).toBeLessThanOrEqual(10 + creditWindow + 1);
      await items.return?.();
    });

    test('aborting a waiting stream rejects at once and stops the handler', async () => {
      const { client, seen } = await connected();
      const controller = new AbortController();
      const next = client.stream('hang', {}, { signal: controller.signal }).next();
      await client.call('greet', { name: 'Ada' });
      controller.abort();
      await expect(next).rejects.toMatchObject({ code: 'cancelled' });
      await expect.poll(() => seen.stopped).toEqual(['hang']);
    });

    test('a stream that fails hands out what came before', async () => {
      const { client } = await connected();
      const seen: number[] = [];
      const reading = (async () => {
        for await (const n of client.stream('failAfter', { items: 3 })) seen.push(n);
      })();
      await expect(reading).rejects.toMatchObject({ code: 'disk-full', message: 'The disk is full.' });
      expect(seen).toEqual([0, 1, 2]);
    });

    test('pushes reach their listeners until these are taken away', async () => {
      const { client, connection } = await connected();
      const headlines: string[] = [];
      const stop = client.on('news', ({ headline }) => headlines.push(headline));
      connection.push('news', { headline: 'first' });
      connection.push('news', { headline: 'second' });
      await client.call('greet', { name: 'Ada' });
      stop();
      connection.push('news', { headline: 'third' });
      await client.call('greet', { name: 'Ada' });
      expect(headlines).toEqual(['first', 'second']);
    });

    test.each(['client', 'server'] as const)(
      'closing by the %s fails what is pending and stops the handlers',
      async (side) => {
        const { client, connection, seen } = await connected();
        const call = client.call('wait', {});
        const next = client.stream('hang', {}).next();
        const settled = Promise.allSettled([call, next]);
        await client.call('greet', { name: 'Ada' });
        const closed = new Promise<void>((resolve) => client.onClose(resolve));
        if (side === 'client') client.close();
        else connection.close();
        await closed;
        const lost = { status: 'rejected', reason: expect.objectContaining({ code: 'connection-closed' }) };
        expect(await settled).toEqual([lost, lost]);
        await expect.poll(() => [...seen.stopped].sort()).toEqual(['hang', 'wait']);
        await expect(client.call('greet', { name: 'Ada' })).rejects.toMatchObject({
          code: 'connection-closed',
        });
      },
    );

    test.each([
      ['no object', 'hello'],
      ['an unknown type', { type: 'shutdown', id: 1 }],
      ['an id that is no number', { type: 'request', id: 'one', name: 'greet', input: {} }],
      ['a greedy credit', { type: 'credit', id: 1, count: 1e9 }],
      ['null', null],
      ['a name longer than any method', { type: 'request', id: 1, name: 'x'.repeat(1_000_000), input: {} }],
    ])('a message of the wrong shape ends the connection: %s', async (_what, message) => {
      const { client, wires, seen } = await connected();
      const waiting = client.call('wait', {});
      const closed = new Promise<void>((resolve) => client.onClose(resolve));
      wires.client.send(message);
      await closed;
      await expect(waiting).rejects.toMatchObject({ code: 'connection-closed' });
      await expect.poll(() => seen.stopped).toEqual(['wait']);
    });

    test('using the id of a running request again ends the connection', async () => {
      const { client, wires } = await connected();
      void client.call('wait', {}).catch(() => undefined);
      const closed = new Promise<void>((resolve) => client.onClose(resolve));
      wires.client.send({ type: 'request', id: 1, name: 'greet', input: { name: 'Eve' } });
      await closed;
    });
  });
}

test('where not even a failure can be told, that connection ends and the process goes on', async () => {
  const strays: unknown[] = [];
  const note = (reason: unknown): void => void strays.push(reason);
  process.on('unhandledRejection', note);
  const wires = await transports[0]!.connect();
  const mute = {
    ...wires.server,
    send: () => {
      throw new Error('the socket is full');
    },
  };
  serve(testContract, handlersNoting({ produced: 0, stopped: [] }), mute, { connection: 'window-1' });
  const closed = new Promise<void>((resolve) => wires.client.onClose(resolve));
  wires.client.send({ type: 'request', id: 1, name: 'break', input: {} });
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(strays).toEqual([]);
  await wires.release();
});
