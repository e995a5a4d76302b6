import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readManifest } from '../../../native-models/convert.ts';
import { graphThreads } from '../../../native-models/runtime/graph-threads.ts';

test('a graph that is read in a moment runs in one thread, a large one in all', async () => {
  const shipped = fileURLToPath(
    new URL('../../../native-models/bundled/pixellm-drawn-scenes', import.meta.url),
  );
  const { graphs } = await readManifest(path.resolve(shipped));
  const gigabytes = { loadedBytes: 4e9 };
  expect([graphs.decoder, graphs.masks, gigabytes].map((graph) => graphThreads(graph, 4))).toEqual([1, 1, 4]);
});
