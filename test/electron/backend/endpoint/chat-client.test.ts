import { expect, test } from 'vitest';
import { createChatClient } from '../../../../electron/backend/endpoint/chat-client.ts';
import { baseUrlOf, withoutKey, type Endpoint } from '../../../../electron/backend/endpoint/endpoint.ts';
import { aChatEndpoint } from '../../../helpers/chat-endpoint.ts';
import type { Manner } from '../../../helpers/start-chat-endpoint.ts';

const request = {
  messages: [{ role: 'user' as const, content: 'i1: cup [0, 0, 1, 1]' }],
  schema: { name: 'item', schema: { type: 'object' } },
  maxTokens: 10,
  temperature: 0,
};
const { signal } = new AbortController();

async function aClient(manners: readonly Manner[], fields: Partial<Endpoint> = {}) {
  const server = await aChatEndpoint((number) => manners[number] ?? 'good');
  // Only what hangs is waited for: on a busy machine another reply may take long.
  const timeoutMs = manners.includes('hang') ? 300 : 60_000;
  const endpoint = { baseUrl: server.baseUrl, model: 'scripted', key: null, perMinute: null, timeoutMs };
  return { server, client: createChatClient({ ...endpoint, ...fields }, { backoffMs: 1 }) };
}

test('a reply comes with the model’s name and the tokens it took, and the key goes into the header alone', async () => {
  const { client, server } = await aClient([], { key: 'sk-secret-123456' });
  const reply = await client.complete(request, signal);
  expect(reply).toMatchObject({ model: 'scripted', usage: { promptTokens: 100, completionTokens: 50 } });
  expect(server.asked[0]?.authorization).toBe('Bearer sk-secret-123456');
  expect(server.asked[0]?.text).not.toContain('sk-secret');
  expect(server.asked[0]?.body.response_format?.type).toBe('json_schema');
});

test.each<[Manner, number]>([
  ['truncated', 2],
  ['error', 2],
  ['hang', 2],
  ['wrong-type', 2],
  ['huge', 2],
  ['empty', 2],
  ['busy', 2],
])('what may go better is tried again: %s', async (manner, requests) => {
  const { client, server } = await aClient([manner]);
  expect((await client.complete(request, signal)).model).toBe('scripted');
  expect(server.asked).toHaveLength(requests);
});

test.each<[Manner, string, RegExp]>([
  ['truncated', 'endpoint-failed', /cut off or damaged/u],
  ['error', 'endpoint-failed', /error \(500\)/u],
  ['hang', 'endpoint-failed', /did not answer within/u],
  ['wrong-type', 'endpoint-failed', /text\/html instead of JSON/u],
  ['huge', 'endpoint-failed', /larger than 4 MB/u],
  ['empty', 'endpoint-failed', /not one of a chat completion/u],
  ['busy', 'endpoint-failed', /error \(429\). It says: slow down/u],
  ['redirect', 'endpoint-refused', /sends on to another address/u],
])('what stays so is told in a sentence: %s', async (manner, code, words) => {
  const { client } = await aClient(Array<Manner>(20).fill(manner));
  const reply = client.complete(request, signal);
  await expect(reply).rejects.toMatchObject({ code });
  await expect(client.complete(request, signal)).rejects.toThrow(words);
});

test('a key that is refused is told without the key, though the server repeats it, and asked once', async () => {
  const { client, server } = await aClient(['refused'], { key: 'sk-secret-123456' });
  const failure: unknown = await client.complete(request, signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'endpoint-refused' });
  expect(JSON.stringify([String(failure), (failure as { details: unknown }).details])).not.toContain(
    'secret',
  );
  expect(server.asked).toHaveLength(1);
});

test('an endpoint that knows no schema is asked for plain JSON, then for nothing, and stays so', async () => {
  const { client, server } = await aClient(Array<Manner>(20).fill('no-schema'));
  await client.complete(request, signal);
  await client.complete(request, signal);
  expect(server.asked.map(({ body }) => body.response_format?.type ?? 'none')).toEqual([
    'json_schema',
    'json_object',
    'none',
    'none',
  ]);
});

test.each<[Manner, string]>([
  ['no-schema-500', 'json_object'],
  ['no-schema-422', 'json_object'],
  ['other-limit', 'json_schema'],
  ['no-temperature', 'json_schema'],
])('a field that an endpoint does not know is asked for in another way, once: %s', async (manner, form) => {
  const { client, server } = await aClient(Array<Manner>(20).fill(manner));
  await client.complete(request, signal);
  await client.complete(request, signal);
  expect(server.asked).toHaveLength(3);
  expect(server.asked[2]?.body.response_format?.type).toBe(form);
});

test('a request that is too long is told, and others are asked for as strictly as before', async () => {
  const { client, server } = await aClient(Array<Manner>(3).fill('too-long'));
  await expect(client.complete(request, signal)).rejects.toThrow(
    'The maximum context length is 4096 tokens.',
  );
  await client.complete(request, signal);
  expect(server.asked.at(-1)?.body.response_format?.type).toBe('json_schema');
});

test('while one waits as the endpoint asks, nobody else asks it either', async () => {
  const { client, server } = await aClient(['busy-long']);
  const start = server.asked.length;
  const first = client.complete(request, signal);
  while (server.asked.length === start) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const second = client.complete(request, signal);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.asked).toHaveLength(1);
  await Promise.all([first, second]);
  expect(server.asked).toHaveLength(3);
});

test('an endpoint that changes its model in the middle stops those who asked, and says both names', async () => {
  const { client } = await aClient(['good', 'other-model']);
  await client.complete(request, signal);
  await expect(client.complete(request, signal)).rejects.toThrow(
    '"scripted" answered until now, now "another" does',
  );
});

test('a server that is down is told as such', async () => {
  const { client, server } = await aClient([]);
  await server.close();
  await expect(client.complete(request, signal)).rejects.toMatchObject({ code: 'endpoint-unreachable' });
});

test('cancelling ends a request that hangs', async () => {
  const { client } = await aClient(['hang'], { timeoutMs: 60_000 });
  const stop = new AbortController();
  const reply = client.complete(request, stop.signal);
  setTimeout(() => stop.abort(), 20);
  await expect(reply).rejects.toMatchObject({ name: 'AbortError' });
});

test.each([
  ['http://localhost:11434', 'http://localhost:11434/v1'],
  ['http://localhost:11434/v1/', 'http://localhost:11434/v1'],
  ['https://api.example.com/v1/chat/completions', 'https://api.example.com/v1'],
  ['https://example.com/openai/v1?key=1#x', 'https://example.com/openai/v1'],
])('the base address of %s is %s', (written, base) => {
  expect(baseUrlOf(written)).toBe(base);
});

test.each(['', 'localhost', 'file:///etc/passwd', 'https://me:secret@example.com'])(
  '%s is refused as an address',
  (written) => {
    expect(() => baseUrlOf(written)).toThrow();
  },
);

test('keys are taken out of what a server says', () => {
  expect(withoutKey('Bad key abc123 and Bearer xyz and sk-proj-12345678', 'abc123')).toBe(
    'Bad key (key) and Bearer (key) and (key)',
  );
});
