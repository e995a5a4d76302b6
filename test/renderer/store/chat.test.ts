import { describe, expect, test } from 'vitest';
import type { AskEvent } from '../../../electron/common/contract.ts';
import { AppError } from '../../../electron/common/errors.ts';
import {
  ask,
  askAgain,
  askNext,
  deleteTurn,
  draftOf,
  setDraft,
  stopAnswer,
  takeBackWaiting,
} from '../../../renderer/store/chat.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow, delivered } from '../../helpers/a-window.ts';
import {
  aTarget,
  aTargetId,
  aTurn,
  aTurnId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
  onePixel,
} from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const imageId = anImageId('image-1');
const stream = () => useStudio.getState().chat.streams.get(imageId);

test('an answer streams word by word, target by target, and ends as records', async () => {
  let goOn: () => void = () => undefined;
  const paused = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const drawn = { mask: onePixel, bbox: [1, 1, 1, 1], area: 1, score: 0.9 } as const;
  const studio = aScriptedStudio({
    entities: [anImage()],
    handlers: (self) => ({
      'chat.ask': async function* (): AsyncGenerator<AskEvent> {
        yield { type: 'turn', turnId: aTurnId('turn-1') };
        yield { type: 'stage', stage: 'thinking', position: 0 };
        yield { type: 'text', delta: 'The ' };
        yield { type: 'text', delta: 'cup' };
        yield {
          type: 'target-start',
          targetId: aTargetId('t'),
          phrase: 'cup',
          phraseStart: 4,
          phraseEnd: 7,
          colour: '#0072b2',
        };
        yield { type: 'target', targetId: aTargetId('t'), ...drawn };
        await paused;
        self.change({
          added: [aTurn(), anAnnotation(), aTarget({ annotationId: anAnnotationId('annotation-1') })],
          changed: [],
          removed: [],
        });
        yield { type: 'done', turnId: aTurnId('turn-1'), outcome: 'answered' };
      },
    }),
  });
  await aWindow(studio);
  const answered = ask({ imageId, question: '  Which cup?  ' });
  await delivered();
  expect(stream()).toMatchObject({
    question: 'Which cup?',
    turnId: 'turn-1',
    stage: 'thinking',
    text: 'The cup',
    targets: [{ phrase: 'cup', colour: '#0072b2', drawn }],
  });
  goOn();
  await answered;
  expect(stream()).toBeUndefined();
  expect([...useStudio.getState().document.turns.keys()]).toEqual(['turn-1']);
});

test('a question that was never recorded goes back into the composer with its references, and the reason is shown', async () => {
  const studio = aScriptedStudio({
    entities: [anImage()],
    handlers: () => ({
      // oxlint-disable-next-line require-yield
      'chat.ask': async function* (): AsyncGenerator<AskEvent> {
        throw new AppError('no-model', 'No model is loaded.');
      },
    }),
  });
  await aWindow(studio);
  const draft = {
    text: 'Which cup 2?',
    references: [{ start: 6, end: 11, annotationId: anAnnotationId('annotation-1'), words: 'cup' }],
  };
  setDraft(imageId, draft);
  await ask({
    imageId,
    question: `  ${draft.text}`,
    references: [{ ...draft.references[0]!, start: 8, end: 13 }],
  });
  const { chat, toasts } = useStudio.getState();
  expect([chat.drafts.get(imageId), stream()]).toEqual([draft, undefined]);
  expect(toasts.map(({ title, text }) => [title, text])).toEqual([
    ['The question was not answered', 'No model is loaded.'],
  ]);
});

test('a question takes its references along, asked again too', async () => {
  const asked: unknown[] = [];
  const studio = aScriptedStudio({
    entities: [anImage(), anAnnotation()],
    handlers: () => ({
      'chat.ask': async function* ({ question, references }): AsyncGenerator<AskEvent> {
        asked.push({ question, references });
        yield { type: 'done', turnId: aTurnId('turn-1'), outcome: 'answered' };
      },
    }),
  });
  await aWindow(studio);
  const reference = { start: 6, end: 13, annotationId: anAnnotationId('annotation-1'), words: 'red cup' };
  const turn = { question: 'Is the red cup full?', references: [{ ...reference, start: 7, end: 14 }] };
  await ask({ imageId, ...turn });
  await askAgain(aTurn(turn));
  expect(asked).toEqual([turn, turn]);
});

