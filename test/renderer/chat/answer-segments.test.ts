import { expect, test } from 'vitest';
import { segmentsOf, streamedSegments } from '../../../renderer/chat/answer-segments.ts';
import type { StreamTarget } from '../../../renderer/store/chat-state.ts';
import { aTargetId } from '../../helpers/records.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

const target = (phraseStart: number, phraseEnd: number, name = 't'): StreamTarget => ({
  targetId: aTargetId(name),
  phrase: '',
  phraseStart,
  phraseEnd,
  colour: '#0072b2',
  drawn: null,
});
const shown = (text: string, ...targets: StreamTarget[]) =>
  streamedSegments({ text, targets }).map((segment) =>
    segment.kind === 'target' ? `[${segment.text}]` : segment.text,
  );

test('a phrase is cut out of the text around it', () => {
  expect(shown('The red cup stands.', target(4, 11))).toEqual(['The ', '[red cup]', ' stands.']);
});

test('phrases at the ends and next to each other need no text between', () => {
  expect(shown('cupglass', target(0, 3), target(3, 8))).toEqual(['[cup]', '[glass]']);
});

test.each([
  ['reaches past what has come so far', [target(4, 40)], ['The ', '[cup]']],
  ['starts past what has come so far', [target(40, 44)], ['The cup']],
  ['overlaps an earlier one', [target(0, 5), target(3, 7)], ['[The c]', '[up]']],
  ['ends before it starts', [target(5, 2)], ['The c', 'up']],
])('a phrase that %s shows each character once', (_what, targets, expected) => {
  expect(shown('The cup', ...targets)).toEqual(expected);
});

test('whatever the offsets, the segments say exactly the text', () => {
  const random = seededRandom(5);
  for (let round = 0; round < 500; round += 1) {
    const text = 'a cup, two glasses and a very long shelf'.slice(0, randomInteger(random, 0, 41));
    const targets = Array.from({ length: randomInteger(random, 0, 6) }, () =>
      target(randomInteger(random, 0, 50), randomInteger(random, 0, 50)),
    );
    const segments = streamedSegments({ text, targets });
    expect(segments.map((segment) => segment.text).join('')).toBe(text);
    expect(segments.every((segment) => text.startsWith(segment.text, segment.start))).toBe(true);
  }
});

test('a finished answer is its parts, each with its place', () => {
  expect(
    segmentsOf([
      { type: 'text', text: 'A ' },
      { type: 'target', text: 'cup', targetId: aTargetId('t') },
    ]),
  ).toEqual([
    { kind: 'text', text: 'A ', start: 0 },
    { kind: 'target', text: 'cup', start: 2, targetId: 't' },
  ]);
});
