import type { BrowserContext, Route } from '@playwright/test';

type SchemeHandler = (request: Request) => Response | Promise<Response>;

/**
 * Electron's `protocol`. Stock Chromium knows no new schemes, so `scheme://host/path` is served to the page at
 * `https://host.scheme.standin.invalid/path`; the app's handler sees its own addresses. Answers are buffered.
 */
export class StandinProtocol {
  readonly privileged: string[] = [];
  readonly #handlers = new Map<string, SchemeHandler>();
  readonly #isReady: () => boolean;

  constructor(isReady: () => boolean) {
    this.#isReady = isReady;
  }

  registerSchemesAsPrivileged(schemes: readonly { readonly scheme: string }[]): void {
    if (this.#isReady())
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    this.privileged.push(...schemes.map(({ scheme }) => scheme));
  }
  handle(scheme: string, handler: SchemeHandler): void {
    this.#handlers.set(scheme, handler);
  }

  /** Answers the page's requests; whatever no scheme of the app answers does not exist. */
  async serveInto(context: BrowserContext): Promise<void> {
    await context.route(
      (url) => url.hostname.endsWith('.standin.invalid'),
      (route) => this.#answer(route),
    );
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = appAddress(request.url());
    const handler = this.#handlers.get(url.slice(0, url.indexOf(':')));
    if (!handler) return route.abort();
    const response = await handler(
      new Request(url, { method: request.method(), headers: await request.allHeaders() }),
    );
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }
}

export function webAddress(url: string): string {
  return url.replace(/^([a-z][a-z0-9+-]*):\/\/([^/]+)/u, (whole, scheme: string, host: string) =>
    ['http', 'https', 'file', 'data'].includes(scheme) ? whole : `https://${host}.${scheme}.standin.invalid`,
  );
}

export function appAddress(url: string): string {
  return url.replace(/^https:\/\/([^/]+)\.([a-z][a-z0-9+-]*)\.standin\.invalid/u, '$2://$1');
}
