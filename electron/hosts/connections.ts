import { randomUUID } from 'node:crypto';
import type { Backend } from '../backend/backend.ts';
import { type AppContract, contract } from '../common/contract.ts';
import { type Connection, serve } from '../common/rpc/server.ts';
import type { Wire } from '../common/rpc/wire.ts';

/** The windows (or the command line) connected to one backend, whatever their transport. */
export interface Connections {
  readonly count: number;
  /** Serves the backend on this wire until it closes. */
  accept(wire: Wire): AcceptedConnection;
  /** Ends every connection; the backend itself goes on. */
  close(): void;
}
export interface AcceptedConnection extends Connection<AppContract> {
  /** The name by which handlers know it. */
  readonly id: string;
}

export function createConnections(backend: Backend): Connections {
  const open = new Map<string, Connection<AppContract>>();
  const stopPushes = backend.onPush((name, payload) => {
    for (const connection of open.values()) connection.push(name, payload);
  });

  return {
    get count() {
      return open.size;
    },
    accept(wire) {
      const id = randomUUID();
      const connection = serve(contract, backend.handlers, wire, { connection: id });
      open.set(id, connection);
      wire.onClose(() => {
        open.delete(id);
        backend.releaseConnection(id);
      });
      return { id, ...connection };
    },
    close() {
      stopPushes();
      for (const connection of open.values()) connection.close();
    },
  };
}
