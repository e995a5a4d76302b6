import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Which requests were meant for this server.
 *
 * The name in `Host` is checked so that a page of another site cannot reach us under its own name (DNS
 * rebinding); `Origin` must then be the same host. The port is not compared: through a tunnel
 * (`ssh -L 9000:localhost:7417`) the browser rightly says another one.
 */
export interface Guard {
  /** Why the request is refused, as a sentence; null when it may go on. */
  refusal(request: IncomingMessage, needs: { readonly origin: 'optional' | 'required' }): string | null;
}

/** @param bindHost the address the server listens on, as the user gave it */
export function createGuard(bindHost: string): Guard {
  const isLocal = isLoopback(bindHost);
  const ownName = hostname().toLowerCase();
  const names = new Set(['localhost', '127.0.0.1', '::1', bindHost.toLowerCase()]);
  if (!isLocal) for (const name of [ownName, `${ownName}.local`]) names.add(name);

  // A name can be made to point here by anyone; an address that the browser typed or followed cannot.
  const isOurs = (name: string): boolean => names.has(name) || (!isLocal && isIP(name) !== 0);

  return {
    refusal(request, needs) {
      const host = hostName(request.headers.host ?? '');
      if (host === null || !isOurs(host)) return 'This server does not answer to that host name.';
      const { origin } = request.headers;
      if (origin === undefined)
        return needs.origin === 'required' ? 'The request does not say where it comes from.' : null;
      return hostOfOrigin(origin) === request.headers.host?.toLowerCase()
        ? null
        : 'Another site may not use this server.';
    },
  };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/** Name or address without port and brackets; null when the header is no host at all. */
function hostName(header: string): string | null {
  if (!/^[\w.:[\]-]+$/u.test(header) || !URL.canParse(`http://${header}/`)) return null;
  return new URL(`http://${header}/`).hostname.replace(/^\[|\]$/gu, '');
}

function hostOfOrigin(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
