import type { AppContract } from '../common/contract.ts';
import type { PayloadOf, PushName } from '../common/messages.ts';
import type { Handlers } from '../common/rpc/handlers.ts';

/** What a door knows of a connection: the backend keeps which project each one has open by it. */
export interface Caller {
  readonly connection: string;
}

export type PushListener = <N extends PushName<AppContract>>(
  name: N,
  payload: PayloadOf<AppContract[N]>,
) => void;

/** The app's brain, the same behind every door. */
export interface Backend {
  readonly handlers: Handlers<AppContract, Caller>;
  /** Hears every push; returns what stops it. Doors send each push to every window. */
  onPush(listener: PushListener): () => void;
  /** A door calls this when a connection has ended, so that a project nobody looks at may be closed. */
  releaseConnection(connection: string): void;
  /** Answers the GET addresses of common/asset-urls.ts: `assets/tile/...?v=...`. Never throws. */
  respondToAsset(pathAndQuery: string, signal: AbortSignal): Promise<AssetResponse>;
  /** The result of an export that was asked for as a download: once, then it is gone. */
  takeDownload(token: string): Promise<Download | null>;
  /** Ends jobs, the inference process and the projects. Everything acknowledged is on disk. */
  dispose(): Promise<void>;
}

export interface AssetResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

export interface Download {
  /** File name for the person. */
  readonly name: string;
  readonly path: string;
  /** Deletes the file; call it once it was sent. */
  dispose(): Promise<void>;
}
