import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { z } from 'zod';
import type { Precision, Provider } from '../../native-models/names.ts';
import { convertCheckpoint } from '../../native-models/convert.ts';
import type { ModelManifest } from '../../native-models/pixellm/manifest.ts';
import { EmbeddingTable } from '../../native-models/runtime/embedding-table.ts';
import { loadEngine } from '../../native-models/runtime/engine.ts';
import type { Engine } from '../../native-models/runtime/engine.ts';
import { openSession } from '../../native-models/runtime/ort.ts';
import type { Session } from '../../native-models/runtime/ort-tensors.ts';
import { loadTokenizer } from '../../native-models/runtime/tokenizer/tokenizer.ts';
import type { Tokenizer } from '../../native-models/runtime/tokenizer/tokenizer.ts';
import type { GoldenFolder } from './golden.ts';

const threads = 2;
const configSchema = z.object({
  vision_tower: z.string().optional(),
  mm_vision_tower: z.string().optional(),
});

/** A golden folder's checkpoint, converted and opened: as the product runs it, and with the values inside it laid open. */
export interface ParityModel {
  readonly manifest: ModelManifest;
  readonly checkpoint: string;
  readonly vision: string;
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  readonly embedding: EmbeddingTable;
  /** Graphs with taps. */
  readonly tapped: { readonly vision: Session; readonly decoder: Session; readonly masks: Session };
  dispose(): Promise<void>;
}

export interface ParityOptions {
  readonly precision: Precision;
  readonly provider: Provider;
}

export async function openParityModel(
  golden: GoldenFolder,
  { precision, provider }: ParityOptions,
): Promise<ParityModel> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pixellm-parity-'));
  const closing: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const dispose = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const checkpoint = await unpacked(golden.path('model'), path.join(folder, 'checkpoint'));
    const vision = await unpacked(visionFolder(golden), path.join(folder, 'vision-tower'));
    const out = { product: path.join(folder, 'product'), tapped: path.join(folder, 'tapped') };
    const shared = {
      checkpoint,
      vision,
      precision,
      segTokenNum: golden.manifest.seg_token_num,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    await convertCheckpoint({ ...shared, out: out.product });
    const manifest = await convertCheckpoint({ ...shared, out: out.tapped, taps: true });

    const engine = await loadEngine({ folder: out.product, provider, threads, signal: shared.signal });
    closing.push(() => engine.dispose());
    const open = async (file: string): Promise<Session> => {
      const session = await openSession(path.join(out.tapped, file), { provider, threads });
      closing.push(() => session.release());
      return session;
    };
    const { graphs } = manifest;
    const onCpu = provider === 'cpu';
    const tapped = {
      vision: await open((onCpu ? graphs.vision : graphs.visionGpu).graph),
      // The form that gives new rows only, on every provider: the cached rung appends them itself.
      decoder: await open(graphs.decoder.graph),
      masks: await open((onCpu ? graphs.masks : graphs.masksGpu).graph),
    };
    const embedding = await EmbeddingTable.open(out.product, manifest.embedding);
    closing.push(() => embedding.close());
    return {
      manifest,
      checkpoint,
      vision,
      engine,
      tokenizer: await loadTokenizer(out.product, manifest.tokenizer),
      embedding,
      tapped,
      dispose,
    };
  } catch (cause) {
    await dispose();
    throw cause;
  }
}

/** The reference runs with the golden folder as its current directory, so that the config's tower name is a path. */
function visionFolder(golden: GoldenFolder): string {
  const config = configSchema.parse(golden.readJson('model/config.json'));
  const name = config.vision_tower ?? config.mm_vision_tower;
  if (name === undefined) throw new Error('The checkpoint’s config.json names no vision tower.');
  return golden.path(name);
}

/** The project's own copy of the goldens keeps its checkpoints compressed (*.br): then a plain copy of the folder, else the folder itself. */
async function unpacked(from: string, to: string): Promise<string> {
  const compressed = (await readdir(from)).filter((name) => name.endsWith('.br'));
  if (compressed.length === 0) return from;
  await cp(from, to, { recursive: true });
  for (const name of compressed) {
    const bytes = await promisify(brotliDecompress)(await readFile(path.join(from, name)));
    await writeFile(path.join(to, name.slice(0, -'.br'.length)), bytes);
    await rm(path.join(to, name));
  }
  return to;
}
