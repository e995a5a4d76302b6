import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Graph } from '../../../native-models/onnx/graph.ts';
import { convolve } from '../../../native-models/onnx/image-operators.ts';
import { encodeModel } from '../../../native-models/onnx/model-file.ts';
import {
  add,
  concat,
  gemm,
  matMul,
  reshape,
  slice,
  transpose,
} from '../../../native-models/onnx/operators.ts';
import { ProtobufWriter } from '../../../native-models/onnx/protobuf.ts';
import { fusedMatMul } from '../../../native-models/onnx/runtime-operators.ts';
import { productOf } from '../../../native-models/onnx/shape.ts';
import { appendWeight, HashedFile } from '../../../native-models/onnx/side-file.ts';
import { openSession } from '../../../native-models/runtime/ort.ts';
import { floats, hostFloats } from '../../../native-models/runtime/ort-tensors.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

function aGraph(): Graph<string> {
  return new Graph<string>('test');
}

describe('a graph refuses while it is being written', () => {
  test('a name that is given twice', () => {
    const graph = aGraph();
    const x = graph.input('x', 'f32', [2]);
    add(graph.root, 'sum', x, x);
    expect(() => add(graph.root, 'sum', x, x)).toThrow('node sum is named once');
    expect(() => graph.input('x', 'f32', [2])).toThrow('value x is named once');
    expect(() => graph.weight('x', 'f32', [2], 'anything')).toThrow('value x is named once');
  });

  test('the value of another graph', () => {
    const stranger = aGraph().input('x', 'f32', [2]);
    const graph = aGraph();
    expect(() => add(graph.root, 'sum', graph.input('y', 'f32', [2]), stranger)).toThrow(
      'value x belongs to graph test',
    );
  });

  test('shapes that do not fit, naming the node by its path', () => {
    const graph = aGraph();
    const scope = graph.root.inside('layers.0').inside('attention');
    const x = graph.input('x', 'f32', ['S', 4]);
    const y = graph.input('y', 'f32', [5, 6]);
    expect(() => matMul(scope, 'scores', x, y)).toThrow('layers.0/attention/scores: [S, 4] @ [5, 6] fits');
    expect(() => add(scope, 'sum', x, y)).toThrow('[S, 4] and [5, 6] broadcast');
    expect(() => reshape(scope, 'flat', x, ['S', 5])).toThrow('[S, 4] has as many elements as [S, 5]');
    expect(() => transpose(scope, 'turned', x, [0, 0])).toThrow('orders the axes');
    expect(() => concat(scope, 'joined', [x, y], { axis: 1 })).toThrow('joins');
    expect(() => slice(scope, 'part', y, { axis: 0, from: 3, to: 9 })).toThrow('3 to 9 lies in 5');
    expect(() => gemm(scope, 'linear', x, y, null)).toThrow('[S, 4] goes into [5, 6]');
    expect(() => convolve(scope, 'conv', x, { weight: y, stride: 1, padding: 0 })).toThrow();
    const options = { leftBatchInside: true, rightBatchInside: true, transposeRight: true, alpha: 1 };
    const cache = graph.input('cache', 'f32', ['P', 2, 8]);
    expect(() =>
      fusedMatMul(scope, 'mixed', { left: graph.input('q', 'f32', ['S', 3, 8]), right: cache, ...options }),
    ).toThrow('fits');
  });

  test('two number types in one sum', () => {
    const graph = aGraph();
    expect(() => add(graph.root, 'sum', graph.input('x', 'f32', [2]), graph.input('y', 'f16', [2]))).toThrow(
      'f32 and f16 are one type',
    );
  });
});

test('named sizes multiply like numbers', () => {
  expect([productOf(2, 3), productOf('N', 6), productOf('S', 'N', 2, 2), productOf()]).toEqual([
    6,
    '6*N',
    '4*N*S',
    1,
  ]);
});

