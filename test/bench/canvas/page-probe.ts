/**
 * Runs inside the page, before the app: notes how long the app's own work for each input event and frame takes,
 * and when frames come. `pageProbe` is turned into text, so it may use nothing from outside itself.
 */
export interface Probe {
  /** Milliseconds the app worked on each event of the kind being watched, its frame included. */
  readonly work: number[];
  /** Milliseconds from each event to the end of the frame that shows it. */
  readonly shown: number[];
  /** Milliseconds between frames. */
  readonly frames: number[];
  /** Watches events of one kind from now on, or none. */
  watch(kind: string | null): void;
}

declare global {
  interface Window {
    canvasProbe: Probe;
  }
}

export function pageProbe(): void {
  let watched: string | null = null;
  let pending: { at: number; work: number }[] = [];
  let lastFrame: number | null = null;
  const probe = {
    work: [] as number[],
    shown: [] as number[],
    frames: [] as number[],
    watch(kind: string | null) {
      watched = kind;
      pending = [];
      lastFrame = null;
      for (const list of [probe.work, probe.shown, probe.frames]) list.length = 0;
    },
  };
  Object.assign(window, { canvasProbe: probe });

  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    request((time) => {
      const start = performance.now();
      callback(time);
      const work = performance.now() - start;
      for (const event of pending) event.work += work;
    });

  // The first listener of all and the last one: between them the app has done its work for the event.
  for (const kind of ['pointermove', 'pointerdown', 'pointerup', 'wheel', 'keydown']) {
    let began = 0;
    const ended = (): void => {
      if (kind !== watched) return;
      const event = { at: began, work: performance.now() - began };
      pending.push(event);
      request(() => {
        // After this frame's callbacks and its painting.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          probe.work.push(event.work);
          probe.shown.push(performance.now() - event.at);
          pending = pending.filter((other) => other !== event);
        };
        channel.port2.postMessage(null);
      });
    };
    window.addEventListener(
      kind,
      () => {
        // Put in again for every event: the app too listens on the window, for keys, and came after this probe.
        window.removeEventListener(kind, ended);
        window.addEventListener(kind, ended);
        began = performance.now();
      },
      { capture: true },
    );
  }
  const tick = (time: number): void => {
    if (lastFrame !== null && watched !== null) probe.frames.push(time - lastFrame);
    lastFrame = time;
    request(tick);
  };
  request(tick);
}
