import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { softwareVulkanEnvironment } from './software-vulkan.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const longestMs = 30 * 60_000;

/**
 * Runs a script in a process of its own, because the driver must be in the environment before the process starts.
 *
 * @param driver  SwiftShader's folder
 * @returns what it wrote to its standard error: the runtime's log
 */
export async function runOnSoftwareVulkan(
  script: string,
  args: readonly string[],
  driver: string,
): Promise<string> {
  return runWithVulkan(script, args, softwareVulkanEnvironment(driver));
}

/** The same with another driver. */
export async function runWithVulkan(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  // Inside the project, so that the packages it leaves outside are found; node_modules is not under version control.
  const folder = await mkdtemp(path.join(root, 'node_modules', '.webgpu-test-'));
  try {
    const file = path.join(folder, 'script.mjs');
    await build({
      input: script,
      platform: 'node',
      external: /^(?![./]|[a-z]:[\\/])/iu,
      logLevel: 'silent',
      output: { file, format: 'esm', codeSplitting: false },
    });
    const env = { ...process.env, ...environment };
    const { stderr } = await promisify(execFile)(process.execPath, [file, ...args], {
      env,
      maxBuffer: 2 ** 28,
      timeout: longestMs,
    });
    return stderr;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
