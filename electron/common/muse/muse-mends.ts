import { phraseBefore } from '../text/phrases.ts';
import type { MuseItem, MuseItemTarget, MuseProblem } from './muse-rules.ts';

/** What one click makes of an item with this problem; null where only a person can mend it. */
export function mendedItem(
  item: MuseItem,
  { rule, target }: Pick<MuseProblem, 'rule' | 'target'>,
): MuseItem | null {
  switch (rule) {
    case 'braces':
      return {
        ...item,
        question: roundBraces(item.question),
        answer: item.answer.split('{seg}').map(roundBraces).join('{seg}'),
      };
    case 'codebook-text': {
      const marked = (text: string): string => text.replaceAll(/(?:\[SEG\d*\]\s*)+/gu, '{seg} ').trim();
      return { ...item, question: marked(item.question), answer: marked(item.answer) };
    }
    case 'seg-in-question':
      return { ...item, question: item.question.replaceAll(/\s*\{seg\}/gu, '') };
    case 'seg-count':
      return marksOf(item) > item.targets.length ? withoutSpareMarks(item) : withMissingMarks(item);
    case 'instance-twice':
      return target === null ? null : withoutTarget(item, target);
    case 'unnamed-target':
      return target === null ? null : withName(item, target);
    case 'no-description':
      return target === null ? null : withDescription(item, target);
    case 'no-question':
    case 'no-answer':
    case 'no-target':
    case 'too-many-targets':
    case 'same-description':
    case 'bare-class-name':
    case 'names-ids':
    case 'too-long':
    case 'other-language':
      return null;
  }
}

function marksOf({ answer }: MuseItem): number {
  return answer.split('{seg}').length - 1;
}

/** Those at the end have no instance. */
function withoutSpareMarks(item: MuseItem): MuseItem {
  const pieces = item.answer.split('{seg}');
  const kept = pieces.slice(0, item.targets.length + 1);
  const rest = pieces.slice(item.targets.length + 1).join('');
  return { ...item, answer: tidied(kept.join('{seg}') + rest) };
}

/** The instances that have no mark are named at the end, as the loaders do where a file has no text. */
function withMissingMarks(item: MuseItem): MuseItem | null {
  const missing = item.targets.slice(marksOf(item)).map(nameOf);
  if (missing.length === 0 || missing.includes('')) return null;
  const [, words = '', end = ''] = /^([\s\S]*?)([.!?…]*\s*)$/u.exec(item.answer) ?? [];
  const named = missing.map((name) => `${name} {seg}`).join(', ');
  return { ...item, answer: `${words}${words.trim() === '' ? '' : ', '}${named}${end.trim() || '.'}` };
}

/** With its mark; its words stay, since only a person knows how the sentence goes on without them. */
function withoutTarget(item: MuseItem, at: number): MuseItem {
  const pieces = item.answer.split('{seg}');
  const joined = [...pieces.slice(0, at), pieces.slice(at, at + 2).join(''), ...pieces.slice(at + 2)];
  return {
    ...item,
    answer: pieces.length - 1 > at ? tidied(joined.join('{seg}')) : item.answer,
    targets: item.targets.filter((_, index) => index !== at),
  };
}

function withName(item: MuseItem, at: number): MuseItem | null {
  const target = item.targets[at];
  const name = target === undefined ? '' : nameOf(target);
  if (name === '') return null;
  const pieces = item.answer.split('{seg}');
  const answer = pieces
    .map((words, index) =>
      index === at ? `${words.trimEnd()}${words.trim() === '' ? '' : ' '}${name} ` : words,
    )
    .join('{seg}');
  return { ...item, answer };
}

/** The words before its mark. */
function withDescription(item: MuseItem, at: number): MuseItem | null {
  const text = item.answer.split('{seg}')[at] ?? '';
  const { start, end } = phraseBefore(text, 0);
  const description = text.slice(start, end).trim();
  if (description === '' || marksOf(item) <= at) return null;
  return {
    ...item,
    targets: item.targets.map((target, index) => (index === at ? { ...target, description } : target)),
  };
}

function nameOf({ description, category }: MuseItemTarget): string {
  return (description.trim() === '' ? category : description).trim();
}

function tidied(text: string): string {
  return text.replaceAll(/ {2,}/gu, ' ');
}

function roundBraces(text: string): string {
  return text.replaceAll('{', '(').replaceAll('}', ')');
}
