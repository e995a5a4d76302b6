import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChatClient, ChatRequest } from '../../../../electron/backend/endpoint/chat-client.ts';
import { createEndpointJudge } from '../../../../electron/backend/evaluate/endpoint-judge.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const { signal } = new AbortController();
const answer = {
  ...{
    width: 640,
    height: 480,
    question: 'What can I drink from?',
    answer: 'The cup {seg} or the mug {seg}.',
  },
  pairs: [
    { prediction: 0, words: 'the cup', description: 'red cup', box: [1, 2, 3, 4] as const },
    { prediction: 1, words: 'the mug', description: 'dog', box: [5, 5, 5, 5] as const },
  ],
};

function aClient(replies: readonly string[]): ChatClient & { readonly asked: ChatRequest[] } {
  const asked: ChatRequest[] = [];
  return {
    asked,
    async complete(request) {
      asked.push(request);
      return { text: replies[asked.length - 1] ?? '', model: 'judge', usage: null };
    },
  };
}

test('one request scores all pairs; the same answer is not asked again, in the next run neither', async () => {
  const cacheFile = join(await temporaryFolder(), 'judge.jsonl');
  const client = aClient(['{"scores": [0.9, 0.1]}']);
  const first = await createEndpointJudge({ client, name: 'judge', cacheFile });
  expect(await first.score(answer, signal)).toEqual([0.9, 0.1]);
  expect(await first.score(answer, signal)).toEqual([0.9, 0.1]);
  await first.close();
  const second = await createEndpointJudge({ client, name: 'judge', cacheFile });
  expect(await second.score(answer, signal)).toEqual([0.9, 0.1]);
  await second.close();
  expect(client.asked).toHaveLength(1);
  const told = JSON.stringify(client.asked[0]?.messages);
  expect(told).toContain('640 pixels wide and 480 high');
  expect(told).toContain('[1, 2, 4, 6]');
});

test('another judge does not get the scores of this one', async () => {
  const cacheFile = join(await temporaryFolder(), 'judge.jsonl');
  const client = aClient(['{"scores": [1, 1]}', '```json\n{"scores": [0, 0]}\n```']);
  const one = await createEndpointJudge({ client, name: 'one', cacheFile });
  expect(await one.score(answer, signal)).toEqual([1, 1]);
  await one.close();
  const other = await createEndpointJudge({ client, name: 'other', cacheFile });
  expect(await other.score(answer, signal)).toEqual([0, 0]);
  await other.close();
});

test.each(['no JSON', '{"scores": [1]}', '{"scores": [1, 7]}', '{"scores": "high"}'])(
  'a reply of %s is asked for once more, then told',
  async (text) => {
    const cacheFile = join(await temporaryFolder(), 'judge.jsonl');
    const good = await createEndpointJudge({
      client: aClient([text, '{"scores": [1, 0]}']),
      name: 'j',
      cacheFile,
    });
    expect(await good.score(answer, signal)).toEqual([1, 0]);
    await good.close();
    const bad = await createEndpointJudge({ client: aClient([text, text]), name: 'k', cacheFile });
    await expect(bad.score(answer, signal)).rejects.toMatchObject({ code: 'endpoint-failed' });
    await bad.close();
  },
);

test('an answer without pairs costs nothing', async () => {
  const client = aClient([]);
  const judge = await createEndpointJudge({
    client,
    name: 'j',
    cacheFile: join(await temporaryFolder(), 'judge.jsonl'),
  });
  expect(await judge.score({ ...answer, pairs: [] }, signal)).toEqual([]);
  await judge.close();
  expect(client.asked).toEqual([]);
});
