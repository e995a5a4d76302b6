import { chmod, readFile, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createEndpointStore,
  type EndpointStore,
} from '../../../../electron/backend/endpoint/endpoint-store.ts';
import type { KeyVault } from '../../../../electron/backend/host.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const endpoint = { baseUrl: 'https://api.example.com', model: 'm', vision: false };

/** Turns every byte over: what is on the disk is not the text. */
const vault: KeyVault = {
  isAvailable: () => true,
  encrypt: (text) => Buffer.from(text).map((byte) => byte ^ 0xff),
  decrypt: (data) => Buffer.from(data.map((byte) => byte ^ 0xff)).toString(),
};

async function everythingIn(folder: string): Promise<string> {
  const names = await readdir(folder);
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}

test('with a keychain the key is on the disk in its form alone, and found again by the next start', async () => {
  const dataFolder = await temporaryFolder();
  const store = await createEndpointStore({ dataFolder, vault, environment: {} });
  expect(await store.set(endpoint, 'sk-secret')).toEqual({
    ...endpoint,
    baseUrl: 'https://api.example.com/v1',
    key: 'keychain',
  });
  expect(await everythingIn(dataFolder)).not.toContain('sk-secret');
  const again = await createEndpointStore({ dataFolder, vault, environment: {} });
  expect(await again.keyFor('https://api.example.com/v1')).toBe('sk-secret');
});

test.skipIf(process.platform === 'win32')(
  'without one it lies in a file that only its owner can read, and one that others can read is refused',
  async () => {
    const dataFolder = await temporaryFolder();
    const store = await createEndpointStore({ dataFolder, vault: null, environment: {} });
    expect((await store.set(endpoint, 'sk-secret')).key).toBe('file');
    const path = join(dataFolder, 'endpoint-keys.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await chmod(path, 0o644);
    await expect(store.keyFor(endpoint.baseUrl)).rejects.toMatchObject({ code: 'file-not-readable' });
  },
);

test('a key goes to its own server and to no other', async () => {
  const dataFolder = await temporaryFolder();
  const store = await createEndpointStore({ dataFolder, vault: null, environment: {} });
  await store.set(endpoint, 'sk-secret');
  expect(await store.keyFor('https://evil.example.com/v1')).toBeNull();
  expect((await store.set({ ...endpoint, baseUrl: 'http://127.0.0.1:11434' }, null)).key).toBeNull();
  expect((await store.set({ ...endpoint, model: 'other' }, null)).key).toBe('file');
  expect((await store.set(endpoint, '')).key).toBeNull();
});

test('forgetting the endpoint forgets its key', async () => {
  const dataFolder = await temporaryFolder();
  const store = await createEndpointStore({ dataFolder, vault: null, environment: {} });
  await store.set(endpoint, 'sk-secret');
  await store.forget();
  expect(await store.info()).toBeNull();
  expect(await store.keyFor(endpoint.baseUrl)).toBeNull();
  expect(await everythingIn(dataFolder)).not.toContain('sk-secret');
});

test('two doors on one data folder keep the keys that each of them is given', async () => {
  const dataFolder = await temporaryFolder();
  const servers = Array.from({ length: 6 }, (_, index) => `https://api${index}.example.com`);
  const open = (): Promise<EndpointStore> =>
    createEndpointStore({ dataFolder, vault: null, environment: {} });
  const doors = await Promise.all(servers.map(async (baseUrl) => ({ baseUrl, store: await open() })));
  await Promise.all(
    doors.map(({ baseUrl, store }, index) => store.set({ ...endpoint, baseUrl }, `sk-${index}`)),
  );
  const later = await open();
  expect(await Promise.all(servers.map((baseUrl) => later.keyFor(baseUrl)))).toEqual(
    servers.map((_, index) => `sk-${index}`),
  );
});

test.skipIf(process.platform === 'win32')(
  'keys that are there and cannot be read are not taken for none and written over',
  async () => {
    const dataFolder = await temporaryFolder();
    const path = join(dataFolder, 'endpoint-keys.json');
    await symlink('endpoint-keys.json', path); // a link to itself: not even the all-powerful account reads it
    const store = await createEndpointStore({ dataFolder, vault: null, environment: {} });
    await expect(store.set(endpoint, 'sk-secret')).rejects.toMatchObject({ code: 'file-not-readable' });
    expect(await readlink(path)).toBe('endpoint-keys.json');
  },
);

test('a key in the half file of a killed process does not stay on the disk', async () => {
  const dataFolder = await temporaryFolder();
  await writeFile(join(dataFolder, 'endpoint-keys.json.partial'), '{"https://api.example.com":"sk-secret"');
  await createEndpointStore({ dataFolder, vault: null, environment: {} });
  expect(await readdir(dataFolder)).toEqual([]);
});

test('a lent key and one of the environment are kept nowhere', async () => {
  const dataFolder = await temporaryFolder();
  const environment = { PIXELLM_API_KEY: 'sk-env' };
  const store = await createEndpointStore({ dataFolder, vault: null, environment });
  expect((await store.set(endpoint, null)).key).toBe('environment');
  store.lend('https://api.example.com', 'sk-lent');
  expect(await store.keyFor('https://api.example.com/v1')).toBe('sk-lent');
  expect(await everythingIn(dataFolder)).not.toMatch(/sk-(?:env|lent)/u);
});
