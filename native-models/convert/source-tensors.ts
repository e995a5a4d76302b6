import { openCheckpoint, type Checkpoint, type RowRange } from '../checkpoint/checkpoint.ts';
import type { StoredTensor } from '../checkpoint/stored-tensor.ts';
import { abbreviateList, isModelError, ModelError } from '../errors.ts';
import type { TensorRef } from '../pixellm/weights.ts';
import { missingTensors } from './missing-parts.ts';
import { refuseAdapters, refuseOtherFormats, refuseQuantised } from './unmerged.ts';

/** The tensors of a PixelLM checkpoint and of its vision tower under one roof; their names never meet. Close with dispose(). */
export class SourceTensors {
  readonly #language: Checkpoint;
  readonly #vision: Checkpoint;

  private constructor(language: Checkpoint, vision: Checkpoint) {
    this.#language = language;
    this.#vision = vision;
  }

  static async open(checkpoint: string, vision: string): Promise<SourceTensors> {
    await refuseOtherFormats(checkpoint);
    const language = await openCheckpoint(checkpoint);
    try {
      const names = [...language.tensors.keys()];
      refuseAdapters(names);
      refuseQuantised(names);
      return new SourceTensors(language, await openVisionTower(vision));
    } catch (error) {
      await language.dispose();
      throw error;
    }
  }

  /** Where the two checkpoints lie. */
  get folders(): { readonly checkpoint: string; readonly vision: string } {
    return { checkpoint: this.#language.folder, vision: this.#vision.folder };
  }

  /** What a wrapper had put before the names, and was left out. */
  get prefix(): string {
    return this.#language.prefix;
  }

  /** The files with weights of both, those of the vision tower apart. */
  get files(): { readonly checkpoint: Checkpoint['files']; readonly vision: Checkpoint['files'] } {
    return { checkpoint: this.#language.files, vision: this.#vision.files };
  }

  get names(): string[] {
    return [...this.#language.tensors.keys(), ...this.#vision.tensors.keys()];
  }

  find(name: string): StoredTensor | undefined {
    return this.#language.tensors.get(name) ?? this.#vision.tensors.get(name);
  }

  readFloat32(name: string, rows: RowRange | null = null): Promise<Float32Array> {
    const home = this.#language.tensors.has(name) ? this.#language : this.#vision;
    return home.readFloat32(name, rows);
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#language.dispose(), this.#vision.dispose()]);
  }
}

async function openVisionTower(folder: string): Promise<Checkpoint> {
  try {
    return await openCheckpoint(folder);
  } catch (error) {
    if (!isModelError(error)) throw error;
    throw new ModelError(
      error.code,
      `The vision tower cannot be read. ${error.message}`,
      error.details,
      error,
    );
  }
}

/**
 * Checks that everything the graphs need is there in the promised shape, and that everything that is there is used or known to be unneeded.
 * A tensor that nobody uses means that the checkpoint holds a network other than the one being built.
 *
 * @throws ModelError 'checkpoint-missing-tensor', 'checkpoint-wrong-shape' or 'checkpoint-unused-tensor', each with the whole list
 */
export function auditTensors(
  source: SourceTensors,
  needed: readonly TensorRef[],
  isUnneeded: (name: string) => boolean,
): void {
  const missing = [...new Set(needed.filter(({ name }) => !source.find(name)).map(({ name }) => name))];
  if (missing.length > 0) {
    throw missingTensors(missing, [...new Set(needed.map(({ name }) => name))], source.folders);
  }
  const differing = needed.flatMap(({ name, shape }) => {
    const found = source.find(name)?.shape ?? [];
    return found.join() === shape.join()
      ? []
      : [`${name} is [${found.join(', ')}] instead of [${shape.join(', ')}]`];
  });
  const mismatched = [...new Set(differing)]; // some are used twice
  if (mismatched.length > 0) {
    const code = mismatched.every((text) => text.startsWith('vision_model.'))
      ? 'vision-tower-mismatch'
      : 'checkpoint-wrong-shape';
    throw new ModelError(
      code,
      `${mismatched.length} tensors do not have the shape that config.json promises: ${abbreviateList(mismatched, 4)}.`,
      { mismatched },
    );
  }
  const used = new Set(needed.map(({ name }) => name));
  const unused = source.names.filter((name) => !used.has(name) && !isUnneeded(name));
  if (unused.length > 0) {
    throw new ModelError(
      'checkpoint-unused-tensor',
      `The checkpoint holds ${unused.length} tensors that no part of a PixelLM model uses: ${abbreviateList(unused)}.`,
      { unused },
    );
  }
}
