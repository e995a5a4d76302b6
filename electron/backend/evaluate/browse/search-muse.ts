import { createBreather } from '../../app/breather.ts';
import { folded, type MuseIndex } from './muse-index.ts';
import type { TextBlock } from './text-list.ts';

export interface MuseSearch {
  readonly words: string;
  readonly category: string | null;
  readonly fewestTargets: number;
  readonly mostTargets: number | null;
}

/**
 * Numbers of the questions that fit, in the order of the file. Every word must stand somewhere in question, answer, names or the image's name; case and
 * accents do not count.
 */
export async function searchMuse(
  index: MuseIndex,
  search: MuseSearch,
  signal: AbortSignal,
): Promise<number[]> {
  const words = [...new Set(folded(search.words).split(' '))]
    .filter(Boolean)
    // The longest is the rarest, as a rule: it is looked for first.
    .sort((a, b) => b.length - a.length)
    .map((word) => Buffer.from(word));
  const fits = filterOf(index, search);
  const breathe = createBreather(signal);
  const found: number[] = [];
  for (const block of index.questions.searched.blocks()) {
    for (const question of words.length === 0 ? allOf(block) : withWords(block, words))
      if (fits(question)) found.push(question);
    await breathe();
  }
  return found;
}

/** Whether a question has the category and as many targets. */
function filterOf(
  { questions, categories }: MuseIndex,
  { category, fewestTargets, mostTargets }: MuseSearch,
): (question: number) => boolean {
  const { targets, ofQuestions, categoryEnds } = questions;
  const most = mostTargets ?? Number.POSITIVE_INFINITY;
  const id = category === null ? null : categories.find(({ name }) => name === category)?.id;
  return (question) => {
    const count = targets[question] ?? 0;
    if (count < fewestTargets || count > most) return false;
    if (id === null) return true;
    const end = categoryEnds[question] ?? 0;
    for (let at = categoryEnds[question - 1] ?? 0; at < end; at++) if (ofQuestions[at] === id) return true;
    return false;
  };
}

function* allOf({ first, ends }: TextBlock): Generator<number> {
  for (let at = 0; at < ends.length; at++) yield first + at;
}

function* withWords(
  { first, bytes, ends }: TextBlock,
  [rarest, ...others]: readonly Buffer[],
): Generator<number> {
  if (rarest === undefined) return;
  let at = 0;
  for (let hit = bytes.indexOf(rarest); hit !== -1; ) {
    while ((ends[at] ?? bytes.length) < hit) at++;
    const end = ends[at] ?? bytes.length;
    const text = bytes.subarray(at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, end);
    if (others.every((word) => text.includes(word))) yield first + at;
    hit = bytes.indexOf(rarest, end);
  }
}
