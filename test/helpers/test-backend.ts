import type {
  AssetResponse,
  Backend,
  Caller,
  Download,
  PushListener,
} from '../../electron/backend/backend.ts';
import { type AppContract, contract } from '../../electron/common/contract.ts';
import { AppError } from '../../electron/common/errors.ts';
import type { Handlers } from '../../electron/common/rpc/handlers.ts';

type AppHandlers = Handlers<AppContract, Caller>;

/** A backend for tests of the doors: the handlers the test wrote; the others refuse. Notes what doors tell it. */
export interface TestBackend extends Backend {
  readonly push: PushListener;
  readonly released: string[];
  readonly assetRequests: string[];
  disposals: number;
}

export function aTestBackend(
  parts: Partial<AppHandlers> & {
    readonly downloads?: Readonly<Record<string, Download>>;
    readonly asset?: (path: string) => AssetResponse;
  } = {},
): TestBackend {
  const { downloads = {}, asset = noAsset, ...written } = parts;
  const listeners = new Set<PushListener>();
  const refuse = (): never => {
    throw new AppError('no-project-open', 'The test wrote no handler for this.');
  };
  const names = Object.keys(contract).filter((name) => contract[name as keyof AppContract].kind !== 'push');
  const handlers = { ...Object.fromEntries(names.map((name) => [name, refuse])), ...written };
  const left = new Map(Object.entries(downloads));

  const backend: TestBackend = {
    // Holds because every call and stream of the contract has an entry; those that only refuse fit any type.
    handlers: handlers as unknown as AppHandlers,
    released: [],
    assetRequests: [],
    disposals: 0,
    push: (name, payload) => {
      for (const listener of listeners) listener(name, payload);
    },
    onPush(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    releaseConnection: (connection) => void backend.released.push(connection),
    async respondToAsset(pathAndQuery) {
      backend.assetRequests.push(pathAndQuery);
      return asset(pathAndQuery);
    },
    async takeDownload(token) {
      const download = left.get(token) ?? null;
      left.delete(token);
      return download;
    },
    async dispose() {
      backend.disposals += 1;
    },
  };
  return backend;
}

function noAsset(): AssetResponse {
  return { status: 404, headers: {}, body: null };
}
