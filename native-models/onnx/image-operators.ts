/** Operators on pictures, [batch, channels, height, width]. */
import { assert } from '../errors.ts';
import type { Value } from './graph.ts';
import type { OperatorScope } from './operators.ts';
import { dimAt, shapeText, type Shape } from './shape.ts';

type Picture = {
  readonly batch: Shape[number];
  readonly channels: number;
  readonly height: number;
  readonly width: number;
};

function pictureOf(x: Value, where: string): Picture {
  const [channels, height, width] = [
    dimAt(x.shape, 1, where),
    dimAt(x.shape, 2, where),
    dimAt(x.shape, 3, where),
  ];
  assert(
    x.shape.length === 4 &&
      typeof channels === 'number' &&
      typeof height === 'number' &&
      typeof width === 'number',
    `${where}: ${shapeText(x.shape)} is a picture`,
  );
  return { batch: dimAt(x.shape, 0, where), channels, height, width };
}

/** Convolution without bias; weight [out, in, kernel, kernel]. */
export function convolve(
  scope: OperatorScope,
  name: string,
  x: Value,
  { weight, stride, padding }: { weight: Value; stride: number; padding: number },
): Value {
  const where = scope.nameOf(name);
  const { batch, channels, height, width } = pictureOf(x, where);
  const [out, kernel] = [dimAt(weight.shape, 0, where), dimAt(weight.shape, 2, where)];
  assert(
    weight.shape[1] === channels && typeof kernel === 'number' && weight.shape[3] === kernel,
    `${where}: ${shapeText(weight.shape)} fits ${shapeText(x.shape)}`,
  );
  const size = (side: number): number => Math.floor((side + 2 * padding - kernel) / stride) + 1;
  return scope.compute(name, {
    operator: 'Conv',
    inputs: [x, weight],
    attributes: {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
    },
    outputs: [{ dtype: x.dtype, shape: [batch, out, size(height), size(width)] }],
  });
}

/** Bilinear enlargement by a whole factor, as torch's interpolate with align_corners False. */
export function enlargeBilinear(scope: OperatorScope, name: string, x: Value, factor: number): Value {
  const { batch, channels, height, width } = pictureOf(x, scope.nameOf(name));
  return scope.compute(name, {
    operator: 'Resize',
    inputs: [x, null, scope.floats(`${name}.scales`, [4], [1, 1, factor, factor])],
    attributes: { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
    outputs: [{ dtype: x.dtype, shape: [batch, channels, height * factor, width * factor] }],
  });
}
