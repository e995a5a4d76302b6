import type { ImageId } from '../../electron/common/document/records.ts';
import { backend } from './client.ts';
import type { Studio } from './studio.ts';
import { useStudio } from './studio.ts';
import { isWhole } from './whole-project.ts';

/** Somebody who stays that long on an image may ask about it; paging through images must not start the model at each. Milliseconds. */
const dwellMs = 700;

/**
 * Has the model read the image in sight, so that the first question about it is answered sooner. Gives up when another image comes into sight,
 * and tries again after whatever kept the model busy. Failures are not told: the question itself will tell them.
 *
 * @returns what ends it
 */
export function readAheadOfQuestions(): () => void {
  let subject: Subject | null = null;
  let current: AbortController | null = null;
  const look = (state: Studio): void => {
    const next = subjectOf(state);
    if (next?.key === subject?.key) return;
    subject = next;
    current?.abort();
    current = null;
    if (next === null) return;
    current = new AbortController();
    void readWhenIdle(next.imageId, current.signal);
  };
  const unsubscribe = useStudio.subscribe(look);
  look(useStudio.getState());
  return () => {
    unsubscribe();
    current?.abort();
  };
}

interface Subject {
  readonly imageId: ImageId;
  /** Another key is another image, or a model that has read nothing yet. */
  readonly key: string;
}

/** The image in sight for the model that is loaded; null while there is no such pair, or the project itself is still being read. */
function subjectOf(state: Studio): Subject | null {
  const { view, model, settings, document } = state;
  const { imageId } = view;
  if (!settings.readAhead || imageId === null || model === null || model.device === null) return null;
  if (!isWhole(state)) return null;
  const { folder, device, restarts } = model;
  return { imageId, key: [document.project?.folder, imageId, folder, device.provider, restarts].join('|') };
}

async function readWhenIdle(imageId: ImageId, signal: AbortSignal): Promise<void> {
  for (let isDone = false; !isDone; ) {
    await new Promise((resolve) => setTimeout(resolve, dwellMs));
    await idleModel(signal);
    if (signal.aborted) return;
    const read = backend().call('chat.readAhead', { imageId }, { signal });
    ({ isDone } = await read.catch(() => ({ isDone: true })));
  }
}

/** Resolves when the model has nothing to do, or when nobody waits for that any more. */
async function idleModel(signal: AbortSignal): Promise<void> {
  const isIdle = ({ model }: Studio): boolean => model?.state === 'ready';
  if (signal.aborted || isIdle(useStudio.getState())) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      unsubscribe();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const unsubscribe = useStudio.subscribe((state) => {
      if (isIdle(state)) end();
    });
    signal.addEventListener('abort', end);
  });
}
