import type { AskEvent } from './engine-contract.ts';

/** What was heard of an answer, so that the same answer can be given again from elsewhere without repeating it. */
export class SaidSoFar {
  #text = '';
  #started = 0;
  #drawn = 0;

  async *note(events: AsyncGenerator<AskEvent, void>): AsyncGenerator<AskEvent, void> {
    for await (const event of events) {
      if (event.type === 'text') this.#text += event.delta;
      else if (event.type === 'target-start') this.#started = event.index + 1;
      else if (event.type === 'target') this.#drawn = event.index + 1;
      yield event;
    }
  }

  /** The answer from its beginning, less what was heard: its text up to there, targets that were told of or drawn. */
  async *rest(events: AsyncGenerator<AskEvent, void>): AsyncGenerator<AskEvent, void> {
    let heard = this.#text.length;
    for await (const event of events) {
      if (event.type === 'text' && heard > 0) {
        const delta = event.delta.slice(heard);
        heard = Math.max(0, heard - event.delta.length);
        if (delta !== '') yield { type: 'text', delta };
        continue;
      }
      if (event.type === 'target-start' && event.index < this.#started) continue;
      if (event.type === 'target' && event.index < this.#drawn) continue;
      yield event;
    }
  }
}
