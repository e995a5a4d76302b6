import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { abbreviateList, ModelError } from '../errors.ts';
import { readSmallFile } from '../regular-file.ts';
import { manifestFileName, manifestSchema, type ModelManifest } from './manifest.ts';

/** A 13B's has some thirty kilobytes. */
const largestManifest = 4 * 2 ** 20;

/** @throws ModelError 'manifest-invalid' when the folder is not a model, or of a version this program does not know */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const path = join(folder, manifestFileName);
  if (!existsSync(path))
    throw new ModelError('manifest-invalid', `${folder} is not a model: it has no ${manifestFileName}.`, {
      folder,
    });
  const bytes = await readSmallFile(path, { mostBytes: largestManifest, code: 'manifest-invalid' });
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ModelError('manifest-invalid', `${path} is not readable.`, { path }, cause);
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 20)
    .map(({ path: place, message }) =>
      [place.join('.').slice(0, 100), message.slice(0, 200)].filter((part) => part !== '').join(': '),
    );
  throw new ModelError(
    'manifest-invalid',
    `${path} was not written by this version of the program: ${abbreviateList(problems, 3)}.`,
    { path, problems },
  );
}
