import type { Writable } from 'node:stream';

/** Where a command speaks: text for people on stdout, or one JSON value; news of a long job on stderr. */
export interface Terminal {
  readonly isJson: boolean;
  /** Text as it comes, for an answer that streams. Silent with --json. */
  write(text: string): void;
  line(text?: string): void;
  /** What --json prints; silent without it. */
  result(value: unknown): void;
  /** Something the person should know although the command goes on. */
  warn(sentence: string): void;
  progress(news: Progress): void;
  /** The text in this colour where the terminal shows colours. */
  coloured(text: string, colour: string): string;
}

export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}

export interface TerminalStreams {
  readonly out: Writable & { readonly isTTY?: boolean };
  readonly err: Writable & { readonly isTTY?: boolean };
}

const clearLine = '\r\u001B[K';

export function createTerminal(
  { out, err }: TerminalStreams,
  { isJson, environment }: { isJson: boolean; environment: NodeJS.ProcessEnv },
): Terminal {
  const hasColour = out.isTTY === true && !isJson && !environment['NO_COLOR'];
  const showsProgress = err.isTTY === true && !isJson;
  let isProgressShown = false;

  const clearProgress = (): void => {
    if (isProgressShown) err.write(clearLine);
    isProgressShown = false;
  };
  const write = (text: string): void => {
    clearProgress();
    if (!isJson) out.write(text);
  };
  return {
    isJson,
    write,
    line: (text = '') => write(`${text}\n`),
    result(value) {
      clearProgress();
      if (isJson) out.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    warn(sentence) {
      clearProgress();
      err.write(`${sentence}\n`);
    },
    progress(news) {
      if (!showsProgress) return;
      err.write(clearLine + progressText(news));
      isProgressShown = true;
    },
    coloured(text, colour) {
      const [red, green, blue] = [1, 3, 5].map((start) =>
        Number.parseInt(colour.slice(start, start + 2), 16),
      );
      return hasColour ? `\u001B[38;2;${red};${green};${blue}m${text}\u001B[39m` : text;
    },
  };
}

function progressText({ stage, done, total }: Progress): string {
  if (total === null || total === 0) return `${stage} ...`;
  return `${stage} ${Math.floor((100 * done) / total)} %`;
}
