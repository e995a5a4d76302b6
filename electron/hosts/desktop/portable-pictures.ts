import Module from 'node:module';

/** Node's own resolver of `require`, which it documents nowhere and every tool replaces; its documented successor is not in Node 20, where the tests run. */
interface Resolver {
  _resolveFilename(request: string, ...rest: readonly unknown[]): string;
}

const nativePictures = /^@img\/sharp-linux/u;

/**
 * Has the picture library take its WebAssembly build instead of the native one, which it does by itself where it finds none. On Linux
 * Electron's processes hold the system's glib, the native build brings another, and some systems crash over it (lovell/sharp issues 4522, 4525).
 * Before anything that decodes is imported.
 */
export function preferPortablePictures(platform: NodeJS.Platform): void {
  if (platform !== 'linux') return;
  // Holds because Node's module object has had this method since its first release.
  const resolver = Module as unknown as Resolver;
  const resolveFilename = resolver._resolveFilename.bind(resolver);
  resolver._resolveFilename = (request, ...rest) => {
    if (!nativePictures.test(request)) return resolveFilename(request, ...rest);
    throw Object.assign(new Error(`${request} is not used inside Electron on Linux.`), {
      code: 'MODULE_NOT_FOUND',
    });
  };
}
