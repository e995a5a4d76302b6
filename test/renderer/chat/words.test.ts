import { expect, test } from 'vitest';
import { referenceHint } from '../../../renderer/chat/reference-hint.tsx';
import { stageText } from '../../../renderer/chat/streaming-answer.tsx';
import { turnFacts } from '../../../renderer/chat/turn-footer.tsx';
import { suggestedName } from '../../../renderer/panels/dialogs/export-dialog.tsx';
import { modelSummary } from '../../../renderer/panels/model-button.tsx';
import type { StreamTarget } from '../../../renderer/store/chat-state.ts';
import { aTargetId, aTurn, anAnnotationId, onePixel } from '../../helpers/records.ts';

const waiting = { stage: 'queued', position: 0, stopping: false, targets: [] } as const;
const target: StreamTarget = {
  targetId: aTargetId('t'),
  phrase: 'cup',
  phraseStart: 0,
  phraseEnd: 3,
  colour: '#0072b2',
  drawn: { mask: onePixel, bbox: [1, 1, 1, 1], area: 1, score: 0.9 },
};

test('each stage of an answer says what happens', () => {
  expect([
    stageText(waiting),
    stageText({ ...waiting, position: 1 }),
    stageText({ ...waiting, position: 3 }),
    stageText({ ...waiting, stage: 'reading-image' }),
    stageText({ ...waiting, stage: 'thinking' }),
    stageText({ ...waiting, stage: 'thinking', targets: [target] }),
    stageText({ ...waiting, stage: 'drawing', targets: [target, target] }),
    stageText({ ...waiting, stage: 'thinking', stopping: true }),
  ]).toEqual([
    'Starting',
    'Waiting for 1 question before this one',
    'Waiting for 3 questions before this one',
    'Reading the image',
    'Thinking',
    'Thinking, 1 target drawn',
    'Drawing target 2',
    'Stopping…',
  ]);
});

test('a turn says how it ended, and by which model where it is not the one in use', () => {
  const model = { name: 'Small', precision: 'int8', provider: 'cpu' };
  expect([
    turnFacts(aTurn(), null),
    turnFacts(aTurn({ outcome: 'stopped' }), null),
    turnFacts(aTurn({ outcome: 'limit', model }), null),
    turnFacts(aTurn({ outcome: 'limit', model }), 'Small'),
    turnFacts(aTurn({ outcome: 'failed' }), null),
  ]).toEqual([
    '',
    'Stopped',
    'Stopped at the length limit · Small',
    'Stopped at the length limit',
    'Not answered',
  ]);
});

test('the model button says which model and how it is', () => {
  const status = {
    state: 'ready',
    folder: '/m',
    name: 'Small',
    device: null,
    error: null,
    queue: 0,
    restarts: 0,
  } as const;
  expect([
    modelSummary(null).text,
    modelSummary(status).detail,
    modelSummary({ ...status, state: 'loading' }).text,
    modelSummary({
      ...status,
      state: 'failed',
      error: { code: 'model-damaged', message: 'A file is cut short.', details: {} },
    }).detail,
  ]).toEqual(['No model loaded', 'Ready', 'Loading Small…', 'A file is cut short.']);
});

test.each([
  ['Kitchen', 'Kitchen-coco.json'],
  ['a/b:c*?"<>|', 'a-b-c-coco.json'],
  ['  ', 'export-coco.json'],
  ['厨房 1', '厨房-1-coco.json'],
  ['../../etc', '..-..-etc-coco.json'],
  ['x'.repeat(300), `${'x'.repeat(80)}-coco.json`],
])('the project %j is exported as %s', (project, name) => {
  expect(suggestedName(project, { id: 'coco', extension: 'json' })).toBe(name);
});

test('a format that writes a folder gets a name without an extension', () => {
  expect(suggestedName('Kitchen', { id: 'masks', extension: null })).toBe('Kitchen-masks');
});

test('the composer says what the model is given of the targets a question refers to', () => {
  const cup = { start: 3, end: 8, annotationId: anAnnotationId('a'), words: 'cup' };
  const plate = { start: 12, end: 17, annotationId: anAnnotationId('b'), words: 'plate' };
  const text = 'Is cup 2 on plate?';
  expect([
    referenceHint({ text, references: [plate] }, []),
    referenceHint({ text, references: [cup, plate] }, [plate]),
  ]).toEqual([
    'The model reads “plate”; it does not see the mask.',
    'The model reads “cup”, “plate”; it does not see the masks. It cannot tell which “cup” you mean. What is struck through was deleted; its words are still asked.',
  ]);
});