test('a protobuf is what the wire format says', () => {
  const bytes = new ProtobufWriter()
    .integer(1, 150)
    .text(2, 'ab')
    .integer(3, -1)
    .message(4, (inner) => inner.float(5, 1))
    .finish();
  expect(Buffer.from(bytes).toString('hex')).toBe(
    '089601' + '12026162' + '18ffffffffffffffffff01' + '2205' + '2d0000803f',
  );
});

describe('a written model', () => {
  test('computes with weights from its side file, whole and cut into chunks', async () => {
    const graph = aGraph();
    const x = graph.input('x', 'f32', ['S', 3]);
    const weight = graph.weight('layer.weight', 'f32', [2, 3], 'layer.weight');
    const bias = graph.weight('layer.bias', 'f32', [2], 'layer.bias');
    graph.output('y', gemm(graph.root, 'linear', x, weight, bias));
    const numbers = {
      'layer.weight': Float32Array.of(1, 2, 3, 4, 5, 6),
      'layer.bias': Float32Array.of(10, 20),
    };
    const folder = await temporaryFolder();
    const file = await HashedFile.create(join(folder, 'model.data'));
    const stored = [];
    for (const { value, source } of graph.weights)
      stored.push(await appendWeight(file, value, inChunks(numbers[source as keyof typeof numbers])));
    await file.finish();
    await writeBytes(join(folder, 'model.onnx'), encodeModel(graph, 'model.data', stored));
    const session = await openSession(join(folder, 'model.onnx'), { provider: 'cpu', threads: 1 });
    const outputs = await session.run({ x: floats(Float32Array.of(1, 0, 0, 0, 0, 1), [2, 3]) }, ['y']);
    expect([...hostFloats(outputs, 'y')]).toEqual([11, 24, 13, 26]);
    await session.release();
  });

  test('may give one value under two names and an input through', async () => {
    const graph = aGraph();
    const x = graph.input('x', 'f32', [2]);
    const sum = add(graph.root, 'sum', x, x);
    graph.output('first', sum);
    graph.output('second', sum);
    graph.output('same', x);
    const session = await openSession(encodeModel(graph, 'none', []), { provider: 'cpu', threads: 1 });
    const outputs = await session.run({ x: floats(Float32Array.of(1, 2), [2]) }, ['first', 'second', 'same']);
    expect(['first', 'second', 'same'].map((name) => [...hostFloats(outputs, name)])).toEqual([
      [2, 4],
      [2, 4],
      [1, 2],
    ]);
    await session.release();
  });

  test('begins large weights at a page and small ones at a cache line', async () => {
    const graph = aGraph();
    const folder = await temporaryFolder();
    const file = await HashedFile.create(join(folder, 'model.data'));
    const small = await appendWeight(
      file,
      graph.weight('small', 'f32', [3], ''),
      inChunks(new Float32Array(3)),
    );
    const large = await appendWeight(
      file,
      graph.weight('large', 'f32', [8192], ''),
      inChunks(new Float32Array(8192)),
    );
    const next = await appendWeight(
      file,
      graph.weight('next', 'f32', [1], ''),
      inChunks(new Float32Array(1)),
    );
    await file.finish();
    expect([small.offset, large.offset % 4096, next.offset % 64]).toEqual([0, 0, 0]);
  });

  test('refuses a weight with too few bytes', async () => {
    const folder = await temporaryFolder();
    const file = await HashedFile.create(join(folder, 'model.data'));
    const value = aGraph().weight('weight', 'f32', [4], '');
    await expect(appendWeight(file, value, inChunks(new Float32Array(3)))).rejects.toThrow(
      'weight weight has 16 bytes, not 12',
    );
    await file.dispose();
  });
});

async function* inChunks(numbers: Float32Array): AsyncGenerator<Uint8Array> {
  const bytes = new Uint8Array(numbers.buffer);
  for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5);
}

async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  await handle.write(bytes);
  await handle.close();
}
