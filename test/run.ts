import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrInstallBrowser } from './find-browser.ts';

/**
 * `npm test`: everything, in order - unit, contract, store and parity tests (vitest), then the whole app in a real
 * browser (Playwright). Without a browser the rest still runs and the last lines say what was skipped and how to get it;
 * in CI that counts as a failure.
 */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const reports = mkdtempSync(join(tmpdir(), 'pixellm-test-'));
const executable = (name: string): string =>
  join('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

function run(command: string, args: readonly string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
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
  const code = await run(
    executable('vitest'),
    [...args, ...filters],
    browser ? { PIXELLM_BROWSER: browser } : {},
  );
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

async function runEndToEnd(browser: string): Promise<Tally> {
  const report = join(reports, 'playwright.json');
  const code = await run(
    executable('playwright'),
    ['test', '-c', 'test/e2e/playwright.config.ts', '--reporter=list,json'],
    { PIXELLM_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
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
  const unit = await runVitest(browser, filters);
  const whole =
    browser !== null && filters.length === 0
      ? await runEndToEnd(browser)
      : { passed: 0, failed: 0, skipped: 0 };
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
