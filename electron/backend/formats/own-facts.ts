import {
  attributeSchema,
  commentSchema,
  imageStateSchema,
  splitSchema,
  type CategoryRecord,
  type Comment,
  type ImageRecord,
} from '../../common/document/records.ts';
import type { LossList } from './format.ts';
import { isObject } from './is-object.ts';
import type { ClassFacts, Fact, ImageFacts } from './facts.ts';
import { asWritten } from './parse-json.ts';

/**
 * JSON formats have room for a field that no other reader knows: what a project knows beyond them stands there, of images and classes here,
 * of targets in own-attributes.ts, and comes back with our own import.
 */
export const ownKey = 'pixellm';

/** What is carried so of targets and images. */
export const ownFacts: readonly Fact[] = [
  ...(['names', 'scores', 'attributes', 'crowd', 'comments', 'review', 'drawnBy', 'marks'] as const),
  ...(['states', 'splits', 'licences'] as const),
];

/** And of classes, where the format has a list of them. */
export const ownClassFacts: readonly Fact[] = ['classes', 'supercategories', 'definitions'];

/** @param how.isSplit where the file is a part of a data set by itself, which says more than the image's own mark */
export function ownOfImage(
  { state, comments, split, licence }: ImageRecord,
  { isSplit = false, hasLicence = false } = {},
): object {
  const facts = {
    ...(state === null ? {} : { state }),
    ...(comments.length > 0 ? { comments } : {}),
    ...(split === null || isSplit ? {} : { split }),
    ...(licence === null || hasLicence ? {} : { licence }),
  };
  return Object.keys(facts).length > 0 ? { [ownKey]: facts } : {};
}

export function ownOfClass({
  supercategory,
  attributes,
}: Pick<CategoryRecord, 'supercategory' | 'attributes'>): object {
  const facts = {
    ...(supercategory === '' ? {} : { supercategory }),
    ...(attributes.length > 0 ? { attributes } : {}),
  };
  return Object.keys(facts).length > 0 ? { [ownKey]: facts } : {};
}

/** Nothing where the entry of an image is another program's. */
export function readOwnOfImage(
  entry: Readonly<Record<string, unknown>>,
  losses: LossList,
  where: string,
): ImageFacts {
  const own = entry[ownKey];
  if (!isObject(own)) return {};
  const state = imageStateSchema.safeParse(own['state']);
  const split = splitSchema.safeParse(own['split']);
  for (const [key, { success }] of Object.entries({ state, split }))
    if (!success && key in own)
      losses.add(
        'States and parts of images left out: there is no such one',
        `${where}: ${asWritten(own[key])}`,
      );
  const { licence } = own;
  const isLicence =
    isObject(licence) && typeof licence['name'] === 'string' && typeof licence['url'] === 'string';
  return {
    ...(state.success ? { state: state.data } : {}),
    ...(split.success ? { split: split.data } : {}),
    // Both are texts, as just seen.
    ...(isLicence ? { licence: { name: licence['name'] as string, url: licence['url'] as string } } : {}),
    comments: commentsIn(own['comments'], losses, where),
  };
}

export function readOwnOfClass(entry: Readonly<Record<string, unknown>>): ClassFacts {
  const own = entry[ownKey];
  if (!isObject(own)) return {};
  const { supercategory, attributes } = own;
  const list: readonly unknown[] = Array.isArray(attributes) ? attributes : [];
  return {
    ...(typeof supercategory === 'string' ? { supercategory } : {}),
    attributes: list.flatMap((each) => attributeSchema.safeParse(each).data ?? []),
  };
}

/** More than anybody writes to one thing. */
const mostComments = 1_000;

export function commentsIn(value: unknown, losses: LossList, where: string): readonly Comment[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.flatMap((each, at) => {
    const { data } = at < mostComments ? commentSchema.safeParse(each) : { data: undefined };
    if (!data)
      losses.add('Comments left out: they are no text with its time', `${where}: ${asWritten(each)}`);
    return data ?? [];
  });
}
