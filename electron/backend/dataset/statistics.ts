import type { Series, Statistics } from '../../common/muse/muse-messages.ts';
import { areaOf } from '../../common/runs.ts';
import { createLossList, type FormatSource } from '../formats/format.ts';
import { readMuse } from '../formats/muse/muse-file.ts';
import type { ProjectStore } from '../project/project-store.ts';

interface CountedQuestion {
  readonly image: string;
  readonly split: string;
  readonly targets: readonly {
    readonly category: string;
    readonly description: string;
    readonly pixels: number;
  }[];
}

/** Of a project's answered questions; drafts are nobody's yet and are left out. */
export function statisticsOfProject(store: ProjectStore): Statistics {
  const questions: CountedQuestion[] = [];
  const targets = store.all('target');
  for (const turn of store.all('turn')) {
    if (turn.answer === null || turn.draft) continue;
    const image = store.find('image', turn.imageId);
    const own = targets.filter(({ turnId, annotationId }) => turnId === turn.id && annotationId !== null);
    questions.push({
      image: image.id,
      split: image.split ?? 'none',
      targets: own.flatMap(({ annotationId, description, phrase }) => {
        const mask = annotationId === null ? undefined : store.entities.get(annotationId);
        if (mask?.kind !== 'annotation') return [];
        const category = mask.categoryId === null ? mask.name : store.find('category', mask.categoryId).name;
        return [{ category, description: description ?? phrase, pixels: mask.area }];
      }),
    });
  }
  return statisticsOf(store.info.name, questions);
}

/** @throws AppError 'bad-file' */
export async function statisticsOfFile(
  name: string,
  source: FormatSource,
  signal: AbortSignal,
): Promise<Statistics> {
  const questions: CountedQuestion[] = [];
  for await (const entry of readMuse(source, { losses: createLossList(), signal, purpose: 'measure' })) {
    for (const { targets } of entry.questions) {
      questions.push({
        image: entry.image,
        split: 'none',
        targets: targets.map(({ name: description, category, mask }) => ({
          ...{ category, description, pixels: areaOf(mask) },
        })),
      });
    }
  }
  return statisticsOf(name, questions);
}

function statisticsOf(name: string, questions: readonly CountedQuestion[]): Statistics {
  const targets = questions.flatMap((question) => question.targets);
  const perImage = countsOf(questions.map(({ image }) => image));
  return {
    name,
    images: perImage.size,
    questions: questions.length,
    targets: targets.length,
    series: [
      byFrequency(
        'categories',
        'Instances per category',
        'instances',
        targets.map(({ category }) => category || 'none'),
      ),
      inBins(
        'description-words',
        'Words of a description',
        'instances',
        targets.map(({ description }) => wordsOf(description)),
        wordBins,
      ),
      inBins(
        'targets',
        'Targets per question',
        'questions',
        questions.map((question) => question.targets.length),
        smallBins,
      ),
      inBins('questions', 'Questions per image', 'images', [...perImage.values()], smallBins),
      inBins(
        'mask-sizes',
        'Side of a mask (square root of its pixels)',
        'instances',
        targets.map(({ pixels }) => Math.sqrt(pixels)),
        sideBins,
      ),
      byFrequency(
        'splits',
        'Questions per split',
        'questions',
        questions.map(({ split }) => split),
      ),
    ],
  };
}

/** White space between words; a language without it counts its characters. */
function wordsOf(text: string): number {
  const isSpaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text);
  return isSpaceless ? [...text.replaceAll(/\s/gu, '')].length : (text.match(/\S+/gu)?.length ?? 0);
}

const smallBins = [1, 2, 3, 4, 5, 6, 8, 11, 21, 35];
const wordBins = [1, 2, 3, 4, 6, 9, 13, 21, 51, 101];
/** 32 and 96 are COCO's borders of small and large. */
const sideBins = [8, 16, 32, 64, 96, 128, 256, 512, 1024];

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** The most frequent first: its long tail is the picture. */
function byFrequency(id: string, title: string, unit: string, values: readonly string[]): Series {
  const bars = [...countsOf(values)]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
  return { ...{ id, title, unit, bars }, mean: null };
}

/** @param starts where each bin but the first begins; the first begins at 0 */
function inBins(
  id: string,
  title: string,
  unit: string,
  values: readonly number[],
  starts: readonly number[],
): Series {
  const edges = [0, ...starts];
  const bars = edges.map((start, index) => {
    const end = edges[index + 1];
    const count = values.filter((value) => value >= start && (end === undefined || value < end)).length;
    return { label: binLabel(start, end), count };
  });
  const mean = values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  return { ...{ id, title, unit, bars, mean } };
}

function binLabel(start: number, end: number | undefined): string {
  if (end === undefined) return `${start}+`;
  return end - start === 1 ? String(start) : `${start}–${end - 1}`;
}
