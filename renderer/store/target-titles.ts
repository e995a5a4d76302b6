import type { AnnotationId, AnnotationRecord, ImageId } from '../../electron/common/document/records.ts';
import { annotationsOf, phraseOf } from '../../electron/common/document/views.ts';
import type { DocumentState } from './document.ts';
import { lastOne } from './last-one.ts';
import { grouped } from '../../electron/common/grouped.ts';

type Known = Pick<DocumentState, 'annotations' | 'categories' | 'targets'>;

/** What a person calls each target of an image: its class, else its words, numbered where several are called the same ("cup 2"). */
export function targetTitles(document: Known, imageId: ImageId | null): ReadonlyMap<AnnotationId, string> {
  return titlesOf({ document, annotations: annotationsOf(document, imageId) });
}

export function targetTitle(document: Known, annotation: AnnotationRecord): string {
  return targetTitles(document, annotation.imageId).get(annotation.id) ?? wordsOf(annotation, document);
}

const titlesOf = lastOne(
  ({
    document,
    annotations,
  }: {
    readonly document: Known;
    readonly annotations: readonly AnnotationRecord[];
  }) =>
    uniqueTitles(
      annotations.map((annotation) => ({
        annotation,
        title: classOf(annotation, document) || wordsOf(annotation, document),
      })),
    ),
  ({ document, annotations }) => [annotations, document.categories, document.targets],
);

/** Its name, else the phrase it answers, else its class, on one line. */
export function wordsOf(
  annotation: AnnotationRecord,
  document: Pick<Known, 'categories' | 'targets'>,
): string {
  const candidates = [
    annotation.name,
    phraseOf(document, annotation.id) ?? '',
    classOf(annotation, document),
    'target',
  ];
  return candidates.map((text) => text.replaceAll(/\s+/gu, ' ').trim()).find((text) => text !== '') ?? '';
}

/** The name of its class; '' where it has none. */
export function classOf({ categoryId }: AnnotationRecord, document: Pick<Known, 'categories'>): string {
  return categoryId === null ? '' : (document.categories.get(categoryId)?.name ?? '');
}

/** Targets of one name get numbers in the order in which they were made; a number that is another target's name is passed over. */
export function uniqueTitles(
  named: readonly { readonly annotation: AnnotationRecord; readonly title: string }[],
): ReadonlyMap<AnnotationId, string> {
  const keyOf = (title: string): string => title.toLocaleLowerCase();
  const inTime = [...named].sort((a, b) => a.annotation.createdAt.localeCompare(b.annotation.createdAt));
  const groups = grouped(inTime, ({ title }) => keyOf(title));
  const taken = new Set(groups.keys());
  const titles = new Map<AnnotationId, string>();
  for (const group of groups.values()) {
    let number = 0;
    for (const { annotation, title } of group) {
      if (group.length === 1) {
        titles.set(annotation.id, title);
        continue;
      }
      do number += 1;
      while (taken.has(keyOf(`${title} ${number}`)));
      taken.add(keyOf(`${title} ${number}`));
      titles.set(annotation.id, `${title} ${number}`);
    }
  }
  return titles;
}
