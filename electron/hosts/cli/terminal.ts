import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { shownJson, shownText } from './shown-text.ts';

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
  // Colours are put in after everything else was made harmless. Their places are marked by what no text can guess.
  const colours = new Map<string, string>();
  const secret = randomUUID();
  const colourMark = new RegExp(`\uE000${secret}:(\\d+)\uE000`, 'gu');
  const printed = (text: string): string =>
    shownText(text).replaceAll(colourMark, (_, index: string) => colours.get(index) ?? '');
  const write = (text: string): void => {
    clearProgress();
    if (!isJson) out.write(printed(text));
  };
  return {
    isJson,
    write,
    line: (text = '') => write(`${text}\n`),
    result(value) {
      clearProgress();
      if (isJson) out.write(`${shownJson(value)}\n`);
    },
    warn(sentence) {
      clearProgress();
      err.write(`${shownText(sentence)}\n`);
    },
    progress(news) {
      if (!showsProgress) return;
      err.write(clearLine + shownText(progressText(news)));
      isProgressShown = true;
    },
    coloured(text, colour) {
      const [red, green, blue] = [1, 3, 5].map((start) =>
        Number.parseInt(colour.slice(start, start + 2), 16),
      );
      if (!hasColour) return text;
      const index = String(colours.size);
      colours.set(index, `\u001B[38;2;${red};${green};${blue}m${shownText(text)}\u001B[39m`);
      return `\uE000${secret}:${index}\uE000`;
    },
  };
}

function progressText({ stage, done, total }: Progress): string {
  if (total === null || total === 0) return `${stage} ...`;
  return `${stage} ${Math.floor((100 * done) / total)} %`;
}
