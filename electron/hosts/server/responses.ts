import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { AssetResponse, Download } from '../../backend/backend.ts';
import { securityHeaders } from '../security-headers.ts';

export function sendAnswer(response: ServerResponse, answer: AssetResponse): void {
  response.writeHead(answer.status, {
    ...securityHeaders,
    'content-length': answer.body?.byteLength ?? 0,
    ...answer.headers,
  });
  // Node leaves the body out of the answer to a HEAD request by itself.
  response.end(answer.body ?? undefined);
}

/**
 * Admits the browser: the page, with the launch's key in it. The page keeps the key and takes the address, whose token is void by now,
 * out of the address bar. This answer is the only one that ever holds the key.
 */
export function sendAdmission(
  response: ServerResponse,
  page: AssetResponse,
  { cookie, key }: { readonly cookie: string; readonly key: string },
): void {
  const html = Buffer.from(page.body ?? []).toString('utf8');
  // Behind what tells the browser how to read the page: anything before its doctype has it laid out as pages of 1998 were.
  const place = /^\s*(?:<!doctype[^>]*>)?(?:[^]*?<head>)?/iu;
  const body = Buffer.from(
    html.replace(place, (start) => `${start}<meta name="pixellm-key" content="${key}">`),
  );
  sendAnswer(response, {
    status: page.status,
    headers: { ...page.headers, 'set-cookie': cookie, 'cache-control': 'no-store' },
    body,
  });
}

/** For a browser that was let in before and comes by an address that is void: its own cookie and key still do. */
export function sendToPage(response: ServerResponse): void {
  response.writeHead(303, { ...securityHeaders, location: '/', 'cache-control': 'no-store' });
  response.end();
}

/** Sends a finished export once, then lets it go, whether or not the browser took it all. */
export async function sendDownload(response: ServerResponse, download: Download): Promise<void> {
  try {
    const { size } = await stat(download.path);
    response.writeHead(200, {
      ...securityHeaders,
      'content-type': 'application/octet-stream',
      'content-length': size,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(download.name)}`,
      'cache-control': 'no-store',
    });
    await pipeline(createReadStream(download.path), response);
  } finally {
    await download.dispose();
  }
}
