import type { AnnotationRecord } from '../../common/document/records.ts';
import { isObject } from './is-object.ts';
import type { LossList } from './format.ts';

/**
 * What our own files say of a target beyond their format, under the key `attributes`, where other tools keep theirs. Readers of the
 * formats pass over it; our own imports take it back.
 */
export function attributesOf({ name, source, score, review }: AnnotationRecord): object {
  return {
    name,
    source,
    ...(score === null ? {} : { score }),
    // A mask of another file was accepted by whoever sent it; only what is not says so.
    ...(review === 'accepted' ? {} : { review }),
  };
}

/** Attributes of ours; all other names are somebody else's. */
export const ownAttributes: readonly string[] = ['name', 'source', 'score', 'review'];

export interface OwnFacts {
  readonly name: string | null;
  readonly score: number | null;
  readonly review: AnnotationRecord['review'];
}

/** The facts of an annotation in a file, a score also where COCO results have it. */
export function readOwnFacts(
  value: Readonly<Record<string, unknown>>,
  losses: LossList,
  where: string,
): OwnFacts {
  const attributes = isObject(value['attributes']) ? value['attributes'] : {};
  const { name, review } = attributes;
  const score = attributes['score'] ?? value['score'] ?? null;
  const isScore = typeof score === 'number' && score >= 0 && score <= 1;
  if (score !== null && !isScore)
    losses.add('Scores left out: they are no numbers from 0 to 1', `${where}: ${JSON.stringify(score)}`);
  return {
    name: typeof name === 'string' ? name : null,
    score: isScore ? score : null,
    review: review === 'proposed' || review === 'rejected' ? review : 'accepted',
  };
}
