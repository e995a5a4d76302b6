import { useStudio, type Studio } from './studio.ts';

/** False while records of a large project are still on their way. */
export function isWhole({ document }: Pick<Studio, 'document'>): boolean {
  return document.toCome === 0;
}

/** Waits until all of the project is here, or none is open any more. */
export function whenWhole(): Promise<void> {
  if (isWhole(useStudio.getState())) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = useStudio.subscribe(isWhole, (whole) => {
      if (!whole) return;
      stop();
      resolve();
    });
  });
}
