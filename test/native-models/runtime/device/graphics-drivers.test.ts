import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  graphicsFingerprint,
  nvidiaDriver,
  vulkanDrivers,
} from '../../../../native-models/runtime/device/graphics-drivers.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

async function put(root: string, file: string, content: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), content);
}

const driver = (library: string): string =>
  JSON.stringify({ ICD: { library_path: library, api_version: '1.3' } });

/** The first bytes of a library for programs of 64 bits, which asks for no others. */
const aLibrary = '\u007fELF\u0002'.padEnd(64, '\0');

test('what the loader could not load is no driver: a library that is cut off, or one for programs of 32 bits', async () => {
  const root = await temporaryFolder();
  for (const content of ['', 'hello', '\u007fELF\u0001'.padEnd(64, '\0')]) {
    await put(root, 'usr/lib/libvulkan_lvp.so', content);
    await put(root, 'usr/share/vulkan/icd.d/lvp_icd.json', driver('/usr/lib/libvulkan_lvp.so'));
    expect(vulkanDrivers({ root, environment: {} })).toEqual([]);
  }
});

test('a loader without a driver is told before anything is loaded: no folder, an empty one, one that is no driver', async () => {
  const root = await temporaryFolder();
  const search = { root, environment: {} };
  expect(vulkanDrivers(search)).toEqual([]);
  await put(root, 'usr/share/vulkan/icd.d/README', 'none here');
  expect(vulkanDrivers(search)).toEqual([]);
  await put(root, 'usr/share/vulkan/icd.d/broken.json', '{');
  expect(vulkanDrivers(search)).toEqual([]);
});

test('a driver counts when the library it names is there, or is for the system to find', async () => {
  const root = await temporaryFolder();
  const search = { root, environment: {} };
  await put(root, 'usr/share/vulkan/icd.d/gone.json', driver('/usr/lib/libvulkan_gone.so'));
  expect(vulkanDrivers(search)).toEqual([]);
  await put(root, 'usr/lib/libvulkan_intel.so', aLibrary);
  await put(root, 'usr/share/vulkan/icd.d/intel.json', driver('/usr/lib/libvulkan_intel.so'));
  await put(root, 'etc/vulkan/icd.d/nvidia.json', driver('libGLX_nvidia.so.0'));
  expect(
    vulkanDrivers(search)
      .map((file) => path.basename(file))
      .toSorted(),
  ).toEqual(['intel.json', 'nvidia.json']);
});

test('drivers that a variable names take the place of the system’s', async () => {
  const root = await temporaryFolder();
  await put(root, 'usr/share/vulkan/icd.d/nvidia.json', driver('libGLX_nvidia.so.0'));
  await put(root, 'own/vk.json', driver('./libvk.so'));
  await put(root, 'own/libvk.so', aLibrary);
  const named = (value: string) => vulkanDrivers({ root, environment: { VK_DRIVER_FILES: value } });
  expect(named(path.join(root, 'own/vk.json'))).toHaveLength(1);
  expect(named('/nowhere.json')).toEqual([]);
  expect(named('')).toEqual([]);
});

test('NVIDIA’s driver is known by its version, and a change of drivers by another fingerprint', async () => {
  const root = await temporaryFolder();
  const search = { root, environment: {} };
  expect(nvidiaDriver(search)).toBeNull();
  const before = graphicsFingerprint(search);
  const line = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Release Build';
  await put(root, 'proc/driver/nvidia/version', `${line}\nGCC version: 12\n`);
  expect(nvidiaDriver(search)).toBe('580.65.06');
  expect(graphicsFingerprint(search)).not.toBe(before);
});

test('another card, one that is gone and other visible ones give another fingerprint, each its own', async () => {
  const root = await temporaryFolder();
  const search = { root, environment: {} };
  const seen = [graphicsFingerprint(search)];
  await put(root, 'sys/class/drm/card0/device/vendor', '0x8086\n');
  await put(root, 'sys/class/drm/card0/device/device', '0x46a6\n');
  await put(root, 'sys/class/drm/card0-eDP-1/status', 'connected');
  seen.push(graphicsFingerprint(search));
  await put(root, 'sys/class/drm/card1/device/vendor', '0x10de\n');
  seen.push(graphicsFingerprint(search));
  await put(root, 'proc/driver/nvidia/gpus/0000:01:00.0/information', 'Model: \t NVIDIA H200\nIRQ: 71\n');
  seen.push(graphicsFingerprint(search));
  seen.push(graphicsFingerprint({ root, environment: { CUDA_VISIBLE_DEVICES: '1' } }));
  expect(new Set(seen).size).toBe(seen.length);
  expect(graphicsFingerprint(search)).toBe(seen[3]); // and the same for the same
});
