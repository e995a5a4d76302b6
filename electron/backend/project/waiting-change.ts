import type { LongDiff } from '../../common/document/record-parts.ts';
import type { Diff, Entity } from '../../common/document/records.ts';
import { ranks } from './commit-in-slices.ts';
import { RecordSpool } from './record-spool.ts';

/** A change of any size that waits to be taken into a project, in an order in which it can be: its records do not fill the memory. */
export class WaitingChange implements LongDiff {
  readonly #added = ranks.map(() => new RecordSpool());
  readonly #removed = ranks.map(() => new RecordSpool());
  readonly #before = new RecordSpool();
  readonly #after = new RecordSpool();

  get size(): number {
    return this.#before.size + [...this.#added, ...this.#removed].reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws AppError 'disk-full', 'file-not-writable' of the temporary folder */
  add({ added, changed, removed }: Diff): void {
    for (const record of added) this.#added[rankOf(record)]?.add(record);
    for (const record of removed) this.#removed[rankOf(record)]?.add(record);
    for (const [before, after] of changed) {
      this.#before.add(before);
      this.#after.add(after);
    }
  }

  get added(): Iterable<Entity> {
    return oneAfterTheOther(this.#added);
  }

  get removed(): Iterable<Entity> {
    return oneAfterTheOther(this.#removed.toReversed());
  }

  get changed(): Iterable<readonly [Entity, Entity]> {
    return pairs(this.#before, this.#after);
  }

  close(): void {
    for (const spool of [...this.#added, ...this.#removed, this.#before, this.#after]) spool.close();
  }
}

function rankOf({ kind }: Entity): number {
  return ranks.findIndex((kinds) => kinds.includes(kind));
}

function* oneAfterTheOther(spools: readonly RecordSpool[]): Generator<Entity> {
  for (const spool of spools) yield* spool;
}

function* pairs(befores: RecordSpool, afters: RecordSpool): Generator<readonly [Entity, Entity]> {
  const others = afters[Symbol.iterator]();
  for (const before of befores) {
    const after = others.next();
    if (!after.done) yield [before, after.value];
  }
}
