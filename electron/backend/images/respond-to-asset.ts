import { extname } from 'node:path';
import { imageId } from '../../common/document/records.ts';
import { AppError, toWireError, type ErrorCode } from '../../common/errors.ts';
import type { Samples } from '../app/samples.ts';
import type { AssetResponse } from '../backend.ts';
import type { OpenProjects } from '../project/open-projects.ts';
import type { Pictures } from './pictures.ts';

interface Parts {
  readonly projects: OpenProjects;
  readonly pictures: Pictures;
  readonly samples: Samples;
}

/** Pictures by plain GET, at the addresses of common/asset-urls.ts. A failure is the same error as JSON, with a fitting status. */
export function createAssetResponder(parts: Parts) {
  return async (pathAndQuery: string, signal: AbortSignal): Promise<AssetResponse> => {
    try {
      signal.throwIfAborted();
      return await respond(parts, new URL(pathAndQuery, 'app://app/'));
    } catch (error) {
      const wire = toWireError(error);
      const body = new TextEncoder().encode(JSON.stringify(wire));
      return {
        status: statusOf(wire.code),
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        body,
      };
    }
  };
}

async function respond(parts: Parts, url: URL): Promise<AssetResponse> {
  const [root, kind, name = '', ...rest] = stepsOf(url);
  if (root === 'assets' && kind === 'sample') return sample(parts, name);
  if (root !== 'assets' || (kind !== 'tile' && kind !== 'thumbnail')) throw notThere(url);
  const id = imageId.safeParse(name);
  const found = id.success ? await parts.projects.findImage(id.data) : null;
  // Another version is another picture: an old address must never show the new one.
  if (!found || url.searchParams.get('v') !== found.image.sha256) throw notThere(url);
  const { store, image } = found;
  if (kind === 'thumbnail') return picture('image/jpeg', await parts.pictures.thumbnail(store, image));
  const place = /^(\d{1,2})\/(\d{1,4})-(\d{1,4})$/u.exec(rest.join('/'));
  if (!place) throw notThere(url);
  const [level, column, row] = place.slice(1).map(Number) as [number, number, number]; // three groups of digits
  return picture('image/png', await parts.pictures.tile(store, image, { level, column, row }));
}

/** @throws AppError 'file-not-found' for an address whose percent signs stand for nothing */
function stepsOf(url: URL): string[] {
  try {
    return url.pathname.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw notThere(url);
  }
}

async function sample({ samples }: Parts, file: string): Promise<AssetResponse> {
  const { data } = await samples.read(file);
  const type = extname(file).toLowerCase() === '.png' ? 'image/png' : 'image/jpeg';
  return { status: 200, headers: { 'content-type': type, 'cache-control': 'max-age=3600' }, body: data };
}

/** The address holds the picture's SHA-256: it can be kept for ever. */
function picture(type: string, body: Uint8Array): AssetResponse {
  return {
    status: 200,
    headers: { 'content-type': type, 'cache-control': 'private, max-age=31536000, immutable' },
    body,
  };
}

function notThere(url: URL): AppError {
  return new AppError('file-not-found', `There is nothing at ${url.pathname}.`, { path: url.pathname });
}

function statusOf(code: ErrorCode): number {
  const missing: readonly ErrorCode[] = [
    'file-not-found',
    'unknown-record',
    'image-missing',
    'no-project-open',
  ];
  if (missing.includes(code)) return 404;
  return code === 'internal' ? 500 : 422;
}
