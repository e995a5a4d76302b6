import type { EmbeddingTable } from '../../../native-models/runtime/embedding-table.ts';
import { Decoder } from '../../../native-models/runtime/decoder.ts';
import { HostCache } from '../../../native-models/runtime/key-value-cache.ts';
import { floats } from '../../../native-models/runtime/ort.ts';
import type { HostTensor, RunTensor, Session } from '../../../native-models/runtime/ort.ts';

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
export function scriptedDecoder(next: NextToken): { decoder: Decoder; runs: number[] } {
  const runs: number[] = [];
  const session: Session = {
    inputNames: [],
    outputNames: [],
    run: (feeds) => Promise.resolve(runOnce(feeds, next, runs)),
    release: () => Promise.resolve(),
  };
  const embedding = {
    row: (token: number) => Promise.resolve(Float32Array.of(token, 0)),
  } as unknown as EmbeddingTable;
  const imageTokens = (): Float32Array =>
    Float32Array.from({ length: 600 }, (_, index) => (index % 2 === 0 ? 1000 + index / 2 : 0));
  return {
    decoder: new Decoder({ session, cache: new HostCache(language, 300), embedding, language, imageTokens }),
    runs,
  };
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

function host(feeds: Readonly<Record<string, RunTensor>>, name: string): HostTensor {
  const tensor = feeds[name];
  if (tensor?.location !== 'host') throw new Error(`No input ${name}.`);
  return tensor;
}
