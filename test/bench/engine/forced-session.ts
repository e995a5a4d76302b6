import { hostFloats } from '../../../native-models/runtime/ort-tensors.ts';
import type { RunTensor, Session } from '../../../native-models/runtime/ort-tensors.ts';

/** What the model is made to say: a token per place of the sequence. */
export type Script = Map<number, number>;

/** Gets the model's own logits for the token at a place, f32 [vocabulary], before they are forced. A copy, free to keep. */
export type LogitsListener = (position: number, logits: Float32Array) => void;

/** What went into runs from main memory and came back to it. */
export interface Traffic {
  runs: number;
  bytes: number;
}

type Tensors = Readonly<Record<string, RunTensor>>;

/**
 * A decoder session that computes everything and then says the scripted token: random weights would never write two targets. Where the graph
 * chooses itself its choice is replaced, else the token's logit is raised.
 */
export function forcedSession(
  session: Session,
  vocabulary: number,
  script: Script,
  { listen = () => undefined, traffic }: { listen?: LogitsListener | undefined; traffic: Traffic },
): Session {
  return {
    ...session,
    allocate: (dtype, dims) => session.allocate(dtype, dims),
    release: () => session.release(),
    run: async (feeds, outputs, bound) => {
      const results = await session.run(feeds, outputs, bound);
      traffic.runs++;
      traffic.bytes += hostBytes(feeds) + hostBytes(results);
      const places = placesOf(feeds);
      for (const [index, row] of wholeNumbers(feeds['rows']).entries()) {
        const position = (places[row] ?? 0) + 1;
        const token = script.get(position);
        if ('choice' in results) force(results, index, token);
        else
          forceLogits(hostFloats(results, 'logits').subarray(index * vocabulary, (index + 1) * vocabulary), {
            position,
            token,
            listen,
          });
      }
      return results;
    },
  };
}

function force(results: Tensors, index: number, token: number | undefined): void {
  const { data } = results['choice'] as { data: BigInt64Array }; // integers, by the graph's contract
  if (token !== undefined) data[index] = BigInt(token);
}

function forceLogits(
  logits: Float32Array,
  { position, token, listen }: { position: number; token: number | undefined; listen: LogitsListener },
): void {
  listen(position, logits.slice());
  if (token !== undefined) logits[token] = 1e9;
}

/** The positions of the rows of a run, whichever way the graph is told of them. */
function placesOf(feeds: Tensors): number[] {
  if ('position_ids' in feeds) return wholeNumbers(feeds['position_ids']);
  const total = wholeNumbers(feeds['total_rows'])[0] ?? 0;
  const count = feeds['embeds']?.dims[1] ?? 0;
  return wholeNumbers(feeds['positions']).slice(total - count, total);
}

function hostBytes(tensors: Tensors): number {
  return Object.values(tensors).reduce(
    (sum, tensor) => sum + (tensor.location === 'host' ? tensor.data.byteLength : 0),
    0,
  );
}

function wholeNumbers(tensor: unknown): number[] {
  const { data } = tensor as { data: BigInt64Array | Int32Array }; // integers, by the graph's contract
  return Array.from(data, Number);
}