test.each([
  [true, '', 'its record is on the way'],
  [false, 'Which cup?', 'what was typed goes back into the composer'],
])(
  'stopping reaches the backend and shows no error; begun: %j, the composer holds %j, since %s',
  async (hasBegun, draft) => {
    let wasStopped = false;
    const studio = aScriptedStudio({
      entities: [anImage()],
      handlers: () => ({
        'chat.ask': async function* (_input, { signal }): AsyncGenerator<AskEvent> {
          if (hasBegun) yield { type: 'turn', turnId: aTurnId('turn-1') };
          yield { type: 'stage', stage: 'queued', position: 2 };
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          wasStopped = true;
        },
      }),
    });
    await aWindow(studio);
    const answered = ask({ imageId, question: 'Which cup?' });
    await delivered();
    expect(stream()).toMatchObject({ stage: 'queued', position: 2 });
    stopAnswer(imageId);
    await answered;
    await delivered();
    const { chat, toasts } = useStudio.getState();
    expect([wasStopped, toasts, draftOf(chat, imageId).text]).toEqual([true, [], draft]);
  },
);

test('an image answers one question at a time', async () => {
  let asked = 0;
  const studio = aScriptedStudio({
    entities: [anImage()],
    handlers: () => ({
      'chat.ask': async function* (_input, { signal }): AsyncGenerator<AskEvent> {
        asked += 1;
        yield { type: 'stage', stage: 'thinking', position: 0 };
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    }),
  });
  await aWindow(studio);
  void ask({ imageId, question: 'one' });
  void ask({ imageId, question: 'two' });
  await delivered();
  expect([asked, stream()?.question]).toEqual([1, 'one']);
  stopAnswer(imageId);
});

test('deleting a question takes its untouched proposals and leaves what a person corrected or accepted', async () => {
  const masks = [
    anAnnotation({ id: anAnnotationId('proposed'), review: 'proposed' }),
    anAnnotation({ id: anAnnotationId('edited'), review: 'proposed', edited: true }),
    anAnnotation({ id: anAnnotationId('accepted'), review: 'accepted' }),
  ];
  const targets = masks.map((mask, index) =>
    aTarget({ id: aTargetId(`t${index}`), index, annotationId: mask.id }),
  );
  const studio = aScriptedStudio({ entities: [anImage(), aTurn(), ...masks, ...targets] });
  await aWindow(studio);
  await deleteTurn(aTurn());
  const { document } = useStudio.getState();
  expect([[...document.annotations.keys()], document.turns.size, document.targets.size]).toEqual([
    ['edited', 'accepted'],
    0,
    0,
  ]);
});

describe('a question asked while an answer is written', () => {
  /** Answers wait until they are let go, one by one; each may fail. */
  async function aSlowWindow() {
    const questions: string[] = [];
    const ends: { done: () => void; fail: () => void }[] = [];
    const studio = aScriptedStudio({
      entities: [anImage()],
      handlers: () => ({
        'chat.ask': async function* ({ question }): AsyncGenerator<AskEvent> {
          questions.push(question);
          await new Promise<void>((done, fail) => {
            ends.push({ done, fail: () => fail(new AppError('inference-crashed', 'No room.')) });
          });
          yield { type: 'done', turnId: aTurnId('turn-1'), outcome: 'answered' };
        },
      }),
    });
    await aWindow(studio);
    return { questions, ends };
  }
  const draft = (text: string) => ({ text, references: [] });
  const composer = () => draftOf(useStudio.getState().chat, imageId).text;

  test('is asked when the answer has ended', async () => {
    const { questions, ends } = await aSlowWindow();
    const first = ask({ imageId, question: 'one' });
    await delivered();
    setDraft(imageId, draft('two'));
    await askNext(imageId, draft(' two '));
    expect({ questions, composer: composer() }).toEqual({ questions: ['one'], composer: '' });
    ends[0]?.done();
    await delivered();
    expect(questions).toEqual(['one', 'two']);
    ends[1]?.done();
    await first;
    expect(useStudio.getState().chat.waiting.size).toBe(0);
  });

  test('goes back into the composer when taken back, and when the answer failed', async () => {
    const { questions, ends } = await aSlowWindow();
    const first = ask({ imageId, question: 'one' });
    await delivered();
    await askNext(imageId, draft('two'));
    takeBackWaiting(imageId);
    expect(composer()).toBe('two');
    setDraft(imageId, draft(''));
    await askNext(imageId, draft('three'));
    ends[0]?.fail();
    await first;
    expect(questions).toEqual(['one']);
    expect([composer(), useStudio.getState().chat.waiting.size]).toEqual(['one\nthree', 0]);
  });

  test('waits alone: a second one stays in the composer', async () => {
    const { questions, ends } = await aSlowWindow();
    const first = ask({ imageId, question: 'one' });
    await delivered();
    await askNext(imageId, draft('two'));
    setDraft(imageId, draft('three'));
    await askNext(imageId, draft('three'));
    expect(composer()).toBe('three');
    ends[0]?.done();
    await delivered();
    ends[1]?.done();
    await first;
    expect(questions).toEqual(['one', 'two']);
  });
});
