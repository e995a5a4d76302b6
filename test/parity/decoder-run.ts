import type { Network } from '../../native-models/pixellm/network.ts';
import { hiddenBias } from '../../native-models/runtime/image/padding.ts';
import { floats, hostFloats, integers } from '../../native-models/runtime/ort-tensors.ts';
import type { HostTensor, Session } from '../../native-models/runtime/ort-tensors.ts';

/**
 * Runs the decoder graph over a whole sequence at once, every row wanted, nothing cached: the plain way, against which the cached one is measured.
 *
 * @param embeds   f32 [length, hidden]
 * @param visible  which places later ones may look at
 */
export async function runWholeSequence(
  session: Session,
  language: Network['language'],
  embeds: Float32Array,
  visible: readonly boolean[],
): Promise<{ logits: Float32Array; hidden: Float32Array }> {
  const length = visible.length;
  const width = length + 1;
  const bias = Float32Array.from({ length: length * width }, (_, index) => {
    const query = Math.floor(index / width);
    const key = (index % width) - 1; // -1 is the dummy row of the empty cache
    return key >= 0 && key <= query && visible[key] === true ? 0 : hiddenBias;
  });
  const dummy = (): HostTensor =>
    floats(new Float32Array(language.heads * language.headDim), [1, language.heads, language.headDim]);
  const places = [...visible.keys()];
  const past = Array.from({ length: language.layers }, (_, layer) => [
    [`past_key.${layer}`, dummy()],
    [`past_value.${layer}`, dummy()],
  ]).flat();
  const outputs = await session.run(
    {
      embeds: floats(embeds, [1, length, language.hidden]),
      position_ids: integers(places, [1, length]),
      bias: floats(bias, [1, 1, length, width]),
      rows: integers(places, [length]),
      ...Object.fromEntries(past),
    },
    ['logits', 'hidden'],
  );
  return { logits: hostFloats(outputs, 'logits'), hidden: hostFloats(outputs, 'hidden') };
}
