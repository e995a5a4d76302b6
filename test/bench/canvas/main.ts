import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeCrowdedProject } from './crowded-project.ts';
import { measureCanvas } from './measure-canvas.ts';
import { openApp } from './open-app.ts';
import { report } from './report.ts';

const usage = `Usage: npm run bench -- canvas [--width 7680] [--height 4320] [--targets 150] [--json]
Drives the built app in a real browser: a large picture under many masks, opened, panned, zoomed, painted on.`;

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  const request = parseRequest(argv);
  if (request === null) {
    console.error(usage);
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'pixellm-bench-'));
  try {
    console.error(
      `Writing a picture of ${request.width} x ${request.height} with ${request.targets} masks ...`,
    );
    const project = await writeCrowdedProject(folder, request);
    const app = await openApp({ project, folder, viewport: { width: 1600, height: 1000 } });
    try {
      const figures = await measureCanvas(app);
      console.log(request.asJson ? JSON.stringify(figures, null, 1) : report(figures));
    } finally {
      await app.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
}

function parseRequest(argv: readonly string[]): {
  readonly width: number;
  readonly height: number;
  readonly targets: number;
  readonly asJson: boolean;
} | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      width: { type: 'string', default: '7680' },
      height: { type: 'string', default: '4320' },
      targets: { type: 'string', default: '150' },
      json: { type: 'boolean', default: false },
    },
  });
  const [width, height, targets] = [values.width, values.height, values.targets].map(Number);
  const isWhole = (value: number | undefined): value is number => Number.isInteger(value) && (value ?? 0) > 0;
  if (!isWhole(width) || !isWhole(height) || !isWhole(targets)) return null;
  return { width, height, targets, asJson: values.json };
}
