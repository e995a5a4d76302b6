import { ModelError } from '../errors.ts';

export const bytesPerElement = {
  f64: 8,
  f32: 4,
  f16: 2,
  bf16: 2,
  i64: 8,
  i32: 4,
  i16: 2,
  i8: 1,
  u8: 1,
  bool: 1,
} as const;
export type StoredDtype = keyof typeof bytesPerElement;

/** Bytes of a file and the CRC-32 they had when they were written. */
export type CheckedBytes = { readonly start: number; readonly bytes: number; readonly crc: number };

/** Where one tensor lies in one file. Nothing of its data has been read yet. */
export type StoredTensor = {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** Elements to step per dimension; row-major unless the tensor was saved as a view. */
  readonly strides: readonly number[];
  readonly file: string;
  /** Byte position of the first element in the file. */
  readonly start: number;
  /** The stretch of the file it lies in whose checksum is known; null where the format has none. */
  readonly checked: CheckedBytes | null;
};

export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return strides;
}

/** True when the elements lie in the file in row-major order without gaps. Strides of dimensions of one element do not matter. */
export function isRowMajor(tensor: StoredTensor): boolean {
  if (countElements(tensor.shape) === 0) return true;
  const expected = rowMajorStrides(tensor.shape);
  return tensor.shape.every((dimension, axis) => dimension === 1 || tensor.strides[axis] === expected[axis]);
}

/** Elements from the first to the last one the view touches. */
export function spanOf(tensor: Pick<StoredTensor, 'shape' | 'strides'>): number {
  if (countElements(tensor.shape) === 0) return 0;
  return (
    tensor.shape.reduce((last, dimension, axis) => last + (dimension - 1) * (tensor.strides[axis] ?? 0), 0) +
    1
  );
}

/**
 * Checks that a view stays inside its storage, so that a forged file cannot make us read elsewhere or allocate without bound.
 *
 * @param storageElements  elements the storage holds
 * @param offset           element of the storage where the view begins
 * @throws ModelError 'checkpoint-corrupt'
 */
export function checkView(
  tensor: Pick<StoredTensor, 'name' | 'shape' | 'strides' | 'file'>,
  storageElements: number,
  offset: number,
): void {
  const numbers = [...tensor.shape, ...tensor.strides, offset, storageElements];
  const sane =
    numbers.every((value) => Number.isSafeInteger(value) && value >= 0) &&
    tensor.shape.length === tensor.strides.length;
  const inside = sane && offset + spanOf(tensor) <= storageElements;
  // A saved view never has more elements than its storage, save for tiny expanded ones.
  const bounded = sane && countElements(tensor.shape) <= Math.max(storageElements, 1 << 16);
  if (inside && bounded) return;
  throw new ModelError(
    'checkpoint-corrupt',
    `Tensor ${tensor.name} reaches outside its stored data in ${tensor.file}.`,
    {
      tensor: tensor.name,
      shape: tensor.shape,
      strides: tensor.strides,
      offset,
      storageElements,
    },
  );
}
