/** One running inference process, whichever way the door starts it (fork, utilityProcess). */
export interface InferenceProcess {
  /** Its number, where the door knows it at once: what it leaves unfinished carries it in its name. */
  readonly pid?: number | undefined;
  /** Structured clone: typed arrays arrive as typed arrays. A message to a process that has ended is dropped. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also when the process could not be started at all (then code and signal are null). */
  onExit(listener: (exit: InferenceExit) => void): void;
  /** Ends it at once (SIGKILL where there is one); onExit follows. */
  kill(): void;
}

export interface InferenceExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export type SpawnInference = () => InferenceProcess;
