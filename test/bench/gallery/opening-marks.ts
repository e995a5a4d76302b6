import type { Page } from 'playwright-core';

/** Steps of opening a large project, as the page sees them. Milliseconds since its address was asked for. */
export type Marks = Readonly<Record<string, number>>;

declare global {
  interface Window {
    openingMarks: Record<string, number>;
  }
}

/** Runs inside the page, before the app; as text, so it may use nothing from outside itself. */
export function watchOpening(): void {
  const marks: Record<string, number> = {};
  window.openingMarks = marks;
  const mark = (name: string): void => {
    marks[name] ??= performance.now();
  };
  window.WebSocket = class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      mark('page run');
      this.addEventListener('open', () => mark('connected'));
      this.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        if (data.byteLength > 100_000) mark('first records');
      });
    }

    override send(data: ArrayBuffer): void {
      const text = new TextDecoder().decode(data.slice(0, 200));
      if (text.includes('"project.open"')) mark('project asked for');
      // Asked for as soon as the answer to the former is here.
      if (text.includes('"project.records"')) mark('project told');
      super.send(data);
    }
  };
  const look = (): void => {
    if (document.querySelector('[role=application]')) mark('picture');
    if (document.querySelector('[role=dialog] [role=option]')) mark('gallery');
    else setTimeout(look, 10);
  };
  look();
}

export function marksIn(page: Page): Promise<Marks> {
  return page.evaluate(() => window.openingMarks);
}
