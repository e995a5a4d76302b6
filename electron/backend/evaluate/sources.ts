import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../common/errors.ts';
import { isEmptyMask } from '../../common/runs.ts';
import { fileError } from '../app/file-errors.ts';
import { openTree } from '../formats/dataset/file-tree.ts';
import type { LossList } from '../formats/format.ts';
import { readGrandQuestions } from '../formats/grand-f/grand-f.ts';
import { readMuse, type MuseEntry, type MuseQuestion } from '../formats/muse/muse-file.ts';
import { plainQuestion, plainTarget, type QuestionReader } from '../formats/questions/question-set.ts';
import { readReasonSeg } from '../formats/reason-seg/reason-seg-file.ts';
import { readRefCoco } from '../formats/refcoco/refcoco.ts';
import { hashFile } from '../images/hash-file.ts';
import { imageExtensions } from '../images/image-extensions.ts';
import { probeImage } from '../images/image-decoder.ts';
import { findMuseImage } from './find-image.ts';
import { namesOfShared } from './shared-names.ts';

export const sourceFormats = ['muse', 'reason-seg', 'refcoco', 'grand-f'] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** Where questions come from, whatever the files look like. */
interface QuestionSource {
  /** The same for the same questions. */
  hash(signal: AbortSignal): Promise<string>;
  /** Bare picture names that several records share, and whose the file is. */
  sharedNames(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  entries(how: {
    readonly losses: LossList;
    readonly signal: AbortSignal;
    readonly onBytes: (done: number, total: number) => void;
  }): AsyncGenerator<MuseEntry>;
}

export const sources: Readonly<Record<SourceFormat, (path: string) => QuestionSource>> = {
  muse(path) {
    const source = { kind: 'path', path } as const;
    return {
      hash: async (signal) => (await hashFile(path, signal)).sha256,
      sharedNames: (signal) => namesOfShared(source, signal),
      entries: (how) => readMuse(source, { ...how, purpose: 'measure' }),
    };
  },
  'reason-seg': (folder) => ({
    async hash(signal) {
      const hash = createHash('sha256');
      for (const name of await jsonNames(folder))
        hash.update(`${name}:${(await hashFile(join(folder, name), signal)).sha256}\n`);
      return hash.digest('hex');
    },
    sharedNames: () => Promise.resolve(new Map()),
    entries: (how) => reasonSegEntries(folder, how),
  }),
  refcoco: (path) => questionSource(path, readRefCoco, { isMerged: true }),
  'grand-f': (path) => questionSource(path, readGrandQuestions, { isMerged: false }),
};

/** What the import of a format of questions reads, to be measured. */
function questionSource(
  path: string,
  read: QuestionReader,
  { isMerged }: { readonly isMerged: boolean },
): QuestionSource {
  return {
    async hash(signal) {
      const tree = await openTree({ kind: 'path', path }, signal);
      const hash = createHash('sha256');
      for (const name of tree.names.filter((each) => /\.(?:json|p|pickle)$/iu.test(each)))
        hash.update(`${name}:`).update((await tree.read(name)) ?? new Uint8Array());
      return hash.digest('hex');
    },
    sharedNames: () => Promise.resolve(new Map()),
    async *entries({ losses, signal, onBytes }) {
      const tree = await openTree({ kind: 'path', path }, signal);
      const found = await read(tree, { losses, signal, withEnding: (stem) => `${stem}.jpg` });
      for (const [index, { wanted, read: readEntry }] of found.entries()) {
        signal.throwIfAborted();
        onBytes(index, found.length);
        if (wanted.size === null) {
          losses.add('Images left out: their size is not known', wanted.name);
          continue;
        }
        const { instances, questions } = await readEntry(wanted.size);
        const numbered = questions.map((question, place) => ({
          ...question,
          place,
          ...(isMerged ? { isMerged } : {}),
        }));
        const { name: image, sha256, size } = wanted;
        yield { image, sha256, index, ...size, instances, questions: numbered };
      }
    },
  };
}

/** Files alone: a folder, or a pipe that nobody writes to, may well have such a name. */
async function jsonNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(error, folder, 'read');
  });
  const found: string[] = [];
  for (const name of names.filter((each) => each.toLowerCase().endsWith('.json')).sort()) {
    const what = await stat(join(folder, name)).catch(() => null); // a link to nothing
    if (what?.isFile()) found.push(name);
  }
  if (found.length === 0)
    throw new AppError('bad-file', `There is no ReasonSeg file in ${folder}.`, { folder });
  return found;
}

/** A picture and its `.json` of the same stem; every text is a question of its own about the same mask. */
async function* reasonSegEntries(
  folder: string,
  { losses, signal, onBytes }: Parameters<QuestionSource['entries']>[0],
): AsyncGenerator<MuseEntry> {
  const names = await jsonNames(folder);
  for (const [index, name] of names.entries()) {
    signal.throwIfAborted();
    onBytes(index, names.length);
    const image = await pictureBeside(folder, name.replace(/\.json$/iu, ''));
    if (!image) {
      losses.add('Images left out: they are not in the folder', name);
      continue;
    }
    try {
      const { width, height } = await probeImage(join(folder, image), image);
      const { texts, mask, ignored } = await readReasonSeg(join(folder, name), { width, height });
      const targets = isEmptyMask(mask) ? [] : [plainTarget('', '', mask)];
      const questions = texts.map(
        (question, place): MuseQuestion => ({
          ...plainQuestion(place, { question, answer: null, targets }),
          isMerged: true,
          ...(isEmptyMask(ignored) ? {} : { ignored }),
        }),
      );
      yield { image, sha256: null, index, width, height, instances: targets, questions };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      losses.add('Files left out: they cannot be read', `${name}: ${error.message}`);
    }
  }
}

async function pictureBeside(folder: string, stem: string): Promise<string | null> {
  // As cameras spell them, too.
  for (const ending of imageExtensions.flatMap((each) => [`.${each}`, `.${each.toUpperCase()}`])) {
    if (await findMuseImage(folder, stem + ending)) return stem + ending;
  }
  return null;
}
