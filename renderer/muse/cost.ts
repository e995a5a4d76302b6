/** What a million tokens cost, in whatever money; null is not told. */
export interface Price {
  readonly read: number | null;
  readonly written: number | null;
}

/** Null where no price is told or nothing was used. */
export function costWords(
  { read, written }: Price,
  used: { readonly promptTokens: number; readonly completionTokens: number },
): string | null {
  const cost = ((read ?? 0) * used.promptTokens + (written ?? 0) * used.completionTokens) / 1e6;
  if (cost === 0) return null;
  return cost < 0.01 ? 'less than 0.01' : cost.toFixed(2);
}
