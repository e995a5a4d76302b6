import { setTimeout } from 'node:timers/promises';
import type { ImageId, ImageRecord } from '../../common/document/records.ts';
import type { ProjectStore } from '../project/project-store.ts';
import {
  type ImageFileState,
  imageFileState,
  knownFileState,
  pathOfImage,
  type Reader,
} from './image-files.ts';

export interface CheckedImage {
  readonly imageId: ImageId;
  /** 'unread' only where it was to be quick: the file has to be read to know. */
  readonly state: ImageFileState | 'unread';
  readonly path: string;
}

/** Milliseconds of checking, and of leaving the processor and the disk to others after it: ten thousand files are seconds of work for both. */
const [work, rest] = [8, 16];

/**
 * Whether the file of each image is still there and what it was. It is work behind what a person does: between files it waits for whatever
 * goes before it.
 *
 * @param mayGoOn is waited for after each rest
 * @param isQuick no file is read: those whose size or time is another than the one known are 'unread'
 * @throws the signal's reason
 */
export async function checkImages(
  store: ProjectStore,
  images: readonly ImageRecord[],
  {
    host,
    signal,
    mayGoOn,
    isQuick,
  }: Required<Reader> & { readonly mayGoOn: () => Promise<void>; readonly isQuick: boolean },
): Promise<CheckedImage[]> {
  const states: CheckedImage[] = [];
  const stateOf = isQuick ? knownFileState : imageFileState;
  let began = performance.now();
  for (const image of images) {
    if (performance.now() - began > work) {
      await setTimeout(rest, undefined, { signal });
      await mayGoOn();
      began = performance.now();
    }
    signal.throwIfAborted();
    const state = await stateOf(store, image, { host, signal });
    states.push({ imageId: image.id, state, path: pathOfImage(store, image) });
  }
  return states;
}
