import { readFile, readdir } from 'node:fs/promises';
import { extname, join, posix } from 'node:path';
import type { AssetResponse, Backend } from '../backend/backend.ts';
import { AppError } from '../common/errors.ts';

/** Answers the page's own GETs, the same for HTTP and for the desktop's protocol. Never throws. */
export type PageResponder = (url: URL, signal: AbortSignal) => Promise<AssetResponse>;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** Vite puts a hash of the content into these names, so they never change. */
const hashedName = /-[\w-]{8}\.\w+$/u;

/**
 * Serves the built page and the backend's pictures. The files are listed once and served by exact name,
 * so that no spelling of a path can reach another file.
 *
 * @throws AppError 'file-not-found' when the page was not built
 */
export async function createPageResponder(rendererFolder: string, backend: Backend): Promise<PageResponder> {
  const files = await listFiles(rendererFolder);
  if (!files.has('index.html')) {
    throw new AppError(
      'file-not-found',
      `The page is not built: ${rendererFolder} has no index.html. Run "npm run build".`,
      {
        folder: rendererFolder,
      },
    );
  }
  return async (url, signal) => {
    const path = url.pathname === '/' ? 'index.html' : url.pathname.slice(1);
    const file = files.get(path);
    if (file !== undefined) return readPageFile(file);
    if (path.startsWith('assets/')) return backend.respondToAsset(path + url.search, signal);
    return plainText(404, 'There is nothing at this address.');
  };
}

export function plainText(status: number, sentence: string): AssetResponse {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: Buffer.from(`${sentence}\n`),
  };
}

async function listFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  // Not readdir's own recursion: Electron's view into the packaged archive may lack it.
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const inside = posix.join(path, entry.name);
      if (entry.isDirectory()) await visit(inside);
      else files.set(inside, join(folder, inside));
    }
  };
  await visit('');
  return files;
}

async function readPageFile(file: string): Promise<AssetResponse> {
  try {
    const body = await readFile(file);
    return {
      status: 200,
      headers: {
        'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
        'cache-control': hashedName.test(file) ? 'private, max-age=31536000, immutable' : 'no-cache',
      },
      body,
    };
  } catch {
    return plainText(500, 'A file of the page can no longer be read. Was the app rebuilt? Start it again.');
  }
}
