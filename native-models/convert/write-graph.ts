import { join } from 'node:path';
import { assert } from '../errors.ts';
import { encodeModel } from '../onnx/model-file.ts';
import { appendWeight, HashedFile, type StoredWeight } from '../onnx/side-file.ts';
import type { ManifestFile, ManifestGraph } from '../pixellm/manifest.ts';
import type { ModelGraph, WeightSource } from '../pixellm/weights.ts';
import { loadedBytes } from './estimate-memory.ts';

export type WrittenGraph = {
  readonly graph: ManifestGraph;
  readonly files: readonly ManifestFile[];
  readonly stored: readonly StoredWeight[];
};

/** Writes <name>.onnx and <name>.data into a folder; the weights go through memory a chunk at a time. */
export async function writeGraph(
  folder: string,
  name: string,
  graph: ModelGraph,
  produce: (source: WeightSource) => AsyncIterable<Uint8Array>,
): Promise<WrittenGraph> {
  const names = { graph: `${name}.onnx`, data: `${name}.data` };
  const stored: StoredWeight[] = [];
  const data = await writeFile(join(folder, names.data), async (file) => {
    for (const weight of graph.weights)
      stored.push(await appendWeight(file, weight.value, produce(weight.source)));
  });
  const model = await writeFile(join(folder, names.graph), (file) =>
    file.append(encodeModel(graph, names.data, stored)),
  );
  return {
    graph: { ...names, loadedBytes: loadedBytes(graph) },
    files: [
      { path: names.graph, ...model },
      { path: names.data, ...data },
    ],
    stored,
  };
}

/** Writes <name>.onnx for a variant of a written graph that uses the same weights, from the same side file. */
export async function writeVariant(
  folder: string,
  name: string,
  graph: ModelGraph,
  original: WrittenGraph,
): Promise<WrittenGraph> {
  const needed = new Set(graph.weights.map(({ value }) => value.name));
  const stored = original.stored.filter(({ value }) => needed.has(value.name));
  assert(stored.length === needed.size, `${name} has no weights of its own`);
  const names = { graph: `${name}.onnx`, data: original.graph.data };
  const model = await writeFile(join(folder, names.graph), (file) =>
    file.append(encodeModel(graph, names.data, stored)),
  );
  return {
    graph: { ...names, loadedBytes: original.graph.loadedBytes },
    files: [{ path: names.graph, ...model }],
    stored,
  };
}

/** Writes one file durably; says its size and SHA-256. */
export async function writeFile(
  path: string,
  write: (file: HashedFile) => Promise<void>,
): Promise<{ bytes: number; sha256: string }> {
  const file = await HashedFile.create(path);
  try {
    await write(file);
    return await file.finish();
  } finally {
    await file.dispose();
  }
}
