import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { keepText, keptText, useKeptText } from '../../../renderer/store/kept-texts.ts';

/** What a dialog about it shows as it is opened. */
function opened(about: string): string {
  const Field = () => createElement('p', null, useKeptText(about)[0]);
  return renderToStaticMarkup(createElement(Field));
}

test('what was typed and not sent is there when the dialog is opened again, for what it was about alone', () => {
  expect(opened('comment a')).toBe('<p></p>');
  keepText('comment a', 'blurred at the left');
  expect(opened('comment a')).toBe('<p>blurred at the left</p>');
  expect(opened('comment b')).toBe('<p></p>');
});

test('a text that was sent or emptied is not there any more', () => {
  keepText('comment c', 'once');
  keepText('comment c', '');
  expect([keptText('comment c'), opened('comment c')]).toEqual(['', '<p></p>']);
});
