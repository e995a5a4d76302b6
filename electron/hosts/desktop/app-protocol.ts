import { protocol } from 'electron';
import type { PageResponder } from '../page-responder.ts';
import { securityHeaders } from '../security-headers.ts';

/** The page's origin on the desktop. A scheme of its own, because file: pages have no origin to hold them to. */
const scheme = 'app';
const host = 'pixellm';
const pageUrl = `${scheme}://${host}/`;

/** Before Electron is ready: makes the scheme a standard, secure origin. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Once Electron is ready: serves page and pictures there. */
export function serveAppScheme(respond: PageResponder): void {
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    if (url.host !== host || request.method !== 'GET') return new Response(null, { status: 404 });
    const { status, headers, body } = await respond(url, request.signal);
    // Holds because the backend's bytes lie in ordinary memory, never in a SharedArrayBuffer.
    return new Response(body as Uint8Array<ArrayBuffer> | null, {
      status,
      headers: { ...securityHeaders, ...headers },
    });
  });
}

/** Where a window starts; the project to show stays in the address, so that a reload shows it again. */
export function windowUrl(project: string | null): string {
  return project === null ? pageUrl : `${pageUrl}#open=${encodeURIComponent(project)}`;
}

/** Whether an address is the app's own page. */
export function isAppPage(url: string): boolean {
  return URL.canParse(url) && url.startsWith(pageUrl);
}
