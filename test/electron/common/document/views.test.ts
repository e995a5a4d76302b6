import { expect, test } from 'vitest';
import {
  applyToDocument,
  documentOfRecords,
} from '../../../../electron/common/document/apply-to-document.ts';
import type { Document } from '../../../../electron/common/document/document.ts';
import type { Diff, Entity } from '../../../../electron/common/document/records.ts';
import {
  annotationsOf,
  annotationsOfCategory,
  phraseOf,
  targetsMeaning,
  targetsOf,
  turnsOf,
} from '../../../../electron/common/document/views.ts';
import {
  aCategory,
  aCategoryId,
  aTarget,
  aTargetId,
  aTurn,
  aTurnId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';

const images = [1, 2, 3].map((number) => anImage({ id: anImageId(`image-${number}`), order: number }));
const categories = [1, 2].map((number) => aCategory({ id: aCategoryId(`class-${number}`), order: number }));

/** All views of a document, as lists of ids. */
function seen(document: Document) {
  const ids = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id);
  return {
    annotations: images.map(({ id }) => ids(annotationsOf(document, id))),
    turns: images.map(({ id }) => ids(turnsOf(document, id))),
    targets: [...document.turns.keys()].map((id) => [id, ids(targetsOf(document, id))]),
    meaning: [...document.annotations.keys()].map((id) => [id, ids(targetsMeaning(document, id))]),
    ofCategory: categories.map(({ id }) => ids(annotationsOfCategory(document, id))),
  };
}

test('views carried through any sequence of changes are those of a document made anew', () => {
  const random = seededRandom(23);
  let document = documentOfRecords([...images, ...categories]);
  for (let step = 0; step < 400; step += 1) {
    // Asked for at every step but a few, so that the groups are carried, and sometimes are not there to carry.
    if (random() < 0.9) seen(document);
    document = applyToDocument(document, randomChange(document, random, step));
    expect(seen(document)).toEqual(seen(documentOfRecords(recordsOf(document))));
  }
});

test('the list of an image that a change does not touch stays the same list', () => {
  const here = anAnnotation({ id: anAnnotationId('here'), imageId: images[0]!.id });
  const there = anAnnotation({ id: anAnnotationId('there'), imageId: images[1]!.id });
  const before = documentOfRecords([...images, here, there]);
  const list = annotationsOf(before, images[1]!.id);
  annotationsOf(before, images[0]!.id);
  const after = applyToDocument(before, {
    added: [],
    changed: [[here, { ...here, name: 'x' }]],
    removed: [],
  });
  expect(annotationsOf(after, images[1]!.id)).toBe(list);
  expect(annotationsOf(after, images[0]!.id)[0]?.name).toBe('x');
});

test('the phrase of a mask is the first that means it, and none where nobody named it', () => {
  const document = documentOfRecords([
    anImage(),
    aTurn(),
    anAnnotation(),
    aTarget({ id: aTargetId('b'), index: 1, phrase: 'plate', annotationId: anAnnotation().id }),
    aTarget({ id: aTargetId('a'), index: 0, phrase: 'cup', annotationId: anAnnotation().id }),
  ]);
  expect([phraseOf(document, anAnnotation().id), phraseOf(document, anAnnotationId('none'))]).toEqual([
    'cup',
    null,
  ]);
});

function recordsOf(document: Document): readonly Entity[] {
  return [
    ...document.images.values(),
    ...document.categories.values(),
    ...document.annotations.values(),
    ...document.turns.values(),
    ...document.targets.values(),
  ];
}

function randomChange(document: Document, random: () => number, step: number): Diff {
  const picked = <R>(list: readonly R[]): R => list[randomInteger(random, 0, list.length)] as R;
  const annotations = [...document.annotations.values()];
  const turns = [...document.turns.values()];
  const added: Entity[] = [];
  for (let count = randomInteger(random, 0, 3); count > 0; count -= 1) {
    const categoryId = random() < 0.5 ? null : picked(categories).id;
    const id = anAnnotationId(`mask-${step}-${count}`);
    added.push(
      anAnnotation({ id, imageId: picked(images).id, categoryId, order: randomInteger(random, 0, 5) }),
    );
  }
  if (random() < 0.3)
    added.push(aTurn({ id: aTurnId(`turn-${step}`), imageId: picked(images).id, order: step % 4 }));
  if (turns.length > 0) {
    const annotationId = annotations.length > 0 && random() < 0.8 ? picked(annotations).id : null;
    const id = aTargetId(`target-${step}`);
    added.push(aTarget({ id, turnId: picked(turns).id, index: randomInteger(random, 0, 3), annotationId }));
  }
  const removed: Entity[] = annotations.filter(() => random() < 0.05);
  const changed = annotations
    .filter((record) => !removed.includes(record) && random() < 0.1)
    .map((record) => {
      const moved = { ...record, imageId: picked(images).id, order: randomInteger(random, 0, 5) };
      return [record, { ...moved, categoryId: random() < 0.5 ? null : picked(categories).id }] as const;
    });
  return { added, changed, removed };
}
