/** A map whose values are made when they are asked for. What it holds may change while it is gone through, as that of any map. */
export abstract class LazyMap<K, V extends { readonly id: K }> implements ReadonlyMap<K, V> {
  abstract get(id: K): V | undefined;
  abstract has(id: K): boolean;
  abstract get size(): number;
  abstract values(): Generator<V, undefined>;

  *entries(): Generator<[K, V], undefined> {
    for (const value of this.values()) yield [value.id, value];
    return undefined;
  }

  *keys(): Generator<K, undefined> {
    for (const { id } of this.values()) yield id;
    return undefined;
  }

  forEach(callback: (value: V, id: K, map: ReadonlyMap<K, V>) => void): void {
    for (const value of this.values()) callback(value, value.id, this);
  }

  [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries();
  }
}
