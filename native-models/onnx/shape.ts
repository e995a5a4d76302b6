import { assert } from '../errors.ts';

/** A known size, or the name of one that is known at run time ("S"). Two names are equal when they are spelt alike. */
export type Dim = number | string;
export type Shape = readonly Dim[];

export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((dim, axis) => dim === right[axis]);
}

/** Elements of a shape whose sizes are all known. */
export function elementsOf(shape: Shape): number {
  return shape.reduce<number>((product, dim) => {
    assert(typeof dim === 'number', `${shapeText(shape)} is known in full`);
    return product * dim;
  }, 1);
}

/** The shape of an elementwise operation, by NumPy's rules. */
export function broadcast(left: Shape, right: Shape, where: string): Shape {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const a = left[left.length - rank + axis] ?? 1;
    const b = right[right.length - rank + axis] ?? 1;
    if (a === b || b === 1) return a;
    assert(a === 1, `${where}: ${shapeText(left)} and ${shapeText(right)} broadcast`);
    return b;
  });
}

/** The shape of left @ right over their last two axes; the axes before broadcast. */
export function matMulShape(left: Shape, right: Shape, where: string): Shape {
  const why = `${where}: ${shapeText(left)} @ ${shapeText(right)} fits`;
  assert(left.length >= 2 && right.length >= 2 && left.at(-1) === right.at(-2), why);
  const [rows, columns] = [left.at(-2), right.at(-1)];
  assert(rows !== undefined && columns !== undefined, why);
  return [...broadcast(left.slice(0, -2), right.slice(0, -2), where), rows, columns];
}

/** The shape with its axes in another order. */
export function permuteShape(shape: Shape, order: readonly number[], where: string): Shape {
  assert(
    order.length === shape.length && new Set(order).size === order.length,
    `${where}: ${order.join()} orders the axes of ${shapeText(shape)}`,
  );
  return order.map((axis) => dimAt(shape, axis, where));
}

/** The size of one axis; negative axes count from the end. */
export function dimAt(shape: Shape, axis: number, where: string): Dim {
  const dim = shape.at(axis);
  assert(dim !== undefined, `${where}: ${shapeText(shape)} has axis ${axis}`);
  return dim;
}

/** A size that is the product of others; known ones are multiplied out. */
export function productOf(...dims: readonly Dim[]): Dim {
  const known = dims.reduce<number>((product, dim) => (typeof dim === 'number' ? product * dim : product), 1);
  const names = dims.filter((dim) => typeof dim === 'string').flatMap((dim) => dim.split('*'));
  if (names.length === 0) return known;
  return [...(known === 1 ? [] : [known]), ...names.toSorted()].join('*');
}

/** Checks that a reshape keeps the elements, known and named sizes alike. */
export function checkReshape(from: Shape, to: Shape, where: string): void {
  const total = (shape: Shape): Dim => {
    const factors = shape.flatMap<Dim>((dim) =>
      typeof dim === 'number'
        ? [dim]
        : dim.split('*').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    );
    return productOf(...factors);
  };
  assert(total(from) === total(to), `${where}: ${shapeText(from)} has as many elements as ${shapeText(to)}`);
}
