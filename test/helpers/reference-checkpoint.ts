import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

const fixture = fileURLToPath(new URL('../fixtures/reference-a', import.meta.url));
const visionName = join('openai', 'clip-vit-tiny-patch14-336');

export type ReferenceCheckpoint = { readonly model: string; readonly vision: string };

/**
 * The tiny checkpoint and vision tower of the golden values, as the original code wrote them. They are kept compressed in the project
 * (20 MB become 6) and unpacked once per machine into the temporary folder; treat the result as read-only.
 *
 * @param from  the fixture's folder, for a bundle that lies elsewhere than this file
 */
export async function referenceCheckpoint(from = fixture): Promise<ReferenceCheckpoint> {
  const root = join(tmpdir(), `pixellm-reference-a-${await fingerprint(from)}`);
  if (!existsSync(root)) await unpackInto(root, from);
  return { model: join(root, 'model'), vision: join(root, visionName) };
}

/** A copy of the reference checkpoint that a test may damage. */
export async function referenceCheckpointCopy(folder: string): Promise<ReferenceCheckpoint> {
  const original = await referenceCheckpoint();
  const copy = { model: join(folder, 'model'), vision: join(folder, visionName) };
  await cp(original.model, copy.model, { recursive: true });
  await cp(original.vision, copy.vision, { recursive: true });
  return copy;
}

async function unpackInto(root: string, from: string): Promise<void> {
  const partial = await mkdtemp(`${root}-`);
  for (const folder of ['model', visionName]) {
    for (const name of await readdir(join(from, folder)))
      await unpackFile(join(from, folder, name), join(partial, folder, name));
  }
  try {
    await rename(partial, root);
  } catch {
    // Another test process was quicker; its copy is the same.
    await rm(partial, { recursive: true, force: true });
  }
}

async function unpackFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const bytes = await readFile(from);
  if (from.endsWith('.br'))
    await writeFile(to.slice(0, -'.br'.length), await promisify(brotliDecompress)(bytes));
  else await writeFile(to, bytes);
}

async function fingerprint(from: string): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['model', visionName]) {
    for (const name of (await readdir(join(from, folder))).toSorted())
      hash.update(name).update(await readFile(join(from, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
