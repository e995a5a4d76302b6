import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { parseArguments } from '../../../../electron/hosts/cli/arguments.ts';
import { askCommand } from '../../../../electron/hosts/cli/ask.ts';
import { createTerminal } from '../../../../electron/hosts/cli/terminal.ts';

const hostile = 'cat\u001B]0;owned\u0007\u001B[2J\r\u009B31mred\u202Egnp.exe';

async function printed(
  print: (terminal: ReturnType<typeof createTerminal>) => void,
  { isJson = false, isTTY = true } = {},
): Promise<{ readonly out: string; readonly err: string }> {
  const streams = {
    out: Object.assign(new PassThrough(), { isTTY }),
    err: Object.assign(new PassThrough(), { isTTY }),
  };
  const read = [text(streams.out), text(streams.err)] as const;
  print(createTerminal(streams, { isJson, environment: {} }));
  streams.out.end();
  streams.err.end();
  return { out: await read[0], err: await read[1] };
}

test('what a terminal would obey in a name, a card or an error is shown instead', async () => {
  const { out, err } = await printed((terminal) => {
    terminal.line(hostile);
    terminal.write(hostile);
    terminal.warn(hostile);
  });
  const shown = 'cat\\x1b]0;owned\\x07\\x1b[2J\\x0d\\x9b31mred\\u202egnp.exe';
  expect({ out, err }).toEqual({ out: `${shown}\n${shown}`, err: `${shown}\n` });
});

test('our own colours are still colours, around text that is harmless', async () => {
  const { out } = await printed((terminal) =>
    terminal.line(`${terminal.coloured('\u001B[1mx', '#ff8000')} ok`),
  );
  expect(out).toBe('\u001B[38;2;255;128;0m\\x1b[1mx\u001B[39m ok\n');
});

test('JSON reads back as it was, and holds nothing a terminal obeys', async () => {
  const { out } = await printed((terminal) => terminal.result({ name: hostile }), { isJson: true });
  expect(JSON.parse(out)).toEqual({ name: hostile });
  expect(out).not.toMatch(/[^\P{Cc}\n]|[\u202A-\u202E]/u);
});

test.each([
  [['--threshold', '-1'], -1],
  [['--threshold', '-.5'], -0.5],
  [['--threshold=-1'], -1],
  [['--threshold', '2'], 2],
])('a threshold below zero is a number, not an option: %j', (words, threshold) => {
  const input = parseArguments(askCommand, ['photo.png', 'What?', ...words], '/');
  expect(input.number('threshold', { min: -50, max: 50 })).toBe(threshold);
  expect(input.positionals).toEqual(['photo.png', 'What?']);
});

test('what follows two dashes is never an option’s value', () => {
  const input = parseArguments(askCommand, ['--json', '--', 'photo.png', '-1'], '/');
  expect(input.positionals).toEqual(['photo.png', '-1']);
});
