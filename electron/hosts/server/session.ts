import { randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who may use the browser door: whoever opened the address that was printed. Its token is fresh for each
 * launch and is exchanged for a cookie at once, so that it does not stay in the address bar; the cookie's
 * value is another secret, so that neither gives the other away.
 */
export interface Session {
  readonly token: string;
  isToken(candidate: string): boolean;
  /**
   * The Set-Cookie header that admits a browser. Lax, not Strict: whoever follows the printed address from another page (a terminal in a
   * browser, our own opening page) is redirected here from another site, and Strict would leave the cookie out of that one step. Neither
   * sends it with what another site loads, frames or posts, and the WebSocket checks `Origin` besides.
   */
  cookie(): string;
  isAdmitted(cookieHeader: string | undefined): boolean;
}

/** @param port cookies are shared between the ports of a host, so two servers need two names */
export function createSession(port: number): Session {
  const token = randomBytes(24).toString('base64url');
  const secret = randomBytes(24).toString('base64url');
  const name = `pixellm-${port}`;
  return {
    token,
    isToken: (candidate) => isSame(candidate, token),
    cookie: () => `${name}=${secret}; HttpOnly; SameSite=Lax; Path=/`,
    isAdmitted(cookieHeader = '') {
      return cookieHeader
        .split(';')
        .map((pair) => pair.trim())
        .some((pair) => pair.startsWith(`${name}=`) && isSame(pair.slice(name.length + 1), secret));
    },
  };
}

function isSame(candidate: string, secret: string): boolean {
  const given = Buffer.from(candidate);
  const expected = Buffer.from(secret);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
