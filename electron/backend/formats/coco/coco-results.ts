import type { FormatInfo } from '../../../common/contract.ts';
import type { ImageRecord } from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { boxOf } from '../../../common/runs.ts';
import { rleOf } from '../../../common/rle.ts';
import { writeFileWhole } from '../atomic-file.ts';
import { createBreather } from '../../app/breather.ts';
import { chosenImages, groupByImage } from '../chosen-images.ts';
import {
  createLossList,
  optionOf,
  type ExportJob,
  type ExportOutcome,
  type Format,
  type LossList,
  type Progress,
} from '../format.ts';
import { isObject } from '../is-object.ts';
import { readJsonItems } from '../json-items.ts';
import { PackedDigests } from '../packed-digests.ts';
import { numberingOf } from '../numbering.ts';
import { reviewOption, usableMask, whereIs, type ReviewPolicy } from '../usable-targets.ts';
import { writeAndCheck } from '../written-export.ts';
import { boxesImport } from './coco-import.ts';
import { importResults, inspectResults } from './coco-results-import.ts';

const info: FormatInfo = {
  id: 'coco-results',
  label: 'COCO results',
  description:
    'Detections with their scores, as pycocotools measures them (loadRes). Ids are those of a COCO instances export of this project. Read as targets to review, with the COCO file that they point into beside them.',
  canExport: true,
  canImport: true,
  endings: ['json', 'zip', 'gz'],
  extension: 'json',
  options: [
    {
      name: 'scoreless',
      label: 'Targets without a score',
      choices: [
        { value: 'one', label: 'Written as certain (1)' },
        { value: 'drop', label: 'Leave out' },
      ],
      initial: 'one',
    },
    reviewOption,
  ],
  importOptions: [boxesImport],
};

export const cocoResults: Format = {
  info,
  accounts: ['scores'],
  write: exportResults,
  read: importResults,
  inspect: inspectResults,
};

async function* exportResults(job: ExportJob): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const images = chosenImages(job.contents, job.imageIds, losses);
  const numbering = numberingOf(job.contents, 'name');
  const byImage = groupByImage(job.contents.annotations);
  // Both hold because `checkOptions` admits nothing else.
  const review = optionOf(info, job.options, 'review') as ReviewPolicy;
  const isScoreNeeded = optionOf(info, job.options, 'scoreless') === 'drop';
  const expected = new PackedDigests();
  const seen = new Set<ImageRecord>();
  async function* text(signal: AbortSignal): AsyncGenerator<string> {
    const breathe = createBreather(signal);
    yield '[';
    for (const image of images) {
      for (const annotation of byImage.get(image.id) ?? []) {
        await breathe();
        const mask = usableMask(annotation, image, { review, losses });
        const score = scoreOf(annotation.score, isScoreNeeded, losses, whereIs(annotation, image));
        if (!mask || score === null) continue;
        const entry = JSON.stringify({
          image_id: numbering.imageNumber(image),
          category_id: numbering.categoryNumber(annotation) ?? 0,
          segmentation: rleOf(mask),
          bbox: boxOf(mask),
          score,
        });
        expected.add(entry);
        seen.add(image);
        yield `${expected.length > 1 ? ',' : ''}\n${entry}`;
      }
    }
    // loadRes fails on an empty list.
    if (expected.length === 0)
      throw new AppError('nothing-to-export', 'There is no target to write as a detection.');
    yield '\n]\n';
  }
  return yield* writeAndCheck(job, {
    losses,
    write: (signal) => writeFileWhole(job.path, text(signal), { guard: job.guard, signal }),
    writing: () => ({ done: expected.length, total: job.contents.annotations.length }),
    check: (_, signal) => differences(job.path, expected, signal),
    checking: () => ({ done: 0, total: null }),
    holds: () => ({
      files: [job.path],
      images: seen.size,
      annotations: expected.length,
      categories: numbering.categories.length,
    }),
  });
}

function scoreOf(score: number | null, isNeeded: boolean, losses: LossList, where: string): number | null {
  if (score !== null) return score;
  losses.add(
    isNeeded ? 'Targets left out: they have no score' : 'Targets without a score: written as certain (1)',
    where,
  );
  return isNeeded ? null : 1;
}

async function differences(path: string, expected: PackedDigests, signal: AbortSignal): Promise<string[]> {
  const problems: string[] = [];
  let place = 0;
  for await (const items of readJsonItems({ kind: 'path', path }, { signal })) {
    for (const { value } of items) {
      if (!isObject(value) || !expected.isAt(place, JSON.stringify(value)))
        problems.push(`detection ${place}`);
      place++;
    }
  }
  return place === expected.length
    ? problems
    : [...problems, `${place} detections instead of ${expected.length}`];
}
