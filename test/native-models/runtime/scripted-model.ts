import type { EmbeddingTable } from '../../../native-models/runtime/embedding-table.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import { BoundCache } from '../../../native-models/runtime/bound-cache.ts';
import { HostCache } from '../../../native-models/runtime/host-cache.ts';
import { floats, integers } from '../../../native-models/runtime/ort-tensors.ts';
import type { HostTensor, RunTensor, Session } from '../../../native-models/runtime/ort-tensors.ts';

/** What the next token is, given what a row can see: tokens with their positions, in order. */
export type NextToken = (seen: readonly { token: number; position: number }[]) => number;

const scriptedVocabulary = 50;
const language = {
  hidden: 2,
  layers: 1,
  heads: 1,
  headDim: 2,
  intermediate: 1,
  vocabulary: scriptedVocabulary,
  epsilon: 1e-6,
  ropeBase: 10_000,
  maxPositions: 256,
};

/**
 * A decoder whose "network" is a function: keys hold (token, position), and each row sees exactly what its attention bias allows. It obeys the
 * decoder graph's contract, so the cache, the bias, drafts and roll-back are all real.
 */
export function scriptedDecoder(next: NextToken): ScriptedDecoder {
  const runs: number[] = [];
  const session = scriptedSession((feeds) => runOnce(feeds, next, runs));
  return { decoder: new Decoder({ session, cache: new HostCache(language, 300), ...wordParts() }), runs };
}

/** The same over a cache of fixed capacity that is written in place, by the contract of the bound decoder graph. */
export async function scriptedBoundDecoder(next: NextToken): Promise<ScriptedDecoder> {
  const runs: number[] = [];
  const session = scriptedSession((feeds, bound) => runBound(feeds, bound, next, runs));
  const cache = await BoundCache.create(session, language, { capacity: 300, dtype: 'f32' });
  return { decoder: new Decoder({ session, cache, ...wordParts() }), runs };
}

/** A bound decoder whose runs of 32 cells and more are right, or off in some rows. */
export async function scriptedLongRuns(
  wrong: 'nothing' | 'all' | 'all but the last',
): Promise<{ decoder: Decoder; cache: BoundCache }> {
  const honest: NextToken = (seen) => seen.length % 50;
  const session = scriptedSession((feeds, bound) => {
    const outputs = runBound(feeds, bound, honest, []);
    const isLong = (host(feeds, 'embeds').dims[1] ?? 0) >= 32;
    const { data, dims } = host(outputs, 'hidden');
    const spared = wrong === 'all' ? data.length : data.length - 2;
    const isOff = (index: number): boolean => isLong && wrong !== 'nothing' && index < spared;
    return {
      ...outputs,
      hidden: floats(
        Float32Array.from(Array.from(data, Number), (value, index) => value * (isOff(index) ? 0.5 : 1)),
        dims,
      ),
    };
  });
  const cache = await BoundCache.create(session, language, { capacity: 300, dtype: 'f32' });
  return { decoder: new Decoder({ session, cache, ...wordParts() }), cache };
}

export interface ScriptedDecoder {
  readonly decoder: Decoder;
  /** Cells of each run so far. */
  readonly runs: number[];
}

type Feeds = Readonly<Record<string, RunTensor>>;

function scriptedSession(run: (feeds: Feeds, bound: Feeds) => Record<string, HostTensor>): Session {
  return {
    inputNames: [],
    outputNames: [],
    run: (feeds, _, bound = {}) => Promise.resolve(run(feeds, bound)),
    allocate: (_, dims) => Promise.resolve(floats(new Float32Array(dims.reduce((a, b) => a * b, 1)), dims)),
    release: () => Promise.resolve(),
  };
}

function wordParts(): Pick<
  ConstructorParameters<typeof Decoder>[0],
  'embedding' | 'language' | 'imageTokens'
