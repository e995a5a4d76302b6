import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Connections that have shown nothing yet; a browser opens six at once. */
const mostStrangers = 64;
/** All connections, so that files and projects keep descriptors of their own where a process has 1,024. */
const mostConnections = 512;

/**
 * Holds back those who connect and never say who they are. Past the limit the one that has said nothing for longest is cut off, so that
 * whoever fills the limit crowds out themselves and not the person whose app this is.
 *
 * @returns what to call for a connection that showed it belongs
 */
export function limitStrangers(server: Server): (connection: Duplex) => void {
  server.maxConnections = mostConnections;
  // A Set keeps the order of insertion: its first is the oldest.
  const strangers = new Set<Duplex>();
  server.on('connection', (connection) => {
    strangers.add(connection);
    connection.once('close', () => strangers.delete(connection));
    const [oldest] = strangers;
    if (strangers.size > mostStrangers) oldest?.destroy();
  });
  return (connection) => strangers.delete(connection);
}
