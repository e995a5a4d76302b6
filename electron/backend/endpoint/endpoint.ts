import { AppError } from '../../common/errors.ts';

/** A language model behind an OpenAI-compatible address: Ollama, llama.cpp, LM Studio, vLLM, or a hosted one. */
export interface Endpoint {
  /** Ends where `/chat/completions` begins: "http://127.0.0.1:11434/v1". */
  readonly baseUrl: string;
  readonly model: string;
  /** Null for one that wants none. Never written anywhere but where a person keeps keys. */
  readonly key: string | null;
  /** Requests a minute; null for as many as there are. */
  readonly perMinute: number | null;
  readonly timeoutMs: number;
}

/**
 * The base address as people write it: with or without `/v1`, or whole to `/chat/completions`.
 *
 * @throws AppError 'bad-input' for what is no http(s) address, or carries a name and a password
 */
export function baseUrlOf(written: string): string {
  if (!URL.canParse(written))
    throw new AppError('bad-input', `"${written.slice(0, 100)}" is no web address.`);
  const url = new URL(written);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AppError('bad-input', 'The address of an endpoint begins with http:// or https://.');
  if (url.username !== '' || url.password !== '')
    throw new AppError('bad-input', 'Keys do not belong into the address: give the key by itself.');
  url.search = '';
  url.hash = '';
  const path = url.pathname.replace(/\/+$/u, '').replace(/\/chat\/completions$/u, '');
  return `${url.origin}${path === '' ? '/v1' : path}`;
}

/** The text without the key, which a server may well repeat in its complaint. */
export function withoutKey(text: string, key: string | null): string {
  const cleaned = key === null || key === '' ? text : text.replaceAll(key, '(key)');
  return cleaned
    .replaceAll(/Bearer\s+\S+/giu, 'Bearer (key)')
    .replaceAll(/\bsk-[\w-]{6,}[\w*.-]*/gu, '(key)');
}
