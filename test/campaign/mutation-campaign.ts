import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../electron/common/errors.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import type { ServedApp } from '../helpers/served-app.ts';

/** How one damaged input ended: taken in, refused in a sentence, or taken in with a part missing that nobody was told of. */
export interface Ending {
  readonly kind: 'taken' | 'refused' | 'silent';
  /** For 'silent', what is missing; else what was said. */
  readonly why: string;
}

/** One sort of input: how one is made from a seed, sent, and judged. */
export interface Attack {
  readonly name: string;
  /**
   * Sends one damaged input and waits for its end; calls `alive` at each sign of life on the way.
   *
   * @returns a word for the report on what was sent, with its end
   */
  strike(random: () => number, alive: () => void): Promise<{ readonly input: string } & Ending>;
  /** Puts away what it made and keeps the project small. */
  dispose?(): Promise<void>;
}

/** All but the first three are to be empty. */
export interface MutationFigures {
  readonly inputs: Record<string, number>;
  readonly taken: number;
  readonly refused: number;
  /** Milliseconds of the longest silence, with its input. */
  readonly slowest: { readonly milliseconds: number; readonly input: string };
  /** Inputs after which the server was gone. */
  readonly ends: string[];
  /** Inputs that nothing was heard of for longer than `patienceMs`; while they ran, others were kept waiting as long. */
  readonly hangs: string[];
  readonly silent: string[];
  /** Answers that are faults of the app's own: code 'internal'. */
  readonly faults: string[];
}

/** Sends `count` damaged inputs of each attack to the server, one after another, while a second window asks for a sign of life. */
export async function runMutationCampaign(options: {
  readonly server: ServedApp;
  readonly attacks: readonly (readonly [Attack, number])[];
  readonly seed: number;
  readonly patienceMs: number;
}): Promise<MutationFigures> {
  const { server, patienceMs } = options;
  const figures: MutationFigures = {
    ...{ inputs: {}, taken: 0, refused: 0, slowest: { milliseconds: 0, input: '' } },
    ...{ ends: [], hangs: [], silent: [], faults: [] },
  };
  const counts = { taken: 0, refused: 0, slowest: figures.slowest };
  const witness = await server.connect();
  for (const [attack, count] of options.attacks) {
    const random = seededRandom(options.seed * 7919 + attack.name.length);
    for (let index = 0; index < count && server.isAlive; index++) {
      let last = performance.now();
      let longest = 0;
      const alive = (): void => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      };
      const struck = attack.strike(random, alive).catch(asEnding);
      const timeout = new AbortController();
      const silence = untilSilent(() => last, patienceMs, timeout.signal);
      const ended = await Promise.race([struck, silence]);
      timeout.abort();
      const input = `${attack.name} ${index}${ended === null ? '' : `: ${ended.input}`}`;
      alive();
      if (longest > counts.slowest.milliseconds)
        counts.slowest = { milliseconds: Math.round(longest), input };
      figures.inputs[attack.name] = index + 1;
      // Whoever else is there is answered as well.
      const answered = await Promise.race([
        witness.call('app.info', {}).then(
          () => true,
          () => true, // then the server is gone, which is counted below
        ),
        sleep(patienceMs, false),
      ]);
      if (ended === null || !answered) figures.hangs.push(input);
      else if (ended.kind === 'silent') figures.silent.push(`${input}: ${ended.why}`);
      else counts[ended.kind] += 1;
      if (ended?.why.startsWith('internal:')) figures.faults.push(`${input}: ${ended.why}`);
      if (!server.isAlive) figures.ends.push(`${input}: ${server.said.slice(-500)}`);
      if (ended === null) break; // what it is still at would be taken for the next one's
    }
    if (server.isAlive) await attack.dispose?.();
  }
  if (server.isAlive) witness.close();
  return { ...figures, ...counts };
}

/** A refusal is an AppError with a sentence; anything else the app said is its fault. */
function asEnding(error: unknown): { readonly input: string } & Ending {
  const why = error instanceof AppError ? `${error.code}: ${error.message}` : `internal: ${String(error)}`;
  return { kind: 'refused', input: inputOf(error), why };
}

/** What the attack noted on the error about what it had sent. */
const inputOf = (error: unknown): string =>
  error instanceof AppError && typeof error.details['input'] === 'string' ? error.details['input'] : '';

async function untilSilent(last: () => number, patienceMs: number, signal: AbortSignal): Promise<null> {
  for (;;) {
    await sleep(Math.max(1, last() + patienceMs - performance.now()), undefined, { signal }).catch(
      () => undefined, // the input ended; nobody waits for this any more
    );
    if (signal.aborted || performance.now() - last() >= patienceMs) return null;
  }
}
