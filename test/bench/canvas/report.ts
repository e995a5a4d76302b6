import type { CanvasFigures, Moves, Repeated } from './measure-canvas.ts';
import type { Measured, Spread } from './measure.ts';

/** A line of the report: what was measured, the figure, and what it may cost. */
interface Line {
  readonly what: string;
  readonly figure: string;
  readonly budget: string;
  readonly isWithin: boolean | null;
}

/**
 * The budgets and what was found. "Work" is the app's own time per event with its frame, by the clock; "processor"
 * is what the page's main thread used per event, painting included, and after an edit all panels too.
 */
export function report(figures: CanvasFigures): string {
  const lines = [
    line('open, tiles never made before', `${ms(figures.openFirstMs)}`, null),
    line('open', ms(figures.openAgainMs), { words: '< 2000 ms', isWithin: figures.openAgainMs < 2_000 }),
    ...movesLines('fitted', figures.atFit),
    ...movesLines('100 %', figures.at100),
    ...memoryLines(figures),
  ];
  const widths = [
    Math.max(...lines.map(({ what }) => what.length)),
    Math.max(...lines.map(({ figure }) => figure.length)),
  ];
  const rows = lines.map(({ what, figure, budget, isWithin }) => {
    const verdict = isWithin === null ? '' : isWithin ? 'ok' : 'OVER';
    return `${what.padEnd(widths[0] ?? 0)}  ${figure.padEnd(widths[1] ?? 0)}  ${budget.padEnd(12)} ${verdict}`.trimEnd();
  });
  return [`Canvas in a real browser, drawing by the processor (${figures.processors} cores)`, ...rows].join(
    '\n',
  );
}

function movesLines(where: string, moves: Moves): readonly Line[] {
  return [
    frameLine(`pan, ${where}`, moves.pan),
    frameLine(`zoom, ${where}`, moves.zoom),
    line(
      `brush, ${where}: work per event`,
      `${spread(moves.brush.work)}; processor ${moves.brush.processor.toFixed(1)} ms`,
      {
        words: 'p95 <= 16',
        isWithin: moves.brush.work.p95 <= 16,
      },
    ),
    line(`brush, ${where}: event to frame`, spread(moves.brush.shown), null),
    workLine(`end of stroke, ${where}`, moves.commit, 30),
    workLine(`undo, ${where}`, moves.undo, 30),
    workLine(`redo, ${where}`, moves.redo, 30),
    workLine(`opacity, ${where}`, once(moves.opacity), 16),
    workLine(`hide masks, ${where}`, once(moves.hide), 16),
  ];
}

function memoryLines({ memory }: CanvasFigures): readonly Line[] {
  if (memory === null) return [];
  const words = `page ${memory.page.toFixed(0)}, rest of the browser ${memory.restOfBrowser.toFixed(0)}, server ${memory.server.toFixed(0)} MB`;
  const all = memory.page + memory.restOfBrowser + memory.server;
  return [line('memory', words, { words: '< 1500 MB', isWithin: all < 1_500 })];
}

function frameLine(what: string, { frames, work, processor }: Measured): Line {
  const rate = frames.median === 0 ? 0 : 1_000 / frames.median;
  const figure = `${rate.toFixed(0)} fps (95 % of frames within ${frames.p95.toFixed(0)} ms), work ${spread(work)}; processor ${processor.toFixed(1)} ms`;
  return line(what, figure, { words: '>= 50 fps', isWithin: rate >= 50 });
}

function once({ work, processor }: Measured): Repeated {
  return { work, processor: { count: 1, median: processor, p95: processor, largest: processor } };
}

function workLine(what: string, { work, processor }: Repeated, largest: number): Line {
  return line(what, `${spread(work)}; processor ${processor.median.toFixed(1)} ms`, {
    words: `<= ${largest} ms`,
    isWithin: work.median <= largest,
  });
}

function line(
  what: string,
  figure: string,
  budget: { readonly words: string; readonly isWithin: boolean } | null,
): Line {
  return { what, figure, budget: budget?.words ?? '', isWithin: budget?.isWithin ?? null };
}

function spread({ median, p95, largest }: Spread): string {
  return `median ${median.toFixed(1)}, p95 ${p95.toFixed(1)}, most ${largest.toFixed(1)} ms`;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
