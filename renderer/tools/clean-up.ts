import type { AnnotationId, AnnotationRecord, Diff } from '../../electron/common/document/records.ts';
import { type Runs, areaOf, boxOf } from '../../electron/common/runs.ts';
import { maskRuns, storedMask } from '../picture/mask-runs.ts';
import { setPreview } from '../store/view.ts';
import type { CleanUp } from '../workers/mask-operations.ts';
import { commitShown, standingOf } from './apply-shape.ts';
import { LatestWins } from './latest-wins.ts';
import { maskDiff, refusal } from './mask-edit.ts';
import type { Workbench } from './workbench.ts';

export interface CleanUpKind {
  readonly kind: CleanUp;
  readonly title: string;
  /** What the number means. */
  readonly unit: string;
  readonly initial: number;
  readonly largest: number;
}

export const cleanUps: readonly CleanUpKind[] = [
  { kind: 'grow', title: 'Grow', unit: 'px outwards', initial: 2, largest: 100 },
  { kind: 'shrink', title: 'Shrink', unit: 'px inwards', initial: 2, largest: 100 },
  { kind: 'smooth', title: 'Smooth', unit: 'px radius', initial: 3, largest: 40 },
  { kind: 'fillHoles', title: 'Fill holes', unit: 'px area at most', initial: 256, largest: 20_000 },
  {
    kind: 'removeIslands',
    title: 'Remove islands',
    unit: 'px area at least kept',
    initial: 64,
    largest: 20_000,
  },
];

export interface CleanUpWish {
  readonly kind: CleanUp;
  readonly amount: number;
}

/** Of many targets, or of large ones, a preview that was overtaken is not waited for. */
const staleAfterMs = 150;

interface Result {
  readonly record: AnnotationRecord;
  readonly runs: Runs;
}

/** Live preview of one clean-up on all selected targets, and the one undo step it ends in. */
export class CleanUpSession {
  readonly #workbench: Workbench;
  readonly #records: readonly AnnotationRecord[];
  readonly #preview: LatestWins<CleanUpWish>;
  #results: readonly Result[] = [];
  #shown: readonly AnnotationId[] = [];

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#records = workbench.selected().filter((record) => refusal(record) === null);
    this.#preview = new LatestWins<CleanUpWish>(
      async (wish, signal) => {
        this.#results = await Promise.all(this.#records.map((record) => this.#run(record, wish, signal)));
        this.#show();
      },
      (thrown) => workbench.report('The masks could not be cleaned up', thrown),
      staleAfterMs,
    );
  }

  /** Locked and hidden targets are left out. */
  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  ask(wish: CleanUpWish): void {
    this.#preview.ask(wish);
  }

  /** Commits what the newest wish gave. */
  async apply(title: string): Promise<void> {
    await this.#preview.settled();
    const results = this.#results;
    this.drop();
    commitResults(this.#workbench, results, title);
  }

  drop(): void {
    this.#preview.cancel();
    this.#results = [];
    for (const id of this.#shown) setPreview(id, null);
    this.#shown = [];
  }

  async #run(record: AnnotationRecord, wish: CleanUpWish, signal: AbortSignal): Promise<Result> {
    const input = { runs: maskRuns(record.mask), amount: wish.amount };
    return { record, runs: await this.#workbench.masks.run(wish.kind, input, signal) };
  }

  #show(): void {
    this.#shown = this.#results.map(({ record }) => record.id);
    for (const { record, runs } of this.#results) {
      setPreview(record.id, { mask: storedMask(runs), bbox: boxOf(runs), area: areaOf(runs) });
    }
  }
}

/** One undo step for all; targets that were changed meanwhile are left as they are, and that is said. */
export function commitResults(workbench: Workbench, results: readonly Result[], title: string): void {
  const changed = results.flatMap(({ record, runs }): Diff['changed'] => {
    const standing = standingOf(workbench, record, 'exactly');
    return standing === null ? [] : (maskDiff(standing, runs)?.changed ?? []);
  });
  if (changed.length === 0) return;
  commitShown(workbench, title, { added: [], changed, removed: [] });
}
