import type { ImageRecord } from '../../electron/common/document/records.ts';
import type { ImagePoint } from '../../electron/common/geometry.ts';
import type { Workbench } from './workbench.ts';

/** From one anchor to the next along the picture's edges. */
interface Stretch {
  readonly from: ImagePoint;
  readonly anchor: ImagePoint;
  readonly points: readonly ImagePoint[];
  /** False while it is the straight line that the path will replace. */
  readonly isFound: boolean;
}

/** A line that is clicked along an object's border. Straight until its edges are found: whoever clicks on waits for nothing. */
export class EdgeOutline {
  readonly image: ImageRecord;
  readonly first: ImagePoint;
  readonly #workbench: Workbench;
  /** False where what is found is not wanted now; what waits is looked for when it is asked for again. */
  readonly #isWanted: () => boolean;
  readonly #onFound: () => void;
  #stretches: readonly Stretch[] = [];
  #finding: Promise<void> | null = null;

  constructor(
    workbench: Workbench,
    given: {
      readonly image: ImageRecord;
      readonly first: ImagePoint;
      readonly isWanted: (outline: EdgeOutline) => boolean;
      readonly onFound: () => void;
    },
  ) {
    this.#workbench = workbench;
    this.image = given.image;
    this.first = given.first;
    this.#isWanted = () => given.isWanted(this);
    this.#onFound = given.onFound;
  }

  get anchors(): readonly ImagePoint[] {
    return [this.first, ...this.#stretches.map(({ anchor }) => anchor)];
  }

  /** All of its line, from the first point on. */
  get line(): readonly ImagePoint[] {
    return [this.first, ...this.#stretches.flatMap(({ points }) => points.slice(1))];
  }

  get last(): ImagePoint {
    return this.#stretches.at(-1)?.anchor ?? this.first;
  }

  get isFinding(): boolean {
    return this.#finding !== null;
  }

  /** @param known the way there, where it was found before the click */
  add(anchor: ImagePoint, known: readonly ImagePoint[] | null): void {
    const from = this.last;
    const points = known ?? [from, anchor];
    this.#stretches = [...this.#stretches, { from, anchor, points, isFound: known !== null }];
  }

  removeLast(): void {
    this.#stretches = this.#stretches.slice(0, -1);
  }

  /** Finds the edges of all clicked stretches, oldest first, in one piece of work however fast the clicks come. */
  findEdges(): Promise<void> {
    this.#finding ??= this.#find().finally(() => (this.#finding = null));
    return this.#finding;
  }

  async #find(): Promise<void> {
    const isDone = await this.#workbench.assisted(
      { label: 'Following the edge', failure: 'The edge could not be followed' },
      async (signal) => {
        for (;;) {
          const next = this.#stretches.find(({ isFound }) => !isFound);
          if (next === undefined || !this.#isWanted()) return true;
          const points = await this.pathTo(next.anchor, signal, next.from);
          this.#replace(next, { ...next, points, isFound: true });
          this.#onFound();
        }
      },
    );
    // Given up: what was not found stays straight.
    if (isDone === null) this.#stretches = this.#stretches.map((one) => ({ ...one, isFound: true }));
  }

  /** The way along edges to a point, from the last one. */
  async pathTo(
    to: ImagePoint,
    signal: AbortSignal,
    from: ImagePoint = this.last,
  ): Promise<readonly ImagePoint[]> {
    if (from.x === to.x && from.y === to.y) return [from, to];
    const points = await this.#workbench.helpOn(this.image).scissors(from, to, signal);
    return points.length < 2 ? [from, to] : points;
  }

  #replace(old: Stretch, found: Stretch): void {
    this.#stretches = this.#stretches.map((one) => (one === old ? found : one));
  }
}
