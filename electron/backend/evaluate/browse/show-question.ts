import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../../common/errors.ts';
import type { BrowseShown } from '../../../common/muse/evaluation-messages.ts';
import { rleOf } from '../../../common/rle.ts';
import { fileError } from '../../app/file-errors.ts';
import { recordFaults } from '../../dataset/record-faults.ts';
import { createLossList, type LossList } from '../../formats/format.ts';
import { isObject } from '../../formats/is-object.ts';
import { parseJson } from '../../formats/parse-json.ts';
import { readMuse, type MuseEntry } from '../../formats/muse/muse-file.ts';
import { encodeThumbnail } from '../../images/image-decoder.ts';
import { loadPicture, type LoadedPicture } from '../load-picture.ts';
import { placeOfQuestion, writtenQuestion, type MuseIndex } from './muse-index.ts';

/** Pixels of the long side of what is shown. */
const pictureSide = 1280;

/**
 * One question of a MUSE file with its masks and its picture; what cannot be used is said, not left out.
 *
 * @param images folder of the pictures; null looks beside the file
 * @throws AppError 'bad-input' when the file was changed since it was looked through
 */
export async function showQuestion(
  path: string,
  {
    index,
    question,
    images,
    mayRead,
    signal,
  }: {
    readonly index: MuseIndex;
    /** Its number in the file. */
    readonly question: number;
    readonly images: string | null;
    /** Throws for a picture that this door may not read. */
    readonly mayRead: (path: string) => Promise<unknown>;
    readonly signal: AbortSignal;
  },
): Promise<BrowseShown> {
  const at = placeOfQuestion(index, question);
  const image = index.records.images.at(at.record);
  const text = await recordText(path, index, at.record);
  const record = parseJson(text);
  const written = writtenQuestion(isObject(record) ? record : {}, at.place);
  const losses = createLossList();
  const data = new TextEncoder().encode(`[${text}]`);
  let entry: MuseEntry | null = null;
  for await (const read of readMuse(
    { kind: 'bytes', name: 'record', data },
    { losses, signal, purpose: 'measure' },
  ))
    entry = read;
  const found = entry?.questions.find(({ place }) => place === at.place);
  const picture = entry === null ? null : await pictureOf(entry, images ?? dirname(path), losses, mayRead);
  return {
    image,
    width: entry?.width ?? 0,
    height: entry?.height ?? 0,
    picture,
    question: written.question,
    answer: written.answer === '' ? null : written.answer,
    kinds: found?.kinds ?? [],
    targets: (found?.targets ?? []).map(({ name, category, mask }) => ({
      name,
      category,
      mask: rleOf(mask),
    })),
    faults: [
      ...(isObject(record) ? recordFaults(record) : ['The record is none.']),
      ...losses.losses.map(({ what, examples }) => (examples[0] ? `${what}: ${examples[0]}` : what)),
    ],
  };
}

async function recordText(path: string, index: MuseIndex, record: number): Promise<string> {
  const start = index.records.starts[record] ?? 0;
  const end = index.records.ends[record] ?? start;
  const bytes = new Uint8Array(end - start);
  const file = await open(path).catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  try {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    if (bytesRead !== bytes.length) throw changed(path);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw changed(path);
    throw error;
  } finally {
    await file.close();
  }
}

function changed(path: string): AppError {
  return new AppError('bad-input', 'The file was changed since it was looked through: open it again.', {
    path,
  });
}

async function pictureOf(
  entry: MuseEntry,
  folder: string,
  losses: LossList,
  mayRead: (path: string) => Promise<unknown>,
): Promise<Uint8Array | null> {
  const loaded: LoadedPicture | null = await loadPicture(entry, { folder, shared: new Map(), losses });
  if (loaded === null) return null;
  await mayRead(loaded.path);
  return encodeThumbnail(loaded.image, pictureSide);
}
