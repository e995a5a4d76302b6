/** Where a graph's weights come from: tensors of the checkpoint, as they are, rounded or worked out. */
import type { Graph, Scope, Value } from '../onnx/graph.ts';
import type { BlockForm } from '../quantise.ts';

/** A tensor a graph needs from the checkpoint, and the shape the configuration promises it has. */
export type TensorRef = { readonly name: string; readonly shape: readonly number[] };

/** The weight's numbers: at once, or in pieces where that takes long. */
type Computed = Float32Array | Iterable<Float32Array>;
export type Compute = (...tensors: Float32Array[]) => Computed;

/** How to make the bytes of a graph's weight from the checkpoint. Pure data and pure functions: making them is the converter's work. */
export type WeightSource =
  | { readonly kind: 'stored'; readonly from: TensorRef; readonly dtype: 'f32' | 'f16' }
  | {
      readonly kind: 'blocks';
      readonly from: TensorRef;
      readonly form: BlockForm;
      readonly part: 'values' | 'scales';
    }
  /** 8 bits with a scale per output, one column per output. */
  | { readonly kind: 'rows8'; readonly from: TensorRef; readonly part: 'values' | 'scales' }
  | { readonly kind: 'computed'; readonly from: readonly TensorRef[]; readonly compute: Compute };

export type ModelGraph = Graph<WeightSource>;
export type ModelScope = Scope<WeightSource>;

/** A tensor of the checkpoint as it is, in 32-bit floats. Asked for twice, it is stored once. */
export function storedWeight(
  scope: ModelScope,
  name: string,
  shape: readonly number[],
  dtype: 'f32' | 'f16' = 'f32',
): Value {
  return (
    scope.graph.existingWeight(name) ??
    scope.graph.weight(name, dtype, shape, { kind: 'stored', from: { name, shape }, dtype })
  );
}

/** A weight worked out from tensors of the checkpoint when the model is converted. Asked for twice, it is computed once. */
export function computedWeight<const From extends readonly TensorRef[]>(
  scope: ModelScope,
  name: string,
  shape: readonly number[],
  {
    from,
    compute,
  }: {
    from: From;
    compute: (...tensors: { [Index in keyof From]: Float32Array }) => Computed;
  },
): Value {
  // The converter calls `compute` with one array per entry of `from`, which is what its own type says.
  const source: WeightSource = { kind: 'computed', from, compute: compute as Compute };
  return scope.graph.existingWeight(name) ?? scope.graph.weight(name, 'f32', shape, source);
}
