/** Wall and processor time of some work, in milliseconds. On a shared machine the processor's time is the one to trust. */
export interface Duration {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function measure<Result>(work: () => Promise<Result>): Promise<Duration & { result: Result }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const wallMs = performance.now() - start;
  const used = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (used.user + used.system) / 1000, result };
}

/** The medians of `repeats` runs, after one that is not counted. */
export async function medianOf(
  repeats: number,
  work: (repeat: number) => Promise<unknown>,
): Promise<Duration> {
  await work(-1);
  const runs: Duration[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) runs.push(await measure(() => work(repeat)));
  return { wallMs: median(runs.map((run) => run.wallMs)), cpuMs: median(runs.map((run) => run.cpuMs)) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
