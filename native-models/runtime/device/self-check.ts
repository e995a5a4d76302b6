import { ModelError } from '../../errors.ts';
import { providerNames, type Provider } from '../../names.ts';
import { missingLibrary, openSession } from '../ort.ts';
import { floats, hostFloats, integers } from '../ort-tensors.ts';
import type { RunTensor, Session } from '../ort-tensors.ts';
import { buildCheckGraph, checkPastRows, checkWidth, randomNumbers } from './check-graph.ts';

const rows = 48;
/** Share of the outputs' range; the CPU rounds activations to 8 bits for int4 weights, so exact agreement cannot be asked. */
const tolerance = 0.02;
/**
 * A provider this many times slower than the CPU is a software renderer. The check's graph is so small that it times the launching of work, where
 * a real card takes 6 times as long as the CPU (measured, H200) and SwiftShader 1700 times: which of them answers faster is not told by it.
 */
const slowestFactor = 100;

export interface SelfCheck {
  readonly provider: Provider;
  /** Largest difference from the CPU, as a share of the CPU's range. */
  readonly difference: number;
  /** Best time of a run, of the provider and of the CPU, in milliseconds. */
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

/** A provider that computes right. Its session stays open: with its last one a provider throws away the shaders it has compiled. */
export interface PassedCheck extends SelfCheck {
  /** Wanted once another of its sessions stands, or none will be opened. */
  release(): Promise<void>;
}

/**
 * Computes a small graph with the provider and with the CPU.
 *
 * @throws ModelError 'provider-missing' when it cannot be used here, 'provider-failed' when it computes something else
 */
export async function checkProvider(provider: Provider, threads: number): Promise<PassedCheck> {
  const missing = missingLibrary(provider);
  if (missing !== null) throw new ModelError('provider-missing', missing, { provider });
  const graph = buildCheckGraph();
  const cpu = await runTimed(graph, 'cpu', threads);
  await cpu.session.release();
  const tried = await runTimed(graph, provider, threads).catch((cause: unknown) => {
    if (cause instanceof ModelError && cause.code === 'provider-missing') throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(
      'provider-failed',
      `${providerNames[provider]} failed its self-check: ${why}`,
      { provider },
      cause,
    );
  });
  const difference = relativeDifference(tried.values, cpu.values);
  if (!(difference <= tolerance)) {
    await tried.session.release();
    throw new ModelError(
      'provider-failed',
      `${providerNames[provider]} failed its self-check: its results differ from the CPU’s by ${percent(difference)}.`,
      { provider, difference },
    );
  }
  return {
    provider,
    difference,
    milliseconds: tried.milliseconds,
    cpuMilliseconds: cpu.milliseconds,
    release: () => tried.session.release(),
  };
}

/** Why a provider that computes correctly should still not be chosen by itself, or null. */
export function reasonAgainst(check: SelfCheck): string | null {
  if (check.milliseconds <= check.cpuMilliseconds * slowestFactor) return null;
  const factor = Math.round(check.milliseconds / check.cpuMilliseconds);
  return `${providerNames[check.provider]} works but took ${factor} times as long as the CPU in its self-check, like a software renderer.`;
}

async function runTimed(
  graph: Uint8Array,
  provider: Provider,
  threads: number,
): Promise<{ values: Float32Array; milliseconds: number; session: Session }> {
  const session = await openSession(graph, { provider, threads });
  try {
    const feeds = checkInputs();
    // The first run compiles shaders and is not counted.
    let values = hostFloats(await session.run(feeds, ['y']), 'y');
    let milliseconds = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < 3; repeat++) {
      const start = performance.now();
      values = hostFloats(await session.run(feeds, ['y']), 'y');
      milliseconds = Math.min(milliseconds, performance.now() - start);
    }
    return { values, milliseconds, session };
  } catch (cause) {
    await session.release();
    throw cause;
  }
}

function checkInputs(): Record<string, RunTensor> {
  const random = randomNumbers(23);
  const fill = (length: number): Float32Array => Float32Array.from({ length }, () => random() * 2 - 1);
  const bias = Float32Array.from({ length: rows * checkPastRows }, (_, index) =>
    index % checkPastRows === 0 ? -3.4028234663852886e38 : 0,
  );
  return {
    x: floats(fill(rows * checkWidth), [1, rows, checkWidth]),
    position_ids: integers([...Array(rows).keys()], [1, rows]),
    past: floats(fill(checkPastRows * checkWidth), [checkPastRows, 4, checkWidth / 4]),
    bias: floats(bias, [1, rows, checkPastRows]),
  };
}

/** NaN when either holds one. */
function relativeDifference(values: Float32Array, expected: Float32Array): number {
  let largest = 0;
  let range = 0;
  for (const [index, value] of expected.entries()) {
    const difference = Math.abs((values[index] ?? Number.NaN) - value);
    if (!(difference <= largest)) largest = difference;
    range = Math.max(range, Math.abs(value));
  }
  return largest / range;
}

function percent(share: number): string {
  return Number.isNaN(share) ? 'not a number' : `${(share * 100).toFixed(1)} %`;
}
