import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../common/errors.ts';
import { aloneOn, clearUnfinished } from '../app/alone-on.ts';
import { openJsonFile } from '../app/json-file.ts';
import { readIfThere, writeWhole } from '../app/whole-file.ts';
import type { KeyVault } from '../host.ts';
import { baseUrlOf } from './endpoint.ts';

const settings = z.object({
  baseUrl: z.string(),
  model: z.string(),
  vision: z.boolean(),
});
type Settings = z.infer<typeof settings>;

export interface EndpointInfo extends Settings {
  /** Where its key lies; null without one. */
  readonly key: 'keychain' | 'file' | 'environment' | null;
}

/** The endpoint a person set up, and its key. Keys lie in the keychain, in a file only its owner can read, or in PIXELLM_API_KEY; nowhere else. */
export interface EndpointStore {
  /** Null while none was set up. */
  info(): Promise<EndpointInfo | null>;
  /**
   * @param key null keeps the key that is there, as long as the address is of the same server; '' forgets it
   * @throws AppError 'bad-input' for an address that is none
   */
  set(endpoint: Settings, key: string | null): Promise<EndpointInfo>;
  forget(): Promise<void>;
  /** A key for this server until the process ends. */
  lend(baseUrl: string, key: string): void;
  /** The key for this address, and for no other server. @throws AppError 'file-not-readable' for a key file that others can read */
  keyFor(baseUrl: string): Promise<string | null>;
}

/** Server -> key. */
const keyring = z.record(z.string(), z.string());

export async function createEndpointStore(options: {
  readonly dataFolder: string;
  readonly vault: KeyVault | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<EndpointStore> {
  const { dataFolder, environment } = options;
  const file = await openJsonFile(join(dataFolder, 'endpoint.json'), settings.nullable(), null);
  const lent = new Map<string, string>();
  const keys = await openKeyFile(dataFolder, options.vault);

  const keyFor = async (baseUrl: string): Promise<string | null> =>
    lent.get(serverOf(baseUrl)) ??
    (environment['PIXELLM_API_KEY'] || undefined) ??
    (await keys.read())[serverOf(baseUrl)] ??
    null;
  const info = async (): Promise<EndpointInfo | null> => {
    const set = file.read();
    if (!set) return null;
    if (environment['PIXELLM_API_KEY']) return { ...set, key: 'environment' };
    const isKept = (await keys.read())[serverOf(set.baseUrl)] !== undefined;
    return { ...set, key: isKept ? keys.kind : null };
  };
  const putKey = (baseUrl: string, key: string): Promise<void> =>
    keys.change((all) => {
      const { [serverOf(baseUrl)]: _, ...others } = all;
      return key === '' ? others : { ...others, [serverOf(baseUrl)]: key };
    });

  return {
    info,
    keyFor,
    async set(endpoint, key) {
      const baseUrl = baseUrlOf(endpoint.baseUrl);
      if (key !== null) await putKey(baseUrl, key.trim());
      await file.change(() => ({ ...endpoint, baseUrl }));
      // What was just written is there.
      return (await info()) as EndpointInfo;
    },
    lend: (baseUrl, key) => void lent.set(serverOf(baseUrlOf(baseUrl)), key),
    async forget() {
      const set = file.read();
      if (set) await putKey(set.baseUrl, '');
      await file.change(() => null);
    },
  };
}

function serverOf(baseUrl: string): string {
  return new URL(baseUrl).origin;
}

async function openKeyFile(dataFolder: string, vault: KeyVault | null) {
  const isVaulted = vault?.isAvailable() === true;
  const path = join(dataFolder, isVaulted ? 'endpoint-keys.bin' : 'endpoint-keys.json');
  await clearUnfinished(path); // half a file may hold a key
  const read = async (): Promise<Record<string, string>> => {
    const data = await readIfThere(path);
    if (data === null) return {}; // no key was ever kept
    if (!isVaulted) await checkPrivate(path);
    const text = isVaulted ? decrypted(vault, data) : data.toString('utf8');
    return keyring.catch({}).parse(parsed(text));
  };
  const write = (keys: Readonly<Record<string, string>>): Promise<void> => {
    if (Object.keys(keys).length === 0) return rm(path, { force: true });
    const text = JSON.stringify(keys);
    return writeWhole(path, isVaulted ? vault.encrypt(text) : text);
  };
  return {
    kind: isVaulted ? ('keychain' as const) : ('file' as const),
    read,
    /** Of two doors on one data folder neither loses the other's keys. */
    change: (work: (keys: Readonly<Record<string, string>>) => Readonly<Record<string, string>>) =>
      aloneOn(path, async () => write(work(await read()))),
  };
}

function decrypted(vault: KeyVault, data: Uint8Array): string {
  try {
    return vault.decrypt(data);
  } catch {
    // Another account's or another machine's: there is no key here then, and the endpoint will say that it wants one.
    return '{}';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}

/** @throws AppError 'file-not-readable' where other accounts can read it too */
export async function checkPrivate(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return;
  throw new AppError(
    'file-not-readable',
    `Other accounts can read ${path}, where a key lies. Make it private (chmod 600) first.`,
    { path },
  );
}
