import { onTestFinished, vi } from 'vitest';
import { contract } from '../../electron/common/contract.ts';
import { createClient } from '../../electron/common/rpc/client.ts';
import { memoryWirePair } from '../../electron/common/rpc/memory-wire.ts';
import { serve } from '../../electron/common/rpc/server.ts';
import { type StudioClient, useClient } from '../../renderer/store/client.ts';
import { followBackend } from '../../renderer/store/follow.ts';
import { reopenProject } from '../../renderer/store/project.ts';
import { initialStudio, useStudio } from '../../renderer/store/studio.ts';
import type { ScriptedStudio } from './scripted-studio.ts';

/** The window's store over the real client and contract, without a page; its project is open when this returns. */
export async function aWindow(
  studio: ScriptedStudio,
): Promise<{ readonly client: StudioClient; disconnect(): void }> {
  vi.stubGlobal('localStorage', memoryStorage());
  const [near, far] = memoryWirePair();
  const connection = serve(contract, studio.backend.handlers, far, { connection: 'window-1' });
  const stop = studio.backend.onPush((name, payload) => connection.push(name, payload));
  const client = createClient(contract, near);
  useStudio.setState(initialStudio, true);
  useClient(client);
  followBackend(client, () => undefined);
  await reopenProject();
  const disconnect = (): void => {
    stop();
    connection.close();
  };
  onTestFinished(() => {
    disconnect();
    useClient(null);
    vi.unstubAllGlobals();
  });
  return { client, disconnect };
}

/** Long enough for messages in memory to arrive: they take one turn of the event loop each way. */
export async function delivered(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

function memoryStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}
