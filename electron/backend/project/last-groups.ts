/** The group that was asked for last by each field: who works on an image asks for its masks again and again. */
export class LastGroups<R> {
  readonly #byField = new Map<keyof R, { readonly key: string; readonly records: readonly R[] }>();

  of(field: keyof R, key: string, read: () => readonly R[]): readonly R[] {
    const last = this.#byField.get(field);
    if (last?.key === key) return last.records;
    const records = read();
    this.#byField.set(field, { key, records });
    return records;
  }

  forget(): void {
    this.#byField.clear();
  }
}
