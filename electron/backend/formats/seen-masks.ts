import { createHash } from 'node:crypto';
import type { AnnotationId, CategoryId, ImageId } from '../../common/document/records.ts';

/** What makes a mask the same as another one: its image, its category, and its pixels as COCO's text, in which equal masks are written alike. */
export interface MaskIdentity {
  readonly imageId: ImageId;
  readonly categoryId: CategoryId | null;
  readonly counts: string;
}

/**
 * Which masks were seen, and under which ids: some 50 bytes a mask, where a map of texts takes five times as many. Two different ones are
 * taken for the same when 96 bits of their SHA-1 are: for a million masks, once in 10^17 imports.
 */
export class SeenMasks {
  /**
   * Open addressing, in many small tables by the last byte of the digest: one table of a million, made anew when it is full, kept others waiting. A
   * place holds three words of the digest, then which mask it is, counted from 1; 0 for a free one.
   */
  readonly #tables = Array.from({ length: tableCount }, () => new Uint32Array(4 * 64));
  readonly #counts = new Uint32Array(tableCount);
  #count = 0;
  readonly #ids = new PackedIds();

  /** The id under which the mask was seen first: the one that `newId` gives, where that is now. */
  idOf(
    identity: MaskIdentity,
    newId: () => AnnotationId,
  ): { readonly id: AnnotationId; readonly isNew: boolean } {
    const digest = digestOf(identity);
    const which = (digest[2] as number) % tableCount; // three words
    const table = this.#tables[which] as Uint32Array; // there are as many
    const place = placeIn(table, digest);
    const seen = table[place + 3] as number; // within the table
    if (seen !== 0) return { id: this.#ids.at(seen - 1) as AnnotationId, isNew: false }; // what was given
    const id = newId();
    this.#ids.add(id);
    this.#count += 1;
    table.set([...digest, this.#count], place);
    const count = (this.#counts[which] as number) + 1;
    this.#counts[which] = count;
    if (count * 4 * 4 > table.length * 3) this.#tables[which] = grown(table);
    return { id, isNew: true };
  }
}

const tableCount = 256;

function grown(table: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(table.length * 2);
  for (let at = 0; at < table.length; at += 4) {
    const entry = table.subarray(at, at + 4);
    if (entry[3] !== 0) larger.set(entry, placeIn(larger, entry));
  }
  return larger;
}

function digestOf({ imageId, categoryId, counts }: MaskIdentity): Uint32Array {
  const bytes = createHash('sha1')
    .update(`${imageId}\n${categoryId ?? ''}\n${counts}`)
    .digest();
  return Uint32Array.of(bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8));
}

/** Where these words stand, or may be put. The table's length is four times a power of two, and it is never full. */
function placeIn(table: Uint32Array, [a = 0, b = 0, c = 0]: Uint32Array): number {
  const places = table.length / 4;
  for (let at = a % places; ; at = (at + 1) % places) {
    const place = 4 * at;
    if (table[place + 3] === 0) return place;
    if (table[place] === a && table[place + 1] === b && table[place + 2] === c) return place;
  }
}

/** Ids in the order in which they came; those that are UUIDs, as nearly all are, take 16 bytes. */
class PackedIds {
  readonly #blocks: Buffer[] = [];
  readonly #others = new Map<number, string>();
  #count = 0;

  add(id: string): void {
    const [block, start] = this.#placeOf(this.#count);
    if (isUuid.test(id)) block.write(id.replaceAll('-', ''), start, 'hex');
    else this.#others.set(this.#count, id);
    this.#count += 1;
  }

  at(index: number): string {
    const [block, start] = this.#placeOf(index);
    const hex = block.toString('hex', start, start + 16);
    return this.#others.get(index) ?? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
  }

  #placeOf(index: number): [Buffer, number] {
    const block = (this.#blocks[Math.floor(index / blockIds)] ??= Buffer.alloc(16 * blockIds));
    return [block, 16 * (index % blockIds)];
  }
}

const blockIds = 16_384;
const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;
