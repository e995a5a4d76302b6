import { join } from 'node:path';
import { writeGraph } from '../../native-models/convert/write-graph.ts';
import { WeightProducer } from '../../native-models/convert/produce-weights.ts';
import type { ModelGraph } from '../../native-models/pixellm/weights.ts';
import { openSession } from '../../native-models/runtime/ort.ts';
import { hostFloats, type RunTensor } from '../../native-models/runtime/ort-tensors.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** Writes a graph with these tensors as its checkpoint and runs it once on the CPU. */
export async function runGraph(
  graph: ModelGraph,
  tensors: Readonly<Record<string, Float32Array>>,
  feeds: Readonly<Record<string, RunTensor>>,
): Promise<Record<string, Float32Array>> {
  const folder = await temporaryFolder();
  const producer = new WeightProducer(
    {
      readFloat32(name, rows = null) {
        const tensor = tensors[name];
        if (!tensor) throw new Error(`The test gives no tensor ${name}.`);
        if (!rows) return Promise.resolve(tensor);
        const { shape = [] } =
          graph.weights
            .flatMap(({ source }) => (source.kind === 'computed' ? source.from : [source.from]))
            .find((from) => from.name === name) ?? {};
        const width = shape.slice(1).reduce((product, size) => product * size, 1);
        return Promise.resolve(tensor.slice(rows.from * width, rows.to * width));
      },
    },
    new AbortController().signal,
  );
  await writeGraph(folder, 'graph', graph, (source) => producer.produce(source));
  const session = await openSession(join(folder, 'graph.onnx'), { provider: 'cpu', threads: 1 });
  try {
    const names = graph.outputs.map(({ name }) => name);
    const outputs = await session.run(feeds, names);
    return Object.fromEntries(names.map((name) => [name, hostFloats(outputs, name).slice()]));
  } finally {
    await session.release();
  }
}

export function randomFloats(random: () => number, count: number, spread = 1): Float32Array {
  return Float32Array.from({ length: count }, () => (random() * 2 - 1) * spread);
}

/** sqrt(sum (a - b)^2 / sum b^2). */
export function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  let [error, energy] = [0, 0];
  for (const [index, value] of expected.entries()) {
    error += ((actual[index] ?? NaN) - value) ** 2;
    energy += value ** 2;
  }
  return Math.sqrt(error / energy);
}

export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  return expected.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (actual[index] ?? NaN))),
    0,
  );
}
