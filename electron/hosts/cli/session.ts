import type { Backend } from '../../backend/backend.ts';
import { type AppContract, contract } from '../../common/contract.ts';
import { type Client, createClient } from '../../common/rpc/client.ts';
import { memoryWirePair } from '../../common/rpc/memory-wire.ts';
import { createConnections } from '../connections.ts';
import { nodeHost } from '../node-host.ts';
import type { CommandContext } from './command.ts';

/** What a command sees of the app: the same contract as a window, inside this process. */
export type AppClient = Client<AppContract>;

/** Runs the command's work against a backend of its own, which is disposed of whatever happens. */
export async function withApp<T>(
  { createBackend, folders, version }: Pick<CommandContext, 'createBackend' | 'folders' | 'version'>,
  work: (client: AppClient) => Promise<T>,
): Promise<T> {
  const backend = await createBackend(nodeHost({ door: 'cli', folders, version, roots: null }));
  const client = connectInside(backend);
  try {
    return await work(client);
  } finally {
    client.close();
    await backend.dispose();
  }
}

/** A client in the same process as its backend; closing it ends all it started. */
export function connectInside(backend: Backend): AppClient {
  const connections = createConnections(backend);
  const [near, far] = memoryWirePair();
  connections.accept(far);
  const client = createClient(contract, near);
  client.onClose(() => connections.close());
  return client;
}
