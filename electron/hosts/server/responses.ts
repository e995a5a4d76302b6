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

/** Admits the browser and sends it to the page, so that the token leaves the address bar and the history. */
export function sendAdmission(response: ServerResponse, cookie: string): void {
  response.writeHead(303, {
    ...securityHeaders,
    location: '/',
    'set-cookie': cookie,
    'cache-control': 'no-store',
  });
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
