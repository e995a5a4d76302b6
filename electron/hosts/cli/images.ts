import type { ImageId } from '../../common/document/records.ts';
import type { WireError } from '../../common/errors.ts';
import { expandPatterns } from './image-paths.ts';
import type { AppClient } from './session.ts';
import type { Terminal } from './terminal.ts';

export interface AddedImages {
  readonly imageIds: readonly ImageId[];
  readonly alreadyThere: readonly ImageId[];
  readonly failed: readonly { readonly name: string; readonly error: WireError }[];
}

/** Adds files to the open project; an image that cannot be read is said and does not stop the others. */
export async function addImages(
  client: AppClient,
  {
    paths,
    copy,
    terminal,
    signal,
  }: {
    readonly paths: readonly string[];
    readonly copy: boolean;
    readonly terminal: Terminal;
    readonly signal: AbortSignal;
  },
): Promise<AddedImages> {
  const sources = (await expandPatterns(paths)).map((path) => ({ kind: 'path' as const, path }));
  const failed: { name: string; error: WireError }[] = [];
  let done: Pick<AddedImages, 'imageIds' | 'alreadyThere'> = { imageIds: [], alreadyThere: [] };
  for await (const event of client.stream('images.import', { sources, copy }, { signal })) {
    if (event.type === 'progress') terminal.progress(event);
    else if (event.type === 'failed') {
      terminal.warn(`${event.name}: ${event.error.message}`);
      failed.push({ name: event.name, error: event.error });
    } else if (event.type === 'noted') terminal.warn(event.note);
    else done = { imageIds: event.imageIds, alreadyThere: event.alreadyThere };
  }
  return { imageIds: done.imageIds, alreadyThere: done.alreadyThere, failed };
}