> {
  const embedding = {
    row: (token: number) => Promise.resolve(Float32Array.of(token, 0)),
  } as unknown as EmbeddingTable;
  const imageTokens = (): Float32Array =>
    Float32Array.from({ length: 600 }, (_, index) => (index % 2 === 0 ? 1000 + index / 2 : 0));
  return { embedding, language, imageTokens };
}

function runOnce(
  feeds: Readonly<Record<string, RunTensor>>,
  next: NextToken,
  runs: number[],
): Record<string, HostTensor> {
  const embeds = host(feeds, 'embeds');
  const positions = host(feeds, 'position_ids').data as BigInt64Array;
  const past = host(feeds, 'past_key.0');
  const bias = host(feeds, 'bias');
  const rows = Array.from(host(feeds, 'rows').data as BigInt64Array, Number);
  const [newRows = 0, pastRows = 0] = [embeds.dims[1], past.dims[0]];
  if (pastRows < 1) throw new Error('The cache must never be empty.');
  runs.push(newRows);

  const newKeys = Float32Array.from({ length: newRows * 2 }, (_, index) =>
    index % 2 === 0 ? Number(embeds.data[index]) : Number(positions[(index - 1) / 2]),
  );
  const keys = [...(past.data as Float32Array), ...newKeys];
  const logits = new Float32Array(rows.length * scriptedVocabulary);
  const hidden = new Float32Array(rows.length * 2);
  for (const [index, row] of rows.entries()) {
    const seen = Array.from({ length: pastRows + newRows }, (_, key) => key)
      .filter((key) => Number(bias.data[row * (pastRows + newRows) + key]) === 0)
      .map((key) => ({ token: keys[key * 2] ?? -1, position: keys[key * 2 + 1] ?? -1 }));
    logits[index * scriptedVocabulary + next(seen)] = 1;
    hidden.set([next(seen), Number(positions[row])], index * 2);
  }
  return {
    logits: floats(logits, [rows.length, scriptedVocabulary]),
    hidden: floats(hidden, [rows.length, 2]),
    'new_key.0': floats(newKeys, [newRows, 1, 2]),
    'new_value.0': floats(new Float32Array(newRows * 2), [newRows, 1, 2]),
  };
}

function runBound(feeds: Feeds, bound: Feeds, next: NextToken, runs: number[]): Record<string, HostTensor> {
  const embeds = host(feeds, 'embeds');
  const rows = Array.from(host(feeds, 'rows').data as BigInt64Array, Number);
  const positions = Array.from(host(feeds, 'positions').data as BigInt64Array, Number);
  const newRows = embeds.dims[1] ?? 0;
  const total = Number(host(feeds, 'total_rows').data[0]);
  if (Number(host(feeds, 'last_row').data[0]) !== total - 1)
    throw new Error('The last row is the total less one.');
  runs.push(newRows);

  const cache = host(bound, 'present_key.0').data as Float32Array;
  if (cache !== host(feeds, 'past_key.0').data) throw new Error('The cache is written where it is read.');
  const first = total - newRows;
  for (let row = 0; row < newRows; row++)
    cache.set([Number(embeds.data[row * 2]), positions[first + row] ?? -1], (first + row) * 2);
  const choices = rows.map((row) =>
    next(
      Array.from({ length: first + row + 1 }, (_, key) => ({
        token: cache[key * 2] ?? -1,
        position: cache[key * 2 + 1] ?? -1,
      })),
    ),
  );
  const hidden = Float32Array.from(
    rows.flatMap((row, index) => [choices[index] ?? -1, positions[first + row] ?? -1]),
  );
  return {
    choice: integers(
      choices.map((choice) => choice || 0),
      [rows.length],
    ), // an argmax over NaN is some number
    hidden: floats(hidden, [rows.length, 2]),
  };
}

function host(feeds: Readonly<Record<string, RunTensor>>, name: string): HostTensor {
  const tensor = feeds[name];
  if (tensor?.location !== 'host') throw new Error(`No input ${name}.`);
  return tensor;
}
