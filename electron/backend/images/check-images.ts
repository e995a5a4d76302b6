import { setTimeout } from 'node:timers/promises';
import type { ImageId, ImageRecord } from '../../common/document/records.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { type ImageFileState, imageFileState, pathOfImage, type Reader } from './image-files.ts';

export interface CheckedImage {
  readonly imageId: ImageId;
  readonly state: ImageFileState;
  readonly path: string;
}

/** Milliseconds of checking, and of leaving the processor and the disk to others after it: ten thousand files are seconds of work for both. */
const [work, rest] = [8, 16];

/**
 * Whether the file of each image is still there and what it was. It is work behind what a person does: between files it waits for whatever
 * goes before it.
 *
 * @param mayGoOn is waited for after each rest
 * @throws the signal's reason
 */
export async function checkImages(
  store: ProjectStore,
  images: readonly ImageRecord[],
  { host, signal, mayGoOn }: Required<Reader> & { readonly mayGoOn: () => Promise<void> },
): Promise<CheckedImage[]> {
  const states: CheckedImage[] = [];
  let began = performance.now();
  for (const image of images) {
    if (performance.now() - began > work) {
      await setTimeout(rest, undefined, { signal });
      await mayGoOn();
      began = performance.now();
    }
    signal.throwIfAborted();
    const state = await imageFileState(store, image, { host, signal });
    states.push({ imageId: image.id, state, path: pathOfImage(store, image) });
  }
  return states;
}
