import type { IndexedQuestion, MuseIndex } from './muse-index.ts';

export interface MuseSearch {
  readonly words: string;
  readonly category: string | null;
  readonly fewestTargets: number;
  readonly mostTargets: number | null;
}

/** The questions that fit, in the order of the file. Every word must stand somewhere in question, answer, names or the image's name; case and accents do not count. */
export function searchMuse({ questions, records }: MuseIndex, search: MuseSearch): IndexedQuestion[] {
  const words = folded(search.words).split(/\s+/u).filter(Boolean);
  const { category, fewestTargets } = search;
  const mostTargets = search.mostTargets ?? Number.POSITIVE_INFINITY;
  return questions.filter((question) => {
    if (question.targets < fewestTargets || question.targets > mostTargets) return false;
    if (category !== null && !question.categories.includes(category)) return false;
    if (words.length === 0) return true;
    const image = records[question.record]?.image ?? '';
    const text = folded([question.question, question.answer, question.names, image].join(' '));
    return words.every((word) => text.includes(word));
  });
}

function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
