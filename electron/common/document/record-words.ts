import { cutText } from '../cut-text.ts';
import type { Entity, EntityKind } from './records.ts';

/** What people call the kinds of records. */
export const kindWords: Readonly<Record<EntityKind, string>> = {
  image: 'image',
  category: 'class',
  annotation: 'target',
  turn: 'question',
  target: 'phrase',
};

const longestTitle = 60;

/** A record in words, never by its id: the target “red cup”, the question “Where is…”. */
export function recordWords(record: Entity): string {
  const title = titleOf(record).replaceAll(/\s+/gu, ' ').trim();
  const kind = kindWords[record.kind];
  if (title === '') return `a ${kind} without a name`;
  const shown = title.length > longestTitle ? `${cutText(title, longestTitle).trimEnd()}…` : title;
  return `the ${kind} “${shown}”`;
}

function titleOf(record: Entity): string {
  switch (record.kind) {
    case 'image':
    case 'category':
    case 'annotation':
      return record.name;
    case 'turn':
      return record.question;
    case 'target':
      return record.phrase;
  }
}
