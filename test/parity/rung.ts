/** One comparison: what was compared in which case, how far off it was and how far off it may be. */
export interface Rung {
  readonly scope: string;
  readonly name: string;
  /** Largest absolute difference; the number of differences where things must be equal. */
  readonly maxAbs: number;
  /** maxAbs as a share of the largest golden value. */
  readonly maxRel: number;
  readonly tolerance: number;
  readonly passed: boolean;
  readonly note: string;
}

type Numbers = ArrayLike<number>;

/** Compares numbers one by one. A missing or extra number, or one that is not a number, fails. */
export function compareNumbers(
  scope: string,
  name: string,
  found: Numbers,
  golden: Numbers,
  tolerance: number,
): Rung {
  let maxAbs = 0;
  let range = 0;
  for (let index = 0; index < golden.length; index++) {
    const expected = golden[index] ?? Number.NaN;
    const difference = Math.abs((found[index] ?? Number.NaN) - expected);
    if (!(difference <= maxAbs)) maxAbs = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    range = Math.max(range, Math.abs(expected));
  }
  const sameLength = found.length === golden.length;
  const note = sameLength
    ? `${golden.length} numbers`
    : `${found.length} numbers instead of ${golden.length}`;
  return {
    scope,
    name,
    maxAbs,
    maxRel: range > 0 ? maxAbs / range : maxAbs,
    tolerance,
    passed: sameLength && maxAbs <= tolerance,
    note,
  };
}

/** Compares things that must be equal. */
export function compareEqual<Item>(
  scope: string,
  name: string,
  found: readonly Item[],
  golden: readonly Item[],
): Rung {
  const length = Math.max(found.length, golden.length);
  const wrong = Array.from({ length }, (_, index) => index).filter((index) => found[index] !== golden[index]);
  const first = wrong[0];
  const note =
    first === undefined
      ? `${golden.length} equal`
      : `first difference at ${first}: ${String(found[first])} instead of ${String(golden[first])}`;
  return {
    scope,
    name,
    maxAbs: wrong.length,
    maxRel: wrong.length / Math.max(1, golden.length),
    tolerance: 0,
    passed: wrong.length === 0,
    note,
  };
}

/** A rung that could not be climbed: something threw. */
export function brokenRung(scope: string, name: string, cause: unknown): Rung {
  const note = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return {
    scope,
    name,
    maxAbs: Number.POSITIVE_INFINITY,
    maxRel: Number.POSITIVE_INFINITY,
    tolerance: 0,
    passed: false,
    note,
  };
}

/** "tf1  logits  max abs 1.2e-6  max rel 3.4e-7  tolerance 2.0e-4  pass  (181184 numbers)" */
export function rungLine(rung: Rung): string {
  const exponent = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
  const cells = [
    rung.scope.padEnd(16),
    rung.name.padEnd(30),
    `max abs ${exponent(rung.maxAbs).padEnd(8)}`,
    `max rel ${exponent(rung.maxRel).padEnd(8)}`,
    `tolerance ${exponent(rung.tolerance).padEnd(8)}`,
  ];
  return `${cells.join('  ')}  ${rung.passed ? 'pass' : 'FAIL'}  (${rung.note})`;
}
