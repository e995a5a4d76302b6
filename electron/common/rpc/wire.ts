/**
 * A two-way channel of messages: all that client and server know of how bytes travel. Messages are plain
 * data (what JSON carries, and Uint8Array) and arrive in order, whole, and after `send` returned.
 */
export interface Wire {
  /**
   * Does nothing once the wire is closed.
   * @throws AppError 'too-large' when the transport would refuse the message; plain Error when it is not plain data
   */
  send(message: unknown): void;
  /** Messages that came before the first listener are kept for it. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, whichever side closed; at once when the wire is closed already. */
  onClose(listener: () => void): void;
  close(): void;
}
