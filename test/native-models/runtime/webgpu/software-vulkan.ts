import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { findBrowser } from '../../../find-browser.ts';

const driverFile = 'vk_swiftshader_icd.json';

/**
 * The folder of SwiftShader, the Vulkan driver in software that every Chromium brings along beside its binary, or null where there is none.
 * With it a GPU provider runs on any machine: slowly, but for real.
 */
export function findSoftwareVulkan(): string | null {
  if (process.platform !== 'linux') return null;
  const browser = findBrowser();
  const beside = browser === null ? [] : [path.dirname(realpathSync(browser))];
  const known = [
    ...beside,
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/opt/google/chrome',
    '/opt/microsoft/msedge',
  ];
  return (
    known.find(
      (folder) =>
        existsSync(path.join(folder, driverFile)) && existsSync(path.join(folder, 'libvulkan.so.1')),
    ) ?? null
  );
}

/** What a child process needs in its environment to find the driver. */
export function softwareVulkanEnvironment(folder: string): Record<string, string> {
  const driver = path.join(folder, driverFile);
  const libraries = [folder, process.env['LD_LIBRARY_PATH']]
    .filter((part) => part !== undefined && part !== '')
    .join(':');
  // Two names for one thing: the second is the older loader's.
  return { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraries };
}

/**
 * What a child process needs to find a driver that has 16-bit numbers, which SwiftShader has not: the one whose description (an ICD's .json)
 * PIXELLM_TEST_VULKAN names, or null. Mesa's driver in software will do, from 25.0 on; to 22.3, Debian 12's own, the runtime says that there is no adapter.
 */
export function halvesVulkanEnvironment(): Record<string, string> | null {
  const driver = process.env['PIXELLM_TEST_VULKAN'] ?? '';
  // Mesa spends minutes on optimising a single kernel.
  return driver === ''
    ? null
    : { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, GALLIVM_PERF: 'nopt', LP_NUM_THREADS: '1' };
}
