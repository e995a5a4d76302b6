import { describe, expect, test } from 'vitest';
import { answerParts, phraseBefore, type Phrase } from '../../../../electron/common/text/phrases.ts';
import {
  categoryName,
  nameFromQuestion,
  singular,
  targetName,
} from '../../../../electron/backend/chat/target-names.ts';
import { aTargetId } from '../../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../../helpers/seeded-random.ts';

/** The answer as the engine streams it, `*` where a target starts; gives the phrases in [brackets]. */
function marked(answer: string): string {
  const pieces = answer.split('*');
  let text = '';
  let from = 0;
  const phrases: Phrase[] = [];
  for (const piece of pieces.slice(0, -1)) {
    text += piece;
    phrases.push(phraseBefore(text, from));
    from = text.length;
  }
  text += pieces.at(-1) ?? '';
  return answerParts(
    text,
    phrases.map((phrase, index) => ({ phrase, targetId: aTargetId(`${index}`) })),
  )
    .map((part) => (part.type === 'target' ? `[${part.text}]` : part.text))
    .join('');
}

describe('the words before a target that name it', () => {
  test.each([
    // the bundled model
    ['The red square *, the dog *.', '[The red square] , [the dog] .'],
    ['No cake, the penguin *.', 'No cake, [the penguin] .'],
    ['Two: the red ring *, the blue ring *.', 'Two: [the red ring] , [the blue ring] .'],
    ['Yes, the dog *.', 'Yes, [the dog] .'],
    ['Red: the red square *.', 'Red: [the red square] .'],
    // published models
    ['It is the blue star *.', 'It is [the blue star] .'],
    ['The red cup * is left of the plate *.', '[The red cup]  is left of [the plate] .'],
    ['the apple is *', '[the apple] is '],
    ['The apple is located at *.', '[The apple] is located at .'],
    [
      'You can use the knife * to cut, and put it on the wooden board * with soft quilts *.',
      'You can use [the knife]  to cut, and put it on [the wooden board]  with [soft quilts] .',
    ],
    ['You can drink from a cup of coffee *.', 'You can drink from [a cup of coffee] .'],
    ["She wears the man's black hat *.", "She wears [the man's black hat] ."],
    ['Sunglasses * protect the eyes.', '[Sunglasses]  protect the eyes.'],
    ['Wear sunglasses *.', 'Wear [sunglasses] .'],
    ['There are three zebras * in the field.', 'There are [three zebras]  in the field.'],
    ['One of the cups *', 'One of [the cups] '],
    ['the T-shirt (*)', '[the T-shirt] ()'],
    ['the cup: *', '[the cup]: '],
    ['a silver laptop* and a mouse*', '[a silver laptop] and [a mouse]'],
    ['He is next to the fire hydrant *.', 'He is next to [the fire hydrant] .'],
    ['The large, soft bed *', 'The large, [soft bed] '],
    ['the dog on the left *', 'the dog on [the left] '],
    // nothing better than a pronoun
    ['Sure, it is *.', 'Sure, [it] is .'],
    ['They are *.', '[They] are .'],
    ['Sure, this one is *.', 'Sure, this [one] is .'],
    // no words at all
    ['*', '[]'],
    ['Sure: *', 'Sure:[] '],
    ['Yes. *', 'Yes.[] '],
    ['You can see *', 'You can see[] '],
    // groups without text between them
    ['two cups **', '[two cups] []'],
    ['two cups * *.', '[two cups] [] .'],
    ['two cups * and *.', '[two cups]  and[] .'],
    // other scripts
    ['红色的杯子*在桌子*上', '[红色的杯子][在桌子]上'],
    ['Die rote Tasse *.', '[Die rote Tasse] .'],
    ['the 🍎 apple *', '[the 🍎 apple] '],
  ])('%s', (answer, wanted) => {
    expect(marked(answer)).toBe(wanted);
  });

  test('the parts are the text, whatever was said and wherever targets start', () => {
    const random = seededRandom(11);
    const words = [
      'the',
      'cup',
      'is',
      ', ',
      '. ',
      ' ',
      'of',
      'it',
      'red',
      '🍎',
      'ß',
      '(',
      "man's",
      '\n',
      '杯子',
    ];
    for (let count = 0; count < 500; count++) {
      let text = '';
      let from = 0;
      const targets: { phrase: Phrase; targetId: ReturnType<typeof aTargetId> }[] = [];
      for (let piece = 0; piece < 12; piece++) {
        text += `${words[randomInteger(random, 0, words.length)]}${random() < 0.6 ? ' ' : ''}`;
        if (random() < 0.3) {
          targets.push({ phrase: phraseBefore(text, from), targetId: aTargetId(`${piece}`) });
          from = text.length;
        }
      }
      const parts = answerParts(text, targets);
      expect(parts.map((part) => part.text).join('')).toBe(text);
      expect(parts.filter(({ type }) => type === 'target').length).toBe(targets.length);
    }
  });

  test('a very long answer without a stop gives a phrase a person can read', () => {
    const { start, end } = phraseBefore('x'.repeat(5000), 0);
    expect(end - start).toBeLessThan(200);
  });
});

