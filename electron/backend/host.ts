import type { SpawnInference } from '../inference/inference-process.ts';

/** What a door gives the backend: where things are, and what only that door can do. */
export interface Host {
  readonly door: 'desktop' | 'browser' | 'cli';
  readonly version: string;
  /** Settings, converted models and caches. */
  readonly dataFolder: string;
  /** Where new projects go unless the person says otherwise. */
  readonly projectsFolder: string;
  /** Holds `assets/` and `native-models/bundled/`. */
  readonly resourcesFolder: string;
  /** Holds the built scripts that run beside the app: assist-worker.js, check-worker.js. */
  readonly bundlesFolder: string;
  /** Folders the person opened to this door; null where the person may read and write anywhere they could anyway (the command line). */
  readonly roots: readonly string[] | null;
  /** What the person gave to the page path by path: the desktop's dialogs and drops. Null where nobody gives anything. */
  readonly grants: Grants | null;
  /** True where a person will soon ask: the model of the settings is then loaded before anyone does. */
  readonly loadsModelAtStart: boolean;
  /** Null where the door has no dialogs of its own; the window then browses with files.list. */
  readonly showOpenDialog: ((request: OpenDialog) => Promise<readonly string[] | null>) | null;
  readonly showSaveDialog: ((request: SaveDialog) => Promise<string | null>) | null;
  readonly openExternal: ((url: string) => Promise<void>) | null;
  /** The system's keychain; left out or null where this door has none: keys then lie in a file that only its owner can read. */
  readonly keyVault?: KeyVault | null;
  /** Starts one process of electron/inference/inference.ts. */
  readonly startInferenceProcess: SpawnInference;
}

/** Paths that the person gave to the page themselves: each stands for itself and, where it is a folder, for what lies in it. */
export interface Grants {
  add(path: string): void;
  all(): Iterable<string>;
}

export interface OpenDialog {
  readonly title: string;
  readonly want: 'images' | 'folder' | 'project' | 'annotations' | 'json' | 'results' | 'model' | 'graph';
  readonly multiple: boolean;
  /** The connection that asks, so that the dialog belongs to its window. */
  readonly connection: string;
}

export interface SaveDialog {
  readonly title: string;
  readonly suggestedName: string;
  readonly extension: string | null;
  readonly connection: string;
}

/** The system's keychain: what it encrypts only this account can read. */
export interface KeyVault {
  isAvailable(): boolean;
  encrypt(text: string): Uint8Array;
  decrypt(data: Uint8Array): string;
}
