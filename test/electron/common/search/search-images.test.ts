import { expect, test } from 'vitest';
import { documentOfRecords } from '../../../../electron/common/document/apply-to-document.ts';
import type { Entity } from '../../../../electron/common/document/records.ts';
import { parseSearch } from '../../../../electron/common/search/parse-search.ts';
import { searchImages } from '../../../../electron/common/search/search-images.ts';
import {
  aCategory,
  aCategoryId,
  aTarget,
  aTurn,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
} from '../../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';

const at = '2026-11-22T12:00:00.000Z';
const cup = aCategory({ id: aCategoryId('cup'), name: 'Cup', supercategory: 'kitchen', order: 1 });
const plate = aCategory({ id: aCategoryId('plate'), name: 'dinner plate', order: 2 });
const kitchen = anImage({ id: anImageId('kitchen'), name: 'cam2_007.jpg', folders: 'day/cam2', order: 1 });
const garden = anImage({
  id: anImageId('garden'),
  name: 'Garden (1).png',
  order: 2,
  state: 'done',
  split: 'val',
  comments: [{ text: 'too dark', at }],
});
const empty = anImage({ id: anImageId('empty'), name: 'empty.png', order: 3, width: 900 });
const mask = (id: string, fields: Parameters<typeof anAnnotation>[0]) =>
  anAnnotation({ id: anAnnotationId(id), name: '', ...fields });
const records: readonly Entity[] = [
  ...[cup, plate, kitchen, garden, empty],
  mask('sure cup', { imageId: kitchen.id, categoryId: cup.id, score: 0.9, source: 'model' }),
  mask('unsure plate', {
    imageId: kitchen.id,
    categoryId: plate.id,
    score: 0.2,
    source: 'model',
    attributes: { colour: 'dark red', count: 3 },
  }),
  mask('green cup', { imageId: garden.id, categoryId: cup.id, name: 'green cup', review: 'accepted' }),
  mask('no class', { imageId: garden.id, locked: true }),
  aTurn({
    imageId: kitchen.id,
    question: 'Where is the tea?',
    answer: [{ type: 'text', text: 'In the mug.' }],
  }),
  aTarget({ phrase: 'the mug', annotationId: anAnnotationId('sure cup') }),
];
const found = (text: string) => {
  const { query, problems } = parseSearch(text);
  expect(problems).toEqual([]);
  const troubled = new Map([[empty.id as string, 'missing' as const]]);
  return searchImages(documentOfRecords(records), query, { troubled }).map(({ id }) => id);
};

test.each<[string, readonly string[]]>([
  ['', ['kitchen', 'garden', 'empty']],
  ['class:cup', ['kitchen', 'garden']],
  ['class:CUP score:<0.5', []],
  ['class:*plate score:<0.5', ['kitchen']],
  ['score:<0.5', ['kitchen']],
  ['score:none', ['garden']],
  ['class:plate', []],
  ['class:"dinner plate"', ['kitchen']],
  ['class:none', ['garden']],
  ['-class:cup', ['empty']],
  ['-class:plate,cup', ['empty']],
  ['group:kitchen', ['kitchen', 'garden']],
  ['state:new', ['empty']],
  ['state:review', ['kitchen']],
  ['state:done', ['garden']],
  ['-state:done', ['kitchen', 'empty']],
  ['split:val', ['garden']],
  ['split:none', ['kitchen', 'empty']],
  ['turns:>0', ['kitchen']],
  ['targets:0', ['empty']],
  ['targets:2 classes:2', ['kitchen']],
  ['width:>=900', ['empty']],
  ['name:cam2*', ['kitchen']],
  ['name:*.png', ['garden', 'empty']],
  ['name:garden', ['garden']],
  ['name:"("', ['garden']],
  ['folder:cam2', ['kitchen']],
  ['#2', ['garden']],
  ['number:2..3', ['garden', 'empty']],
  ['question:tea', ['kitchen']],
  ['answer:mug', ['kitchen']],
  ['target:mug', ['kitchen']],
  ['comment:dark', ['garden']],
  ['has:comment', ['garden']],
  ['has:question,comment', ['kitchen', 'garden']],
  ['-has:target', ['empty']],
  ['file:missing', ['empty']],
  ['file:present', ['kitchen', 'garden']],
  ['review:proposed is:locked', []],
  ['is:locked', ['garden']],
  ['source:model review:proposed', ['kitchen']],
  ['colour="dark red"', ['kitchen']],
  ['colour=dark*', ['kitchen']],
  ['Colour=DARK*', ['kitchen']],
  ['count=3', ['kitchen']],
  ['toString=x', []],
  ['green', ['garden']],
  ['day/cam2', ['kitchen']],
  ['plate', ['kitchen']],
  ['-plate', ['garden', 'empty']],
])('%j finds %j', (text, ids) => {
  expect(found(text)).toEqual(ids);
});

test('a pattern of many stars is decided at once', () => {
  const long = anImage({ name: `${'a'.repeat(900)}b` });
  const { query } = parseSearch(`name:${'a*'.repeat(40)}c`);
  expect(searchImages(documentOfRecords([long]), query)).toEqual([]);
});

test('a term and its opposite part the images in two', () => {
  const random = seededRandom(9);
  const terms = [
    'class:cup',
    'score:<0.5',
    'state:review',
    'turns:>0',
    'name:*1*',
    'has:target',
    'is:locked',
    'mask',
  ];
  for (let round = 0; round < 40; round += 1) {
    const images = Array.from({ length: 12 }, (_, order) =>
      anImage({ id: anImageId(`image-${order}`), name: `image ${order}`, order }),
    );
    const masks = Array.from({ length: 20 }, (_, index) =>
      mask(`mask-${index}`, {
        imageId: images[randomInteger(random, 0, 12)]!.id,
        categoryId: random() < 0.5 ? cup.id : null,
        score: random() < 0.3 ? null : random(),
        locked: random() < 0.2,
        name: random() < 0.5 ? 'a mask' : '',
        review: random() < 0.5 ? 'proposed' : 'accepted',
      }),
    );
    const document = documentOfRecords([cup, ...images, ...masks]);
    const ids = (text: string) => searchImages(document, parseSearch(text).query).map(({ id }) => id);
    for (const term of terms) {
      expect([...ids(term), ...ids(`-${term}`)].sort()).toEqual(images.map(({ id }) => id).sort());
      // More terms find fewer images, and their order does not matter.
      const other = terms[randomInteger(random, 0, terms.length)] as string;
      const both = ids(`${term} ${other}`);
      expect(both).toEqual(ids(`${other} ${term}`));
      expect(both.every((id) => ids(term).includes(id))).toBe(true);
    }
  }
});
