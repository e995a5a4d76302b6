import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../common/errors.ts';
import type { ChatClient, ChatRequest } from '../endpoint/chat-client.ts';
import { openLineFile, readLines } from '../jobs/line-file.ts';
import type { Judge, JudgedAnswer } from './judge.ts';

/**
 * The paper's third step: a language model says in one step how well the words around each prediction fit the instance its mask was matched with. The prompt is
 * ours and fixed; like the paper's it tells the image's size and lists captions with the corners of their boxes.
 */
const instructions = [
  'You check the answers of a model that marks things in an image. You cannot see the image; you are told its size, the question, the answer, and for each marked thing the words the answer uses for it and the true caption of what was marked, with its box [left, top, right, bottom].',
  'For each marked thing, decide how well the words fit its caption: 1 if they clearly mean the same thing, 0 if they clearly mean another thing, in between if it cannot be told. Different wording, more or less detail and left out colours are no reason to lower a score; another kind of thing, another place or another look than the caption is.',
  'Reply with JSON alone: {"scores": [..]} with one number from 0 to 1 for each marked thing, in their order.',
].join('\n');

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['scores'],
  properties: { scores: { type: 'array', items: { type: 'number' } } },
};

const reply = z.object({ scores: z.array(z.number().min(0).max(1)) });
const cached = z.object({ of: z.string(), scores: z.array(z.number()) });

const tries = 2;

/**
 * @param name of model and address: the cache and the report tell judges apart by it
 * @param cacheFile scores by content; the same question is never paid for twice
 */
export async function createEndpointJudge(options: {
  readonly client: ChatClient;
  readonly name: string;
  readonly cacheFile: string;
}): Promise<Judge & { close(): Promise<void> }> {
  const { client, name, cacheFile } = options;
  const known = new Map<string, readonly number[]>();
  for await (const line of readLines(cacheFile)) {
    const { data } = cached.safeParse(line);
    if (data) known.set(data.of, data.scores);
  }
  const cache = await openLineFile(cacheFile);
  return {
    name,
    async score(answer, signal) {
      if (answer.pairs.length === 0) return [];
      const request = judgeRequest(answer);
      const of = createHash('sha256')
        .update(JSON.stringify([name, request]))
        .digest('hex');
      const before = known.get(of);
      if (before) return before;
      const scores = await ask(client, request, answer.pairs.length, signal);
      await cache.append({ of, scores });
      known.set(of, scores);
      return scores;
    },
    close: () => cache.close(),
  };
}

async function ask(
  client: ChatClient,
  request: ChatRequest,
  count: number,
  signal: AbortSignal,
): Promise<readonly number[]> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const { text } = await client.complete(request, signal);
    const scores = scoresIn(text);
    if (scores?.length === count) return scores;
  }
  throw new AppError('endpoint-failed', `The judge gave no ${count} scores from 0 to 1.`);
}

function scoresIn(text: string): readonly number[] | null {
  const fenced = /^```(?:json)?\s*([\s\S]*?)\s*```$/u.exec(text.trim())?.[1];
  try {
    return reply.safeParse(JSON.parse(fenced ?? text)).data?.scores ?? null;
  } catch {
    return null;
  }
}

function judgeRequest({ width, height, question, answer, pairs }: JudgedAnswer): ChatRequest {
  const things = pairs.map(({ words, description, box: [x, y, boxWidth, boxHeight] }, index) => {
    const corners = `[${x}, ${y}, ${x + boxWidth}, ${y + boxHeight}]`;
    return `${index + 1}. words: "${words}"; caption: "${description}" ${corners}`;
  });
  const told = [
    `The image is ${width} pixels wide and ${height} high.`,
    `Question: ${question}`,
    `Answer: ${answer.replaceAll('{seg}', '[marked]')}`,
    'Marked things:',
    ...things,
  ];
  return {
    messages: [
      { role: 'system', content: instructions },
      { role: 'user', content: told.join('\n') },
    ],
    schema: { name: 'scores', schema },
    maxTokens: 40 + 12 * pairs.length,
    temperature: 0,
  };
}
