import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { neededLibraries } from './shared-libraries.ts';

/** Where the system's files are looked for; a test gives its own. */
export interface DriverSearch {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
}

const thisSystem: DriverSearch = { root: '/', environment: process.env };

/** Vulkan drivers by the files that announce them, whose library is there. Linux only. */
export function vulkanDrivers(search: DriverSearch = thisSystem): string[] {
  return announcements(search).filter((file) => hasLibrary(file, search));
}

/** Version line of NVIDIA's kernel driver, or null where none is loaded. Linux only. */
export function nvidiaDriver({ root }: DriverSearch = thisSystem): string | null {
  try {
    const text = readFileSync(path.join(root, 'proc/driver/nvidia/version'), 'utf8');
    return /Kernel Module.*?(\d+\.\d+(?:\.\d+)?)/u.exec(text)?.[1] ?? text.split('\n', 1)[0] ?? null;
  } catch {
    // Under Windows' Linux the driver is Windows' own.
    return existsSync(path.join(root, 'usr/lib/wsl/lib/libcuda.so.1')) ? 'of Windows' : null;
  }
}

/** Something that changes whenever a graphics driver or a card does, or which of the cards may be used: a laptop switches them, a box with one is unplugged. */
export function graphicsFingerprint(search: DriverSearch = thisSystem): string {
  const stamps = vulkanDrivers(search).map((file) => `${file} ${statSync(file).mtimeMs}`);
  const visible = search.environment['CUDA_VISIBLE_DEVICES'] ?? 'all';
  return [
    nvidiaDriver(search) ?? 'no NVIDIA driver',
    ...stamps,
    ...cards(search),
    `visible: ${visible}`,
  ].join('; ');
}

/** Cards as Linux and NVIDIA's driver tell of them in files; where there are none of these, none. */
function cards({ root }: DriverSearch): string[] {
  const [drm, nvidia] = [path.join(root, 'sys/class/drm'), path.join(root, 'proc/driver/nvidia/gpus')];
  const known = namesIn(drm)
    .filter((name) => /^card\d+$/u.test(name))
    .map((name) => [
      name,
      ...['vendor', 'device'].map((part) => textOf(path.join(drm, name, 'device', part))),
    ]);
  const ofNvidia = namesIn(nvidia).map((place) => [place, textOf(path.join(nvidia, place, 'information'))]);
  return [...known, ...ofNvidia].map((facts) => facts.join(' '));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

/** A file's first line that tells something, or nothing. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n', 1)[0] ?? '';
  } catch {
    return '';
  }
}

/** The loader's own rules: files named by variables, or all in the usual folders. */
function announcements({ root, environment }: DriverSearch): string[] {
  const named = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'];
  const places =
    named === undefined
      ? usualFolders(environment).map((folder) => path.join(root, folder))
      : named.split(':');
  return places.filter((place) => place !== '').flatMap(jsonFiles);
}

function usualFolders(environment: NodeJS.ProcessEnv): string[] {
  const home = environment['HOME'] ?? '';
  const data = (environment['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(':');
  const own = environment['XDG_DATA_HOME'] || path.join(home, '.local/share');
  const config = (environment['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':');
  return [...config, '/etc', own, ...data].map((folder) => path.join(folder, 'vulkan/icd.d'));
}

function jsonFiles(place: string): string[] {
  try {
    if (statSync(place).isFile()) return [place];
    return readdirSync(place)
      .filter((name) => name.endsWith('.json'))
      .map((name) => path.join(place, name));
  } catch {
    return [];
  }
}

/**
 * A driver that was taken away often leaves its announcement behind, and a system for programs of 32 bits as well announces theirs. The loader would write of
 * either to the terminal of every start. A bare name is for the system to find.
 */
function hasLibrary(file: string, { root }: DriverSearch): boolean {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as { ICD?: { library_path?: unknown } }; // looked at below
    const library = content.ICD?.library_path;
    if (typeof library !== 'string') return false;
    if (!library.includes('/')) return true;
    neededLibraries(
      library.startsWith('/') ? path.join(root, library) : path.join(path.dirname(file), library),
    );
    return true;
  } catch {
    return false;
  }
}
