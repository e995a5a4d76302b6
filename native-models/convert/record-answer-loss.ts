import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFileName, type AnswerLoss } from '../pixellm/manifest.ts';
import { readManifest } from '../pixellm/read-manifest.ts';

/** Writes into a model's manifest what its answers lose against fp32 of the same checkpoint, as measured by running both. */
export async function recordAnswerLoss(folder: string, answerLoss: AnswerLoss): Promise<void> {
  const manifest = { ...(await readManifest(folder)), answerLoss };
  const partial = join(folder, `${manifestFileName}.partial-${process.pid}`);
  try {
    await writeFile(partial, `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(partial, join(folder, manifestFileName));
  } finally {
    await rm(partial, { force: true });
  }
}
