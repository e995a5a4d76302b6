import { expect, test } from 'vitest';
import { pointerGestures } from '../../../renderer/actions/pointer-gestures.ts';
import { wheelMove } from '../../../renderer/canvas/wheel.ts';
import { toolOf } from '../../../renderer/tools/all-tools.ts';
import { initialCanvasSession } from '../../../renderer/store/canvas-session.ts';
import { nextStroke } from '../../../renderer/tools/next-stroke.ts';

const click = { deltaX: 0, deltaY: 120, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false };

test('Shift and Alt while drawing are in the list of keys, as the words at the picture say them', () => {
  const drawn = pointerGestures('pan').filter(({ gesture }) => gesture === 'draw');
  expect(drawn.map(({ held }) => held)).toEqual(expect.arrayContaining(['shift', 'alt']));
  const said = nextStroke({
    tool: toolOf('polygon'),
    session: initialCanvasSession,
    active: 'the selected target',
    drawnClass: null,
  });
  expect(said?.instead.map(({ key, does }) => [key, does])).toEqual([
    ['shift', 'Adds to the selected target'],
    ['alt', 'Takes from the selected target'],
  ]);
});

test.each(['pan', 'zoom'] as const)('with the wheel set to %s the list says what the wheel does', (wheel) => {
  const told = pointerGestures(wheel).filter(({ gesture }) => gesture === 'wheel');
  const done = [click, { ...click, ctrlKey: true }, { ...click, shiftKey: true }].map(
    (event) => wheelMove(event, wheel).kind,
  );
  expect(told.map(({ held }) => held)).toEqual(['', 'mod', 'shift']);
  expect(told.map(({ title }) => (title === 'Zoom' ? 'zoom' : 'pan'))).toEqual(done);
});
