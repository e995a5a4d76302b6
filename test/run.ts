import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrInstallBrowser } from './find-browser.ts';

/**
 * `npm test`: everything - unit, contract, store and parity tests (vitest), and beside them the whole app in a real browser
 * (Playwright), which mostly waits and is told of when vitest is done. Without a browser the rest still runs and the last lines say
 * what was skipped and how to get it; in CI that counts as a failure.
 */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const reports = mkdtempSync(join(tmpdir(), 'pixellm-test-'));
const executable = (name: string): string =>
  join('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

/** @param hear  gets what it prints, on either stream; what is printed goes straight on where it is left out */
function run(
  command: string,
  args: readonly string[],
  { env, hear }: { readonly env: Record<string, string>; readonly hear?: (chunk: Buffer) => void },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const output = hear ? 'pipe' : 'inherit';
    const child = spawn(command, args, {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    if (hear) {
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
    }
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function readJson(file: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {}; // the runner died before it wrote its report: its exit code says so
  }
}

const numberIn = (report: Record<string, unknown>, key: string): number =>
  typeof report[key] === 'number' ? report[key] : 0;

async function runVitest(browser: string | null, filters: readonly string[]): Promise<Tally> {
  const report = join(reports, 'vitest.json');
  const args = [
    'run',
    '-c',
    'test/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const code = await run(executable('vitest'), [...args, ...filters], {
    env: browser ? { PIXELLM_BROWSER: browser } : {},
  });
  const summary = readJson(report);
  const failed = numberIn(summary, 'numFailedTests') + filesThatDidNotRun(summary);
  return {
    passed: numberIn(summary, 'numPassedTests'),
    failed: code === 0 ? 0 : Math.max(1, failed),
    skipped: numberIn(summary, 'numPendingTests') + numberIn(summary, 'numTodoTests'),
  };
}

/** Files that failed without one of their tests failing: they could not be read, or threw outside a test. */
function filesThatDidNotRun(summary: Record<string, unknown>): number {
  const files = (summary['testResults'] ?? []) as {
    status: string;
    assertionResults: { status: string }[];
  }[]; // vitest's JSON reporter
  return files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
}

/** @param hear  as `run`'s */
async function runEndToEnd(browser: string, hear: (chunk: Buffer) => void): Promise<Tally> {
  const report = join(reports, 'playwright.json');
  const code = await run(
    executable('playwright'),
    ['test', '-c', 'test/e2e/playwright.config.ts', '--reporter=list,json'],
    { env: { PIXELLM_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report }, hear },
  );
  const stats = (readJson(report)['stats'] ?? {}) as Record<string, unknown>;
  const failed = numberIn(stats, 'unexpected');
  return {
    passed: numberIn(stats, 'expected') + numberIn(stats, 'flaky'),
    failed: code === 0 ? failed : Math.max(1, failed),
    skipped: numberIn(stats, 'skipped'),
  };
}

async function main(filters: readonly string[]): Promise<number> {
  const browser = findOrInstallBrowser();
  const none: Tally = { passed: 0, failed: 0, skipped: 0 };
  const told: Buffer[] = [];
  const endToEnd =
    browser !== null && filters.length === 0
      ? runEndToEnd(browser, (chunk) => told.push(chunk))
      : Promise.resolve(none);
  const unit = await runVitest(browser, filters);
  const whole = await endToEnd;
  process.stdout.write(Buffer.concat(told));
  rmSync(reports, { recursive: true, force: true });
  const mustHaveBrowser = process.env['CI'] !== undefined && browser === null;
  const total = {
    passed: unit.passed + whole.passed,
    failed: unit.failed + whole.failed + (mustHaveBrowser ? 1 : 0),
    skipped: unit.skipped + whole.skipped,
  };
  if (browser === null) {
    console.log(
      '\nThe browser tests were SKIPPED: no Chrome, Chromium or Edge was found and none could be fetched.',
    );
    console.log(
      'To run them: install one (Debian: apt-get install chromium) or set PIXELLM_BROWSER=/path/to/it.',
    );
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