test.each([
  ['The red cup', 'Where?', 'red cup'],
  ['three zebras', 'Where?', 'zebras'],
  ['Sunglasses', 'Where?', 'sunglasses'],
  ['USB stick', 'Where?', 'USB stick'],
  ['it', 'Segment the red car, please.', 'red car'],
  ['', 'Where is my old hat?', 'old hat'],
  ['They', 'What can I drink from?', 'target'],
  ['this one', 'Show me the biggest dog of all.', 'biggest dog'],
])('"%s" (asked: %s) is called %s', (phrase, question, wanted) => {
  expect(targetName(phrase, question)).toBe(wanted);
});

test('a question that names nothing gives no name', () => {
  expect(['What is here?', 'the', ''].map(nameFromQuestion)).toEqual([null, null, null]);
});

test.each([
  ['red cup', 'cup'],
  ['red cups', 'cup'],
  ['slice of cake', 'slice'],
  ['Yellow Fire Hydrants', 'fire hydrant'],
  ['children', 'child'],
  ['two people on the left', 'person'],
  ['strawberries', 'strawberry'],
  ['wooden boxes', 'box'],
  ['school bus', 'bus'],
  ['black sunglasses', 'sunglasses'],
  ['', 'object'],
])('the category of "%s" is %s', (name, wanted) => {
  expect(categoryName(name)).toBe(wanted);
});

test("the project's own category wins over the last word, the longest first", () => {
  expect(categoryName('small coffee cups', ['cup', 'Coffee cup', 'tea cup'])).toBe('Coffee cup');
  expect(categoryName('small coffee cups', ['ee cup', 'plate'])).toBe('cup');
});

test('words that only look like plurals stay', () => {
  const same = ['bus', 'glass', 'cactus', 'tennis', 'lens', 'fish', 'gas', 'as'];
  expect(same.map(singular)).toEqual(same);
  expect(['dishes', 'benches', 'foxes', 'vases', 'knives', 'dogs', 'toys'].map(singular)).toEqual([
    ...['dish', 'bench', 'fox', 'vase', 'knife', 'dog', 'toy'],
  ]);
});

test.each([
  [
    'The first is a cup*, the second is a plate*, the third is a fork*, and the fourth is a knife*.',
    ['a cup', 'a plate', 'a fork', 'a knife'],
  ],
  [
    'The first* and the second* and the third* and the fourth* and the fifth*.',
    ['The first', 'the second', 'the third', 'the fourth', 'the fifth'],
  ],
  [
    'Here are the third cup*, the fourth cup*, the twenty-first cup* and the 22nd cup*.',
    ['the third cup', 'the fourth cup', 'the twenty-first cup', 'the 22nd cup'],
  ],
  ['The first is *, the third is *, the twelfth is *.', ['The first', 'the third', 'the twelfth']],
])('phrases are found whatever their ordinal: %s', (answer, phrases) => {
  expect([...marked(answer).matchAll(/\[([^\]]*)\]/gu)].map(([, phrase]) => phrase)).toEqual(phrases);
});

test.each([
  ['the third cup', 'cup'],
  ['the fourth cup', 'cup'],
  ['the 22nd red cup', 'red cup'],
  ['the fifth', 'car'],
])('an ordinal is no part of a name: %s', (phrase, name) => {
  expect(targetName(phrase, 'Segment every car.')).toBe(name);
});
