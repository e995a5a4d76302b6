import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import standard from 'spdx-license-list/full.js';

/** A package that the built app contains or brings along, with the texts it asks to be passed on. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression of its package.json. */
  readonly licence: string;
  /** Its own licence and notice files, white space at the ends cut; empty where it carries none. */
  readonly texts: readonly string[];
  /** Libraries compiled into it, "name version", where it lists them (`versions.json`). */
  readonly contains: readonly string[];
}

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

const noticeFile = /^(?:licen[cs]e|copying|notice|third.?party.?notices?)\b/iu;

/**
 * Every package of the real dependency tree that is not for development alone, as far as it is installed here (packages of other
 * systems are not), in the order of their names; one entry a name and version.
 *
 * @param root  folder with package-lock.json and node_modules
 * @throws where a package states no licence: nobody may pass it on then
 */
export function shippedPackages(root: string): ShippedPackage[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  const found = new Map<string, ShippedPackage>();
  for (const [place, entry] of Object.entries(lock.packages)) {
    const folder = join(root, place);
    if (place === '' || entry.dev || entry.devOptional || !existsSync(join(folder, 'package.json'))) continue;
    const shipped = readPackage(folder);
    found.set(`${shipped.name}@${shipped.version}`, shipped);
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

function readPackage(folder: string): ShippedPackage {
  const stated = readJson(join(folder, 'package.json'));
  const { name, version, license } = stated;
  if (typeof name !== 'string' || typeof version !== 'string' || typeof license !== 'string') {
    throw new Error(`${folder}/package.json names no licence, so the package cannot be shipped.`);
  }
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && noticeFile.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8').trim());
  const list = join(folder, 'versions.json');
  const contains = existsSync(list)
    ? Object.entries(readJson(list)).map(([library, number]) => `${library} ${String(number)}`)
    : [];
  return { name, version, licence: license, texts, contains };
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
}

/**
 * The page that goes with every build: what is inside under which licence, each text once, with the packages it belongs to.
 * A package without a text of its own gets the standard text of the licence it states.
 */
export function noticesPage(packages: readonly ShippedPackage[]): string {
  const byText = new Map<string, string[]>();
  for (const shipped of packages) {
    for (const text of textsOf(shipped)) {
      byText.set(text, [...(byText.get(text) ?? []), `${shipped.name} ${shipped.version}`]);
    }
  }
  const line = '-'.repeat(100);
  return [
    'Third-party notices of PixelLM Studio',
    '',
    'The app contains or brings along the packages listed here. Their licence texts follow the list.',
    ...lesserLicensed(packages),
    '',
    ...packages.map(({ name, version, licence }) => `${name} ${version}: ${licence}`),
    ...[...byText].flatMap(([text, names]) => ['', line, names.join(', '), line, text]),
    '',
  ].join('\n');
}

/** What the LGPL asks to be said: which parts are under it, that they can be exchanged, and where their sources are. */
function lesserLicensed(packages: readonly ShippedPackage[]): string[] {
  const parts = packages.filter(({ licence }) => licence.includes('LGPL'));
  if (parts.length === 0) return [];
  return [
    '',
    'Under the GNU Lesser General Public License, version 3 or later: libvips and the libraries compiled with it, which decode pictures.',
    'They lie in files of their own (node_modules/@img) and may be exchanged for builds of yours.',
    'Sources and build scripts: https://github.com/lovell/sharp-libvips, of the versions named here.',
    ...parts.map(
      ({ name, version, contains }) =>
        `  ${name} ${version}${contains.length > 0 ? `: ${contains.join(', ')}` : ''}`,
    ),
  ];
}

function textsOf({ texts, licence }: ShippedPackage): readonly string[] {
  if (texts.length === 0) return standardTexts(licence);
  // A package of several parts carries the text of its own code only; that of the LGPL must go with it all the same.
  return [...texts, ...standardTexts(licence).filter((text) => /lesser general public/iu.test(text))];
}

/** @throws where `expression` names a licence whose text is not known: it must be read and added by hand */
function standardTexts(expression: string): string[] {
  const ids = expression.split(/\s+(?:AND|OR)\s+|[()]/u).filter(Boolean);
  return ids.map((id) => {
    const text = standard[id]?.licenseText;
    if (text === undefined) throw new Error(`There is no standard text for the licence "${id}".`);
    return text.trim();
  });
}
