import { expect, test } from 'vitest';
import { languageProblem } from '../../../../electron/common/muse/asked-language.ts';

const english =
  'What would one need to set a table for tea here? One would take the left cup and the right cup beside the plate.';
const others: readonly (readonly [string, string])[] = [
  [
    'German',
    'Was würde man brauchen, um hier den Tisch für den Tee zu decken? Man nähme die linke Tasse und die rechte.',
  ],
  [
    'French',
    'De quoi aurait-on besoin pour mettre la table pour le thé ici? On prendrait la tasse de gauche et celle de droite.',
  ],
  [
    'Spanish',
    '¿Qué se necesitaría para poner la mesa para el té aquí? Se tomaría la taza izquierda y la taza derecha junto al plato.',
  ],
  [
    'Italian',
    'Di cosa avrebbe bisogno qualcuno per apparecchiare la tavola? Prenderebbe la tazza a sinistra e quella a destra.',
  ],
  [
    'Dutch',
    'Wat zou men nodig hebben om hier de tafel voor thee te dekken? Men zou het linker kopje en het rechter kopje nemen.',
  ],
  [
    'Portuguese',
    'O que seria necessário para pôr a mesa para o chá aqui? Usaria a chávena da esquerda e a da direita ao lado do prato.',
  ],
  ['Japanese', 'ここでお茶の用意をするには何が必要ですか。左のカップと右のカップを使います。'],
  [
    'Russian',
    'Что нужно, чтобы накрыть здесь стол к чаю? Нужно взять левую чашку и правую чашку рядом с тарелкой.',
  ],
];

test('English is English, however it is asked for', () => {
  for (const language of ['English', 'Simple English', 'british english'])
    expect(languageProblem(english, language)).toBeNull();
});

test.each(others)('%s is not English, and is let be where it was asked for', (language, text) => {
  expect(languageProblem(text, 'English')).toBe('The text is not in English.');
  expect(languageProblem(text, language)).toBeNull();
  expect(languageProblem(english, language)).toBe(`The text is in English, not in ${language}.`);
});

test.each([
  'Find all objects. The cat, the dog.',
  'Describe the picture. I see a purple square, an orange circle, a blue ring, a purple heart, a carrot, a green heart.',
  'Cups? Two cups.',
  '',
])('"%s" is not doubted', (text) => {
  expect(languageProblem(text, 'English')).toBeNull();
  expect(languageProblem(text, 'German')).toBeNull();
});
