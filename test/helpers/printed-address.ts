import type { ChildProcess } from 'node:child_process';

const startSeconds = 60;

/**
 * The address `pixellm serve` prints once it listens, token included.
 *
 * @throws Error with what was printed, when the server ends or says nothing within a minute
 */
export function printedAddress(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(
      () => reject(new Error(`No address within ${startSeconds} s: ${printed}`)),
      startSeconds * 1000,
    );
    server.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /http:\/\/\S+/u.exec(printed);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[0]);
    });
    server.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with ${code}: ${printed}`));
    });
  });
}
