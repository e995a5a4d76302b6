import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How one request is answered. `good` writes a question about the objects it was told of. */
export type Manner =
  | 'good'
  | 'fenced'
  | 'truncated'
  | 'wrong-ids'
  | 'same-descriptions'
  | 'too-many-marks'
  | 'chinese'
  | 'german'
  | 'busy'
  | 'busy-long'
  | 'error'
  | 'hang'
  | 'wrong-type'
  | 'huge'
  | 'empty'
  | 'no-schema'
  /** As llama-cpp-python's server says it: 500, and plain JSON is fine. */
  | 'no-schema-500'
  /** As FastAPI says it. */
  | 'no-schema-422'
  | 'other-limit'
  | 'no-temperature'
  | 'too-long'
  | 'refused'
  | 'redirect'
  | 'other-model';

export interface AskedOfEndpoint {
  readonly text: string;
  readonly body: { readonly response_format?: { readonly type: string }; readonly model: string };
  readonly authorization: string | null;
  readonly manner: Manner;
}

export interface TestEndpoint {
  readonly baseUrl: string;
  readonly asked: AskedOfEndpoint[];
  close(): Promise<void>;
}

/** A server on this machine that speaks the protocol and misbehaves as it is told, request by request. Runs until it is closed. */
export async function startChatEndpoint(
  mannerOf: (request: number, text: string) => Manner,
): Promise<TestEndpoint> {
  const asked: AskedOfEndpoint[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((written) => {
      const body = JSON.parse(written) as AskedOfEndpoint['body'];
      const manner = mannerOf(asked.length, written);
      asked.push({ text: written, body, authorization: request.headers.authorization ?? null, manner });
      answer(response, manner, body);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  // Listening, so it has an address of its own.
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, asked, close };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function answer(response: ServerResponse, manner: Manner, body: AskedOfEndpoint['body']): void {
  const json = { 'content-type': 'application/json' };
  const send = (status: number, headers: Record<string, string>, text: string): void =>
    void response.writeHead(status, headers).end(text);
  const text = JSON.stringify(body);
  switch (manner) {
    case 'truncated':
      return send(200, json, completion(text).slice(0, 60));
    case 'busy':
      return send(429, { ...json, 'retry-after': '0' }, '{"error":{"message":"slow down"}}');
    case 'busy-long':
      return send(429, { ...json, 'retry-after': '1' }, '{}');
    case 'error':
      return send(500, { 'content-type': 'text/plain' }, 'oh no');
    case 'hang':
      return;
    case 'wrong-type':
      return send(200, { 'content-type': 'text/html' }, '<html>Welcome</html>');
    case 'huge':
      return send(200, json, completion(text, ' '.repeat(10 * 2 ** 20)));
    case 'empty':
      return send(200, json, '{"choices":[]}');
    case 'no-schema':
      return 'response_format' in body
        ? send(400, json, '{"error":{"message":"response_format is not supported"}}')
        : send(200, json, completion(text));
    case 'no-schema-500':
      return body.response_format?.type === 'json_schema'
        ? send(
            500,
            json,
            `{"error":{"message":"1 validation error:\\n  {'loc': ('body', 'response_format', 'type'), 'msg': \\"Input should be 'text' or 'json_object'\\"}"}}`,
          )
        : send(200, json, completion(text));
    case 'no-schema-422':
      return body.response_format?.type === 'json_schema'
        ? send(
            422,
            json,
            '{"detail":[{"loc":["body","response_format"],"msg":"Extra inputs are not permitted"}]}',
          )
        : send(200, json, completion(text));
    case 'other-limit':
      return 'max_tokens' in body
        ? send(
            400,
            json,
            `{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."}}`,
          )
        : send(200, json, completion(text));
    case 'no-temperature':
      return 'temperature' in body
        ? send(
            400,
            json,
            `{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model."}}`,
          )
        : send(200, json, completion(text));
    case 'too-long':
      return send(400, json, '{"error":{"message":"The maximum context length is 4096 tokens."}}');
    case 'refused':
      return send(
        401,
        json,
        '{"error":{"message":"Incorrect API key provided: sk-secret-123456. Bearer sk-secret-123456"}}',
      );
    case 'redirect':
      return send(307, { location: 'http://127.0.0.1:9/elsewhere' }, '');
    case 'other-model':
      return send(200, json, completion(text, '', 'another'));
    default:
      return send(200, json, completion(text, '', body.model, manner));
  }
}

function completion(asked: string, padding = '', model = 'scripted', manner: Manner = 'good'): string {
  const content = itemFor(asked, manner);
  const fenced = manner === 'fenced' ? `\`\`\`json\n${content}\n\`\`\`` : content;
  return JSON.stringify({
    model,
    choices: [{ message: { role: 'assistant', content: fenced + padding }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 50 },
  });
}

/** About the first two objects the prompt lists. */
function itemFor(asked: string, manner: Manner): string {
  const listed = [...asked.matchAll(/(i\d+): ([^[]+?) \[/gu)].slice(0, 2);
  const ids = listed.map(([, id]) => (manner === 'wrong-ids' ? `${id}00` : id));
  const place = (index: number): string =>
    manner === 'same-descriptions' ? 'the thing' : `the ${['left', 'right'][index]} thing`;
  const names = ids.map((_, index) => `${place(index)} {seg}`);
  if (manner === 'too-many-marks') names.push('a third {seg}');
  if (manner === 'german') return inGerman(ids);
  const question =
    manner === 'chinese'
      ? '这张图片里有什么可以用来喝水的东西呢？请告诉我'
      : 'What would one need to set a table for tea here?';
  const answerText =
    manner === 'chinese'
      ? `你可以用${names.join('和')}来喝水，这很方便。`
      : `One would take ${names.join(' and ')}.`;
  const objects = ids.map((id, index) => ({
    id,
    description: manner === 'chinese' ? `第${index}个杯子` : place(index),
  }));
  return JSON.stringify({ question, objects, answer: answerText });
}

function inGerman(ids: readonly (string | undefined)[]): string {
  const sides = ['linke', 'rechte'];
  return JSON.stringify({
    question: 'Was würde man brauchen, um hier den Tisch für den Tee zu decken?',
    objects: ids.map((id, index) => ({ id, description: `das ${sides[index]} Ding` })),
    answer: `Man nähme ${ids.map((_, index) => `das ${sides[index]} Ding {seg}`).join(' und ')}.`,
  });
}
