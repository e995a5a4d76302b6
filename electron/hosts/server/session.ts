import { randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who may use the browser door: whoever opened an address that was printed. Three secrets, fresh for each launch, none of which gives
 * another away:
 *
 * - the token in the address opens the page once. Then it is void, whatever history, log or screenshot it stayed in, and another one
 *   takes its place for the next browser;
 * - the cookie fetches the page's files and pictures. Browsers send it to every port of this host, so it opens nothing else;
 * - the key is told to the page by the answer that exchanged the token. It stays with the page (storage belongs to one port) and is
 *   the first message of each WebSocket.
 */
export interface Session {
  /** The token that the next browser needs. */
  readonly token: string;
  readonly key: string;
  isToken(candidate: string): boolean;
  /** Makes the token void. */
  renewToken(): void;
  isKey(candidate: string): boolean;
  /**
   * The Set-Cookie header that admits a browser. Lax, not Strict: whoever comes back by a printed address from another page (a terminal
   * in a browser, our own opening page) is redirected from another site, and Strict would leave the cookie out of that one step. Neither
   * sends it with what another site loads, frames or posts, and the WebSocket checks `Origin` besides.
   */
  cookie(): string;
  isAdmitted(cookieHeader: string | undefined): boolean;
}

/** @param port cookies are shared between the ports of a host, so two servers need two names */
export function createSession(port: number): Session {
  let token = newSecret();
  const secret = newSecret();
  const key = newSecret();
  const name = `pixellm-${port}`;
  return {
    get token() {
      return token;
    },
    key,
    isToken: (candidate) => isSame(candidate, token),
    renewToken() {
      token = newSecret();
    },
    isKey: (candidate) => isSame(candidate, key),
    cookie: () => `${name}=${secret}; HttpOnly; SameSite=Lax; Path=/`,
    isAdmitted(cookieHeader = '') {
      return cookieHeader
        .split(';')
        .map((pair) => pair.trim())
        .some((pair) => pair.startsWith(`${name}=`) && isSame(pair.slice(name.length + 1), secret));
    },
  };
}

function newSecret(): string {
  return randomBytes(24).toString('base64url');
}

function isSame(candidate: string, secret: string): boolean {
  const given = Buffer.from(candidate);
  const expected = Buffer.from(secret);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
