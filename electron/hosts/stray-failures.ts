/**
 * A promise that failed with nobody listening is a bug of ours, but one window's bug: by Node's own rule it would end the door with
 * every window and every answer under way. It is said aloud and the door stays open; what is thrown outside a promise still ends it.
 *
 * @param say where the person who started the app can read it
 * @returns what ends the watch
 */
export function outliveStrayFailures(say: (sentence: string) => void): () => void {
  const tell = (reason: unknown): void => {
    const facts = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    say(`A fault inside the app was passed over; please report it: ${facts}`);
  };
  process.on('unhandledRejection', tell);
  return () => void process.off('unhandledRejection', tell);
}
