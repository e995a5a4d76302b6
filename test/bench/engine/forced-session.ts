import { hostFloats } from '../../../native-models/runtime/ort.ts';
import type { Session } from '../../../native-models/runtime/ort.ts';

/** What the model is made to say: a token per place of the sequence. */
export type Script = Map<number, number>;

/**
 * A decoder session that computes everything and then raises the logit of the scripted token: random weights would never write two targets.
 */
export function forcedSession(session: Session, vocabulary: number, script: Script): Session {
  return {
    ...session,
    run: async (feeds, outputs) => {
      const results = await session.run(feeds, outputs);
      const positions = wholeNumbers(feeds['position_ids']);
      const logits = hostFloats(results, 'logits');
      for (const [index, row] of wholeNumbers(feeds['rows']).entries()) {
        const token = script.get((positions[row] ?? 0) + 1);
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
