import type { AnnotationRecord } from '../../common/document/records.ts';
import type { LossList } from './format.ts';
import { isObject } from './is-object.ts';
import { commentsIn, ownKey } from './own-facts.ts';
import { asWritten } from './parse-json.ts';

/**
 * What our own files say of a target beyond their format, under a key of our own; its attributes stand under `attributes`, where other
 * tools keep theirs. Readers of the formats pass over both; our own imports take them back.
 */
export function attributesOf(target: AnnotationRecord): object {
  const { attributes } = target;
  return { ...(Object.keys(attributes).length > 0 ? { attributes } : {}), ...ownOfTarget(target) };
}

/** The key of our own alone, for formats whose `attributes` hold more than that. */
export function ownOfTarget(target: AnnotationRecord): object {
  const { name, source, score, review, comments } = target;
  const marks = (['edited', 'crowd', 'hidden', 'locked'] as const).filter((mark) => target[mark]);
  return {
    [ownKey]: {
      name,
      source,
      ...(score === null ? {} : { score }),
      // A mask of another file was accepted by whoever sent it; only what is not says so.
      ...(review === 'accepted' ? {} : { review }),
      ...(comments.length > 0 ? { comments } : {}),
      ...Object.fromEntries(marks.map((mark) => [mark, true])),
    },
  };
}

/** What stood under `attributes` in our files until November 2026. */
const earlierOwn: readonly string[] = ['name', 'source', 'score', 'review'];
const ownSources: ReadonlySet<unknown> = new Set(['model', 'person', 'import']);

/** What an annotation in a file says beside its mask and class. */
export interface OwnFacts
  extends Pick<
    AnnotationRecord,
    'score' | 'review' | 'attributes' | 'crowd' | 'comments' | 'source' | 'edited' | 'hidden' | 'locked'
  > {
  readonly name: string | null;
}

/** Ways in which programs spell that a mask is a heap of things. */
const crowdKeys = ['iscrowd', 'isCrowd', 'is_crowd', 'isGroupOf', 'crowd'];

/** The facts of an annotation in a file, a score also where COCO results have it. */
export function readOwnFacts(
  value: Readonly<Record<string, unknown>>,
  losses: LossList,
  where: string,
): OwnFacts {
  const { own, others } = apart(value);
  const score = own['score'] ?? value['score'] ?? null;
  const isScore = typeof score === 'number' && score >= 0 && score <= 1;
  if (score !== null && !isScore)
    losses.add('Scores left out: they are no numbers from 0 to 1', `${where}: ${asWritten(score)}`);
  const crowd = own['crowd'] === true || crowdKeys.some((key) => isSet(value[key]) || isSet(others[key]));
  const attributes = attributesToKeep(others, losses, where);
  const { name, review, source } = own;
  return {
    name: typeof name === 'string' ? name : null,
    score: isScore ? score : null,
    review: review === 'proposed' || review === 'rejected' ? review : 'accepted',
    source: source === 'model' || source === 'person' ? source : 'import',
    edited: own['edited'] === true,
    hidden: own['hidden'] === true,
    locked: own['locked'] === true,
    comments: commentsIn(own['comments'], losses, where),
    attributes,
    crowd,
  };
}

/** Our own facts, and what other tools (or a person) say under `attributes`. */
function apart(value: Readonly<Record<string, unknown>>): {
  readonly own: Readonly<Record<string, unknown>>;
  readonly others: Readonly<Record<string, unknown>>;
} {
  const attributes = isObject(value['attributes']) ? value['attributes'] : {};
  if (isObject(value[ownKey])) return { own: value[ownKey], others: attributes };
  const isOurs = typeof attributes['name'] === 'string' && ownSources.has(attributes['source']);
  if (!isOurs) return { own: {}, others: attributes };
  const rest = Object.entries(attributes).filter(([key]) => !earlierOwn.includes(key));
  return { own: attributes, others: Object.fromEntries(rest) };
}

const longestAttribute = 4096;
const longestAttributeName = 256;
/** More than any tool offers a person to fill in. */
const mostAttributes = 100;

/** Texts, numbers and flags are kept as they are; what is none of these is told. */
export function attributesToKeep(
  attributes: Readonly<Record<string, unknown>>,
  losses: LossList,
  where: string,
): AnnotationRecord['attributes'] {
  const kept: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (crowdKeys.includes(name) || value === null || value === undefined) continue;
    const isKept =
      name.length <= longestAttributeName &&
      kept.length < mostAttributes &&
      (typeof value === 'boolean' ||
        (typeof value === 'number' && Number.isFinite(value)) ||
        (typeof value === 'string' && value.length <= longestAttribute));
    if (isKept) kept.push([name, value]);
    else if (typeof value === 'bigint') kept.push([name, value.toString()]);
    else
      losses.add('Attributes left out: no text, number or flag', `${where}: ${name} is ${asWritten(value)}`);
  }
  return Object.fromEntries(kept);
}

function isSet(flag: unknown): boolean {
  if (typeof flag === 'string') return !['', '0', 'false', 'no'].includes(flag.trim().toLowerCase());
  return flag === true || (typeof flag === 'number' && flag !== 0);
}
