import { hostFloats } from '../../../native-models/runtime/ort-tensors.ts';
import type { Session } from '../../../native-models/runtime/ort-tensors.ts';

/** What the model is made to say: a token per place of the sequence. */
export type Script = Map<number, number>;

/** Gets the model's own logits for the token at a place, f32 [vocabulary], before they are forced. A copy, free to keep. */
export type LogitsListener = (position: number, logits: Float32Array) => void;

/**
 * A decoder session that computes everything and then raises the logit of the scripted token: random weights would never write two targets.
 */
export function forcedSession(
  session: Session,
  vocabulary: number,
  script: Script,
  listen: LogitsListener = () => undefined,
): Session {
  return {
    ...session,
    run: async (feeds, outputs) => {
      const results = await session.run(feeds, outputs);
      const positions = wholeNumbers(feeds['position_ids']);
      const logits = hostFloats(results, 'logits');
      for (const [index, row] of wholeNumbers(feeds['rows']).entries()) {
        const position = (positions[row] ?? 0) + 1;
        listen(position, logits.slice(index * vocabulary, (index + 1) * vocabulary));
        const token = script.get(position);
        if (token !== undefined) logits[index * vocabulary + token] = 1e9;
      }
      return results;
    },
  };
}

function wholeNumbers(tensor: unknown): number[] {
  const { data } = tensor as { data: BigInt64Array };
  return Array.from(data, Number);
}
