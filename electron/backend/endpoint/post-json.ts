import { AppError, isAbort } from '../../common/errors.ts';
import { withoutKey, type Endpoint } from './endpoint.ts';

/** A reply that makes nobody wiser, however long. */
const longestReplyBytes = 4 * 2 ** 20;

/** What went wrong with one request, and what to do about it. */
export class RequestFailure extends Error {
  /** 'wait': the endpoint is busy; 'again': it may go better; 'never': it will not; 'plainer': it may not know a field of the request. */
  readonly next: 'wait' | 'again' | 'never' | 'plainer';
  readonly error: AppError;
  /** As the endpoint asked. */
  readonly waitMs: number | null;

  constructor(next: RequestFailure['next'], error: AppError, waitMs: number | null = null) {
    super(error.message);
    this.next = next;
    this.error = error;
    this.waitMs = waitMs;
  }
}

/**
 * One POST of JSON, answered with JSON. Redirects are not followed: a person set up this address and no other.
 *
 * @throws RequestFailure; an AbortError when the signal aborts
 */
export async function postJson(
  endpoint: Endpoint,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const url = `${endpoint.baseUrl}${path}`;
  const patience = AbortSignal.timeout(endpoint.timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(endpoint.key === null ? {} : { authorization: `Bearer ${endpoint.key}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, patience]),
    });
    const text = await readBounded(response);
    if (!response.ok) throw refusal(response, text, endpoint);
    return parseReply(response, text);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof RequestFailure) throw error;
    if (patience.aborted || isAbort(error)) {
      const seconds = Math.round(endpoint.timeoutMs / 1000);
      throw new RequestFailure('again', failed(`The endpoint did not answer within ${seconds} s.`));
    }
    throw new RequestFailure('again', unreachable(endpoint, error));
  }
}

async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > longestReplyBytes) {
      const megabytes = longestReplyBytes / 2 ** 20;
      throw new RequestFailure('again', failed(`The endpoint's reply is larger than ${megabytes} MB.`));
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parseReply(response: Response, text: string): unknown {
  const type = response.headers.get('content-type') ?? 'nothing said';
  if (!/\bjson\b/u.test(type)) {
    const what = type.split(';')[0]?.slice(0, 60) ?? '';
    throw new RequestFailure('again', failed(`The endpoint answered with ${what} instead of JSON.`));
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RequestFailure(
      'again',
      failed("The endpoint's reply is no whole JSON: it was cut off or damaged."),
    );
  }
}

function refusal(response: Response, text: string, endpoint: Endpoint): RequestFailure {
  const { status } = response;
  const said = complaintIn(text);
  const why = said === '' ? '' : ` It says: ${withoutKey(said, endpoint.key)}`;
  if (status === 401 || status === 403) {
    const key = endpoint.key === null ? 'It wants a key, and none is set up.' : 'It does not accept the key.';
    return new RequestFailure(
      'never',
      new AppError('endpoint-refused', `The endpoint refuses the request (${status}). ${key}${why}`, {
        status,
      }),
    );
  }
  if (status >= 300 && status < 400) {
    return new RequestFailure(
      'never',
      new AppError(
        'endpoint-refused',
        `The endpoint sends on to another address (${status}), which is not followed: set up its final address.`,
        {
          status,
        },
      ),
    );
  }
  if (status === 404) {
    return new RequestFailure(
      'never',
      new AppError(
        'endpoint-refused',
        `There is no model "${endpoint.model}" at ${endpoint.baseUrl}, or no such address (404).${why}`,
        {
          status,
        },
      ),
    );
  }
  const error = failed(`The endpoint answered with an error (${status}).${why}`, { status });
  if (status === 429 || status === 503) return new RequestFailure('wait', error, retryAfterOf(response));
  // llama-cpp-python's server calls a field it does not know an error of its own (500); others say 400 or 422.
  if (status === 400 || status === 422 || (status >= 500 && fieldInDoubt.test(said)))
    return new RequestFailure('plainer', error);
  return new RequestFailure(status === 408 || status >= 500 ? 'again' : 'never', error);
}

/** A complaint that names what not every endpoint knows. */
const fieldInDoubt = /response_format|json_schema|json_object|max_tokens|temperature/u;

/** Seconds or a date. Source: RFC 9110, 10.2.3 */
function retryAfterOf(response: Response): number | null {
  const written = response.headers.get('retry-after');
  if (written === null) return null;
  const milliseconds = /^\d+$/u.test(written.trim())
    ? Number(written) * 1000
    : Date.parse(written) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
}

function complaintIn(text: string): string {
  try {
    // Any shape may come; only texts are taken.
    const value = JSON.parse(text) as {
      readonly error?: { readonly message?: unknown } | string | null;
      readonly message?: unknown;
      readonly detail?: unknown;
    } | null;
    const error = value?.error;
    const said = (typeof error === 'object' ? error?.message : error) ?? value?.message ?? value?.detail;
    const words = typeof said === 'object' ? JSON.stringify(said) : said; // FastAPI lists what is wrong
    return typeof words === 'string' ? words.slice(0, 300) : '';
  } catch {
    return '';
  }
}

function failed(message: string, details: Readonly<Record<string, unknown>> = {}): AppError {
  return new AppError('endpoint-failed', message, details);
}

function unreachable(endpoint: Endpoint, error: unknown): AppError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new AppError(
    'endpoint-unreachable',
    `Nothing answers at ${endpoint.baseUrl}${code}. Is the server running?`,
    {},
  );
}
