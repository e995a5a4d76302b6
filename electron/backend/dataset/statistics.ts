import { targetsOf } from '../../common/document/views.ts';
import type { Series, Statistics } from '../../common/muse/muse-messages.ts';
import { areaOf } from '../../common/runs.ts';
import { createBreather } from '../app/breather.ts';
import { createLossList, type FormatSource } from '../formats/format.ts';
import { readMuse } from '../formats/muse/muse-file.ts';
import type { ProjectStore } from '../project/project-store.ts';

/** Of a project's answered questions; drafts are nobody's yet and are left out. */
export async function statisticsOfProject(store: ProjectStore, signal: AbortSignal): Promise<Statistics> {
  const counter = createCounter();
  await store.asItStands(async (document) => {
    const breathe = createBreather(signal);
    for (const turn of document.turns.values()) {
      await breathe();
      if (turn.answer === null || turn.draft) continue;
      const targets = targetsOf(document, turn.id).flatMap(({ annotationId, description, phrase }) => {
        const mask = annotationId === null ? undefined : document.annotations.get(annotationId);
        if (!mask) return [];
        const category = mask.categoryId === null ? undefined : document.categories.get(mask.categoryId);
        return [
          { category: category?.name ?? mask.name, description: description ?? phrase, pixels: mask.area },
        ];
      });
      const split = document.images.get(turn.imageId)?.split ?? 'none';
      counter.add({ image: turn.imageId, split, targets });
    }
  });
  return counter.end(store.info.name);
}

/** @throws AppError 'bad-file' */
export async function statisticsOfFile(
  name: string,
  source: FormatSource,
  signal: AbortSignal,
): Promise<Statistics> {
  const breathe = createBreather(signal);
  const counter = createCounter();
  for await (const entry of readMuse(source, { losses: createLossList(), signal, purpose: 'measure' })) {
    await breathe();
    for (const { targets } of entry.questions) {
      const counted = targets.map(({ name: description, category, mask }) => ({
        ...{ category, description, pixels: areaOf(mask) },
      }));
      counter.add({ image: entry.image, split: 'none', targets: counted });
    }
  }
  return counter.end(name);
}

interface CountedQuestion {
  readonly image: string;
  readonly split: string;
  readonly targets: readonly {
    readonly category: string;
    readonly description: string;
    readonly pixels: number;
  }[];
}

/** Counts question after question and keeps none: a file may have hundreds of thousands. */
function createCounter() {
  const categories = createTally<string>();
  const images = createTally<string>();
  const splits = createTally<string>();
  const words = createTally<number>();
  const sides = createTally<number>();
  const perQuestion = createTally<number>();
  return {
    add({ image, split, targets }: CountedQuestion): void {
      images.add(image);
      splits.add(split);
      perQuestion.add(targets.length);
      for (const { category, description, pixels } of targets) {
        categories.add(category || 'none');
        words.add(wordsOf(description));
        sides.add(Math.sqrt(pixels));
      }
    },
    end(name: string): Statistics {
      const perImage = createTally<number>();
      for (const count of images.counts.values()) perImage.add(count);
      return {
        name,
        images: images.counts.size,
        questions: perQuestion.total(),
        targets: categories.total(),
        series: [
          byFrequency('categories', 'Instances per category', 'instances', categories),
          inBins('description-words', 'Words of a description', 'instances', words, wordBins),
          inBins('targets', 'Targets per question', 'questions', perQuestion, smallBins),
          inBins('questions', 'Questions per image', 'images', perImage, smallBins),
          inBins('mask-sizes', 'Side of a mask (square root of its pixels)', 'instances', sides, sideBins),
          byFrequency('splits', 'Questions per split', 'questions', splits),
        ],
      };
    },
  };
}

/** How often each value came. */
interface Tally<Value> {
  readonly counts: ReadonlyMap<Value, number>;
  add(value: Value): void;
  total(): number;
}

function createTally<Value>(): Tally<Value> {
  const counts = new Map<Value, number>();
  return {
    counts,
    add: (value) => void counts.set(value, (counts.get(value) ?? 0) + 1),
    total: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
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

/** The most frequent first: its long tail is the picture. */
function byFrequency(id: string, title: string, unit: string, { counts }: Tally<string>): Series {
  const bars = [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
  return { ...{ id, title, unit, bars }, mean: null };
}

/** @param starts where each bin but the first begins; the first begins at 0 */
function inBins(
  id: string,
  title: string,
  unit: string,
  values: Tally<number>,
  starts: readonly number[],
): Series {
  const edges = [0, ...starts];
  const entries = [...values.counts];
  const bars = edges.map((start, index) => {
    const end = edges[index + 1];
    const count = entries
      .filter(([value]) => value >= start && (end === undefined || value < end))
      .reduce((sum, [, times]) => sum + times, 0);
    return { label: binLabel(start, end), count };
  });
  const total = values.total();
  const mean = total === 0 ? null : entries.reduce((sum, [value, times]) => sum + value * times, 0) / total;
  return { ...{ id, title, unit, bars, mean } };
}

function binLabel(start: number, end: number | undefined): string {
  if (end === undefined) return `${start}+`;
  return end - start === 1 ? String(start) : `${start}–${end - 1}`;
}
