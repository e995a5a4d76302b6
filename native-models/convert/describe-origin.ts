import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { throwIfCancelled } from '../errors.ts';
import type { ModelOrigin } from '../pixellm/manifest.ts';
import { openRegularFile } from '../regular-file.ts';
import { publishedSubfolder } from './read-inputs.ts';
import type { SourceTensors } from './source-tensors.ts';

const chunkBytes = 4 * 2 ** 20;

/**
 * What a model is made from: the names of both folders, and size and SHA-256 of every file of them that is used. The hashes of weights are
 * those that their publisher's site lists. Reads every byte once; it is the conversion's first stage.
 */
export async function describeOrigin(
  sources: { readonly source: SourceTensors; readonly tower: string | null },
  { signal, onRead }: { readonly signal: AbortSignal; readonly onRead: (bytes: number) => void },
): Promise<ModelOrigin> {
  const { source, tower } = sources;
  const { folders, files } = source;
  const hashAll = async (
    folder: string,
    names: readonly string[],
    count: (bytes: number) => void,
  ): Promise<ModelOrigin['vision']['files']> => {
    const hashed: ModelOrigin['vision']['files'] = [];
    for (const name of names) {
      const path = join(folder, name);
      hashed.push({
        name,
        ...(await hashFile(path, signal, count)),
      });
    }
    return hashed;
  };
  const namesOf = (list: SourceTensors['files']['vision']): string[] =>
    list.map(({ path }) => basename(path));
  const nothing = (): void => undefined;
  const small = ['config.json', 'tokenizer.model', 'added_tokens.json'];
  const { checkpoint, vision } = folders;
  return {
    checkpoint: {
      folder: folderName(checkpoint),
      files: [
        ...(await hashAll(checkpoint, small, nothing)),
        ...(await hashAll(checkpoint, namesOf(files.checkpoint), onRead)),
      ],
    },
    vision: {
      folder: folderName(vision),
      files: [
        ...(await hashAll(vision, ['config.json'], nothing)),
        ...(await hashAll(vision, namesOf(files.vision), onRead)),
      ],
    },
    visionName: tower,
    prefix: source.prefix,
  };
}

/** How many bytes of weights that is: the rest is small. */
export function bytesToHash({ files }: SourceTensors): number {
  return [...files.checkpoint, ...files.vision].reduce((sum, { bytes }) => sum + bytes, 0);
}

async function hashFile(
  path: string,
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): Promise<{ bytes: number; sha256: string }> {
  const { handle, bytes } = await openRegularFile(path, 'checkpoint-not-found');
  try {
    const hash = createHash('sha256');
    const chunk = new Uint8Array(chunkBytes);
    for (;;) {
      throwIfCancelled(signal);
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(chunk.subarray(0, bytesRead));
      onRead(bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** The folder's name; with that of the repository where published checkpoints lie in a folder of it. */
function folderName(folder: string): string {
  const path = resolve(folder);
  const name = basename(path);
  return name === publishedSubfolder ? `${basename(dirname(path))}/${name}` : name;
}
