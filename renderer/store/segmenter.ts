import type { SegmenterDescription } from '../../native-models/shapes.ts';
import { backend } from './client.ts';

/** What the files in use are; null for none. Opens them where they are not open yet. */
export function readSegmenter(): Promise<SegmenterDescription | null> {
  return backend().call('assist.segmenter', {});
}

/** Takes up a pair of files once it is known to be one that is understood. */
export function takeSegmenter(files: {
  readonly encoder: string;
  readonly decoder: string;
}): Promise<SegmenterDescription | null> {
  return backend().call('assist.setSegmenter', { files });
}

export async function forgetSegmenter(): Promise<void> {
  await backend().call('assist.setSegmenter', { files: null });
}
