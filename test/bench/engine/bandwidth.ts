import { Graph } from '../../../native-models/onnx/graph.ts';
import { encodeModel } from '../../../native-models/onnx/model-file.ts';
import { sumAxis } from '../../../native-models/onnx/operators.ts';
import { openSession } from '../../../native-models/runtime/ort.ts';
import { floats } from '../../../native-models/runtime/ort-tensors.ts';

const megabytes = 512;

/**
 * How fast this machine reads main memory with `threads` threads, in bytes per second: the best of several sums over more numbers than any
 * cache holds, by the same library and threads as the model.
 */
export async function measureReadBandwidth(threads: number): Promise<number> {
  const columns = 4096;
  const rows = (megabytes * 2 ** 20) / 4 / columns;
  const graph = new Graph<never>('bandwidth');
  graph.output('y', sumAxis(graph.root, 'sum', graph.input('x', 'f32', [rows, columns]), 1));
  const session = await openSession(encodeModel(graph, '', []), { provider: 'cpu', threads });
  try {
    const feeds = { x: floats(new Float32Array(rows * columns).fill(1), [rows, columns]) };
    let best = 0;
    for (let repeat = 0; repeat < 8; repeat++) {
      const start = performance.now();
      await session.run(feeds, ['y']);
      best = Math.max(best, (megabytes * 2 ** 20) / ((performance.now() - start) / 1000));
    }
    return best;
  } finally {
    await session.release();
  }
}
