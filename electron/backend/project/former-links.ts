import type { Diff, ImageRecord } from '../../common/document/records.ts';

/**
 * The pictures outside of the project that its images linked since it was opened, and do no more: what takes such a change back names them
 * again, wherever they lie. A door may not read there any more (a restarted app was not given the folder again), but the image, its
 * targets and its questions are the project's.
 */
export class FormerLinks {
  readonly #paths = new Set<string>();

  /** To be told of every change that was saved. */
  follow({ changed, removed }: Diff): void {
    for (const record of [...removed, ...changed.map(([before]) => before)])
      if (record.kind === 'image' && record.source.kind === 'linked') this.#paths.add(record.source.path);
  }

  has(source: ImageRecord['source']): boolean {
    return source.kind === 'linked' && this.#paths.has(source.path);
  }
}
