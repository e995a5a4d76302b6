import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../common/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { createPace } from './pace.ts';
import { postJson, RequestFailure } from './post-json.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content:
    | string
    | readonly (
        | { readonly type: 'text'; readonly text: string }
        | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
      )[];
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** The reply's JSON schema, for endpoints that can hold a model to it. */
  readonly schema: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  readonly maxTokens: number;
  readonly temperature: number;
}

export interface ChatReply {
  readonly text: string;
  /** As the endpoint names the model that answered. */
  readonly model: string;
  /** Null where the endpoint does not count. */
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null;
}

export interface ChatClient {
  /**
   * One reply. Waits as the endpoint asks, tries again what may go better, and asks for plain JSON where a schema is not understood.
   *
   * @throws AppError 'endpoint-unreachable', 'endpoint-refused' (key, address, model), 'endpoint-failed'; an AbortError
   */
  complete(request: ChatRequest, signal: AbortSignal): Promise<ChatReply>;
}

const reply = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish().catch(null),
});

/** What endpoints differ in; each is asked in the first of these ways that it takes. */
interface Manner {
  /** How the reply's form is asked for, the strictest first. */
  readonly form: 'schema' | 'json' | 'none';
  /** What the length limit is called: newer models of one maker refuse the older name. */
  readonly limit: 'max_tokens' | 'max_completion_tokens';
  /** Some models take no other temperature than their own. */
  readonly hasTemperature: boolean;
}

const strictest: Manner = { form: 'schema', limit: 'max_tokens', hasTemperature: true };

/** What to try after a complaint; null when there is nothing left. */
function plainer(manner: Manner, complaint: string): Manner | null {
  if (manner.limit === 'max_tokens' && complaint.includes('max_completion_tokens'))
    return { ...manner, limit: 'max_completion_tokens' };
  if (manner.hasTemperature && complaint.includes('temperature')) return { ...manner, hasTemperature: false };
  if (manner.form === 'schema') return { ...manner, form: 'json' };
  return manner.form === 'json' ? { ...manner, form: 'none' } : null;
}

const mostTries = 3;
const mostWaits = 8;
const longestWaitMs = 10 * 60_000;

export function createChatClient(
  endpoint: Endpoint,
  { backoffMs = 1000 }: { readonly backoffMs?: number } = {},
): ChatClient {
  const pace = createPace(endpoint.perMinute);
  let agreed = strictest;
  let answering: string | null = null;

  const tryOnce = async (request: ChatRequest, manner: Manner, signal: AbortSignal): Promise<ChatReply> => {
    await pace.turn(signal);
    const body = bodyOf(endpoint, request, manner);
    const { data } = reply.safeParse(await postJson(endpoint, '/chat/completions', body, signal));
    const text = data?.choices[0]?.message.content;
    if (!data || typeof text !== 'string') {
      const error = new AppError('endpoint-failed', 'The reply is not one of a chat completion.');
      throw new RequestFailure('again', error);
    }
    const model = data.model ?? endpoint.model;
    if (answering !== null && model !== answering) throw changed(answering, model);
    answering = model;
    const usage = data.usage
      ? { promptTokens: data.usage.prompt_tokens, completionTokens: data.usage.completion_tokens }
      : null;
    return { text, model, usage };
  };

  return {
    async complete(request, signal) {
      let manner = agreed;
      let tries = 0;
      let waits = 0;
      for (;;) {
        try {
          const answer = await tryOnce(request, manner, signal);
          // Kept only now that it helped: a request that is refused for its length makes nobody ask others less strictly.
          agreed = manner;
          return answer;
        } catch (failure) {
          if (!(failure instanceof RequestFailure)) throw failure;
          const next = failure.next === 'plainer' ? plainer(manner, failure.message) : null;
          if (next) {
            manner = next;
            continue;
          }
          if (failure.next === 'wait' && ++waits <= mostWaits) {
            const waitMs = failure.waitMs ?? backoffMs * 2 ** waits;
            if (waitMs <= longestWaitMs) {
              // Everybody who shares this endpoint waits, not this request alone.
              pace.hold(waitMs);
              continue;
            }
          }
          if (failure.next !== 'again' || ++tries >= mostTries) throw failure.error;
          await sleep(backoffMs * 2 ** (tries - 1), undefined, { signal });
        }
      }
    },
  };
}

function bodyOf(
  endpoint: Endpoint,
  request: ChatRequest,
  { form, limit, hasTemperature }: Manner,
): Readonly<Record<string, unknown>> {
  const { messages, schema, maxTokens, temperature } = request;
  const format = {
    schema: { response_format: { type: 'json_schema', json_schema: { ...schema, strict: true } } },
    json: { response_format: { type: 'json_object' } },
    none: {},
  };
  return {
    ...{ model: endpoint.model, messages, [limit]: maxTokens, stream: false },
    ...(hasTemperature ? { temperature } : {}),
    ...format[form],
  };
}

/** Questions of two models would be one data set under one name. */
function changed(before: string, now: string): AppError {
  return new AppError(
    'endpoint-refused',
    `The endpoint changed its model: "${before}" answered until now, now "${now}" does. Resume to go on with the new one.`,
    { before, now },
  );
}
