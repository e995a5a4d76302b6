import { describe, expect, test } from 'vitest';
import { foreignPictureNote } from '../../../../electron/backend/chat/notes.ts';
import type { AskEvent } from '../../../../electron/common/contract.ts';
import type { AnnotationRecord, ImageId, Rle } from '../../../../electron/common/document/records.ts';
import { decodeRle } from '../../../../electron/common/rle.ts';
import { ModelError } from '../../../../native-models/errors.ts';
import { anApp, streamedText, type App } from '../../../helpers/an-app.ts';

const partsOf = async (app: App, at = 0) =>
  (await app.records('turn'))[at]?.answer
    ?.map((part) => (part.type === 'target' ? `[${part.text}]` : part.text))
    .join('');
const last = (events: readonly AskEvent[]) => events.at(-1);
/** Waits for what happens on the other side of a wire. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}
const pixelsOf = (mask: Rle) => [...decodeRle(mask).data].reduce((sum, value) => sum + value, 0);

describe('an answer', () => {
  test('streams its words and targets, and is in the project before it says done', async () => {
    const app = await anApp({ model: { answer: () => 'The red cup {left} is next to the plate {right}.' } });
    const imageId = await app.addImage();
    const events = await app.ask('What is here?', imageId);
    const text = streamedText(events);
    const starts = events.filter((event) => event.type === 'target-start');
    expect(
      starts.map(({ phrase, phraseStart, phraseEnd }) => [phrase, text.slice(phraseStart, phraseEnd)]),
    ).toEqual([
      ['The red cup', 'The red cup'],
      ['the plate', 'the plate'],
    ]);
    expect(new Set(starts.map(({ colour }) => colour)).size).toBe(2);
    expect(await partsOf(app)).toBe('[The red cup]  is next to [the plate] .');
    const annotations = await app.records('annotation');
    expect(annotations).toMatchObject([
      {
        name: 'red cup',
        bbox: [0, 0, 4, 6],
        area: 24,
        source: 'model',
        review: 'proposed',
        edited: false,
        score: 0.9,
        hasLogits: true,
        threshold: 0,
        colour: starts[0]?.colour,
      },
      { name: 'plate', bbox: [4, 0, 4, 6], area: 24, colour: starts[1]?.colour },
    ]);
    expect((await app.records('category')).map(({ name }) => name)).toEqual(['cup', 'plate']);
    expect((await app.records('target')).map(({ annotationId }) => annotationId)).toEqual(
      annotations.map(({ id }) => id),
    );
    expect(await app.records('turn')).toMatchObject([
      {
        question: 'What is here?',
        outcome: 'answered',
        rawAnswer: 'The red cup [SEG0] is next to the plate [SEG0].',
        model: { provider: 'cpu', precision: 'fp32' },
        stats: { newTokens: 4 },
      },
    ]);
    expect(app.changes.at(-1)).toMatchObject({ label: 'Ask “What is here?”', window: null });
    expect(last(events)).toMatchObject({ type: 'done', outcome: 'answered' });
  });

  test('without targets is a plain sentence', async () => {
    const app = await anApp({ model: { answer: () => 'No, there is no dog.' } });
    await app.ask('Is there a dog?', await app.addImage());
    expect([await partsOf(app), await app.records('annotation')]).toEqual(['No, there is no dog.', []]);
    await app.commit(app.changes.at(-1)!.undo!);
    expect(await app.records('turn')).toEqual([]);
  });

  test('undone is gone with its question and masks, its categories stay; redone all is there again', async () => {
    const app = await anApp();
    await app.ask('Where is it?', await app.addImage());
    const before = await app.records('annotation');
    const undo = app.changes.at(-1)?.undo;
    await app.commit(undo!);
    const left = await Promise.all(
      (['turn', 'target', 'annotation'] as const).map((kind) => app.records(kind)),
    );
    expect([left, (await app.records('category')).map(({ name }) => name)]).toEqual([[[], [], []], ['cup']]);
    const redo = app.changes.at(-1)?.undo;
    await app.commit(redo!);
    expect([await app.records('annotation'), await partsOf(app)]).toEqual([
      before,
      '[The red cup]  is here.',
    ]);
    const again = await app.client.call('chat.rethreshold', { annotationId: before[0]!.id, threshold: 5 });
    expect(again.area).toBe(0);
  });

  test('uses a category the project has, whatever its case, and a new colour for each mask', async () => {
    const app = await anApp({ model: { answer: ({ question }) => `The ${question} {left}.` } });
    const imageId = await app.addImage();
    for (const question of ['red Cup', 'blue cups', 'dog']) await app.ask(question, imageId);
    const [cup, dog] = await app.records('category');
    const annotations = await app.records('annotation');
    expect(annotations.map(({ categoryId }) => categoryId)).toEqual([cup?.id, cup?.id, dog?.id]);
    expect(new Set(annotations.map(({ colour }) => colour)).size).toBe(3);
    expect(annotations.map(({ order }) => order)).toEqual([1, 2, 3]);
  });

  test('follows the conversation of its image: earlier answers go along as the model gave them', async () => {
    const heard: unknown[] = [];
    const app = await anApp({
      model: {
        answer: ({ question, history }) => {
          heard.push(history);
          return `${question} {left}`;
        },
      },
    });
    const [first, second] = [await app.addImage(), await app.addImage({ width: 5, height: 5 })];
    for (const [question, image] of [
      ['one', first],
      ['two', first],
      ['other', second],
    ] as const)
      await app.ask(question, image);
    expect(heard).toEqual([[], [{ question: 'one', answer: 'one [SEG0]' }], []]);
  });

  test('a question asked while another runs is told its answer too, and comes after it', async () => {
    const heard: number[] = [];
    const app = await anApp({
      model: { answer: ({ history, question }) => (heard.push(history.length), `the ${question} {left}`) },
    });
    const image = await app.addImage();
    await Promise.all(['cup', 'dog', 'cat'].map((question) => app.ask(question, image)));
    expect(heard).toEqual([0, 1, 2]);
    expect((await app.records('turn')).map(({ question, order }) => [question, order])).toEqual([
      ['cup', 1],
      ['dog', 2],
      ['cat', 3],
    ]);
    expect(new Set((await app.records('annotation')).map(({ colour }) => colour)).size).toBe(3);
  });

  test('a model card limits how much of the conversation goes along', async () => {
    const heard: number[] = [];
    const app = await anApp({
      card: { summary: 'tiny', historyTurns: 1 },
      model: { answer: ({ history, question }) => (heard.push(history.length), question) },
    });
    const image = await app.addImage();
    for (const question of ['a', 'b', 'c']) await app.ask(question, image);
    expect(heard).toEqual([0, 1, 1]);
  });
});

describe('what a person must know is noted', () => {
  test('a target without a pixel', async () => {
    const app = await anApp({ model: { answer: () => 'The ghost {none}.', discarded: 3, stopped: 'limit' } });
    await app.ask('Where is the ghost?', await app.addImage());
    expect(await app.records('target')).toMatchObject([
      { phrase: 'The ghost', annotationId: null, empty: true },
    ]);
    expect(await app.records('annotation')).toEqual([]);
    expect(await app.records('turn')).toMatchObject([
      {
        outcome: 'limit',
        notes: [
          'The model named “The ghost” but drew nothing for it.',
          'The model began a mask and did not finish it (3 codebook tokens left over).',
          'The answer reached the model’s limit and stops in the middle.',
        ],
      },
    ]);
  });

  test('words and pictures a small model was never taught, with every answer', async () => {
    const app = await anApp({
      card: { vocabulary: ['where', 'is', 'the', 'cup'] },
      model: { answer: () => 'No.' },
    });
    const image = await app.addImage();
    await app.ask('Please, where would the zebra be in this?', image);
    await app.ask('Where are the cups?', image);
    const notes = (await app.records('turn')).map((turn) => turn.notes);
    expect(notes[0]).toEqual([expect.stringContaining('the words “zebra”, “in”'), foreignPictureNote]);
    expect(notes[1]).toEqual([expect.stringContaining('the word “are”'), foreignPictureNote]);
    const { imageId } = await app.client.call('images.addSample', { file: 'cups.png' });
    await app.ask('Where is the cup?', imageId);
    expect((await app.records('turn')).at(-1)?.notes).toEqual([]);
  });

  test.each([
    [1.2, [foreignPictureNote]],
    [0.8, []],
  ])('a model that can tell its pictures is believed: unfamiliarity %f', async (unfamiliarity, expected) => {
    const app = await anApp({
      card: { vocabulary: ['where', 'is', 'the', 'cup'] },
      model: { answer: () => 'No.', unfamiliarity },
    });
    await app.ask('Where is the cup?', await app.addImage());
    expect((await app.records('turn')).map(({ notes }) => notes)).toEqual([expected]);
  });
});

test('a conversation longer than the model can hold goes on with less of it, and says so', async () => {
  const app = await anApp({
    model: {
      answer: ({ history }) => `told ${history.length}`,
      beforeAnswer: ({ history }) =>
        history.length > 1
          ? Promise.reject(new ModelError('prompt-too-long', 'Too long.'))
          : Promise.resolve(),
    },
  });
  const image = await app.addImage();
  for (const question of ['a', 'b', 'c', 'd']) await app.ask(question, image);
  const turns = await app.records('turn');
  expect(turns.map(({ rawAnswer }) => rawAnswer)).toEqual(['told 0', 'told 1', 'told 1', 'told 1']);
  expect(turns.map(({ notes }) => notes.length)).toEqual([0, 0, 1, 1]);
  expect(turns[3]?.notes[0]).toContain('only the last 1 of');
  const alone = await anApp({
    model: { beforeAnswer: () => Promise.reject(new ModelError('prompt-too-long', 'Too long.')) },
  });
  await alone.ask('x'.repeat(9000), await alone.addImage());
  expect((await alone.records('turn'))[0]?.error?.code).toBe('prompt-too-long');
});

describe('an answer that does not come to its end', () => {
  const thinking = {
    beforeAnswer: (_: unknown, signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  };

  test('stopped before a word, it is kept as a stopped question', async () => {
    const app = await anApp({ model: thinking });
    const image = await app.addImage();
    const stop = new AbortController();
    const asking = app.ask('Anything?', image, { signal: stop.signal });
    await until(() => app.processes[0]?.messages.some(({ type }) => type === 'ask') ?? false);
    stop.abort();
    await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
    await until(async () => (await app.records('turn')).length === 1);
    expect(await app.records('turn')).toMatchObject([
      { question: 'Anything?', answer: null, outcome: 'stopped', error: null },
    ]);
  });

  test('stopped after some words, what was shown is kept', async () => {
    const app = await anApp({ model: { answer: () => 'The cup {left} and the dog {right} and so on.' } });
    const image = await app.addImage();
    const stop = new AbortController();
    for await (const event of app.client.stream(
      'chat.ask',
      { imageId: image, question: '?' },
      { signal: stop.signal },
    )) {
      if (event.type === 'target') break;
    }
    await until(async () => (await app.records('turn')).length === 1);
    const [turn] = await app.records('turn');
    expect(turn?.outcome === 'stopped' || turn?.outcome === 'answered').toBe(true);
    expect((await partsOf(app))?.startsWith('[The cup] ')).toBe(true);
    expect((await app.records('annotation'))[0]?.name).toBe('cup');
  });

  test('cut short because the app closes, it is a stopped question with what was shown', async () => {
    const app = await anApp({ model: thinking });
    const image = await app.addImage();
    const asking = app.ask('Anything?', image).catch(() => []);
    await until(() => app.processes[0]?.messages.some(({ type }) => type === 'ask') ?? false);
    await app.restart();
    await asking;
    expect(await app.records('turn')).toMatchObject([
      { question: 'Anything?', outcome: 'stopped', error: null },
    ]);
  });

  test('failed, it says why, and asking again works', async () => {
    let isBroken = true;
    const app = await anApp({
      model: { beforeAnswer: () => (isBroken ? Promise.reject(new Error('boom')) : Promise.resolve()) },
    });
    const image = await app.addImage();
    expect(last(await app.ask('One?', image))).toMatchObject({ outcome: 'failed' });
    const [failed] = await app.records('turn');
    expect(failed).toMatchObject({ outcome: 'failed', answer: null, error: { code: 'internal' } });
    isBroken = false;
    expect(last(await app.ask('One?', image, { replaceTurnId: failed!.id }))).toMatchObject({
      outcome: 'answered',
    });
    expect((await app.records('turn')).map(({ outcome }) => outcome)).toEqual(['answered']);
  });

  test('that dies in the middle of an answer leaves what it said and drew, and the reason', async () => {
    const app = await anApp({ model: { answer: () => 'The cup {left} and the dog {right} and so on.' } });
    const imageId = await app.addImage();
    let outcome: string | null = null;
    for await (const event of app.client.stream('chat.ask', { imageId, question: '?' })) {
      if (event.type === 'target') app.processes[0]!.crash({ code: null, signal: 'SIGKILL' });
      if (event.type === 'done') outcome = event.outcome;
    }
    const [turn] = await app.records('turn');
    expect([outcome, turn?.outcome, turn?.error?.code]).toEqual(['failed', 'failed', 'inference-crashed']);
    expect((await partsOf(app))?.startsWith('[The cup] ')).toBe(true);
    expect((await app.records('annotation'))[0]?.name).toBe('cup');
    expect(last(await app.ask('Again?', imageId))).toMatchObject({ outcome: 'answered' });
  });

  test('the inference process dies in the middle: the question fails honestly, the project stands, the next one is answered', async () => {
    let crash: () => void = () => undefined;
    const app = await anApp({
      model: {
        beforeAnswer: ({ question }) =>
          question === 'hard' ? new Promise<void>(() => crash()) : Promise.resolve(),
      },
    });
    crash = () => app.processes[0]!.crash({ code: null, signal: 'SIGKILL' });
    const image = await app.addImage();
    expect(last(await app.ask('hard', image))).toMatchObject({ outcome: 'failed' });
    expect(await app.records('turn')).toMatchObject([{ error: { code: 'inference-crashed' } }]);
    expect(last(await app.ask('easy', image))).toMatchObject({ outcome: 'answered' });
    expect(app.processes.length).toBe(2);
  });

  test.each([
    ['an image that is not there', { imageId: 'nowhere', question: '?' }, 'unknown-record'],
    ['a question without words', { imageId: 'x', question: '   ' }, 'bad-input'],
  ])('%s is refused and nothing is recorded', async (_, input, code) => {
    const app = await anApp();
    await expect(app.ask(input.question, input.imageId as never)).rejects.toMatchObject({ code });
    expect(await app.records('turn')).toEqual([]);
  });
});

describe('asking again', () => {
  const echo = { answer: ({ question }: { question: string }) => `the ${question} {left}` };

  test('replaces the turn and what follows, but keeps masks a person has made theirs', async () => {
    const app = await anApp({ model: echo });
    const image = await app.addImage();
    for (const question of ['cup', 'dog', 'cat']) await app.ask(question, image);
    const turns = await app.records('turn');
    const [, dog, cat] = (await app.records('annotation')) as [
      AnnotationRecord,
      AnnotationRecord,
      AnnotationRecord,
    ];
    await app.commit({ added: [], changed: [[dog, { ...dog, review: 'accepted' }]], removed: [] });
    await app.ask('bird', image, { replaceTurnId: turns[1]!.id });
    expect((await app.records('turn')).map(({ question, order }) => [question, order])).toEqual([
      ['cup', 1],
      ['bird', 2],
    ]);
    expect((await app.records('annotation')).map(({ name }) => name).sort()).toEqual(['bird', 'cup', 'dog']);
    expect((await app.records('target')).length).toBe(2);
    const undo = app.changes.at(-1)!.undo!;
    await app.commit(undo);
    expect((await app.records('turn')).map(({ question }) => question).sort()).toEqual(['cat', 'cup', 'dog']);
    expect((await app.records('annotation')).find(({ id }) => id === cat.id)).toEqual(cat);
  });

  test('that brings nothing leaves the old answer', async () => {
    let isBroken = false;
    const app = await anApp({
      model: {
        ...echo,
        beforeAnswer: () => (isBroken ? Promise.reject(new Error('boom')) : Promise.resolve()),
      },
    });
    const image = await app.addImage();
    await app.ask('cup', image);
    const before = await app.client.call('project.snapshot', {});
    isBroken = true;
    await expect(
      app.ask('dog', image, { replaceTurnId: (await app.records('turn'))[0]!.id }),
    ).rejects.toThrow('boom');
    expect(await app.client.call('project.snapshot', {})).toEqual(before);
  });

  test('a turn that has gone is refused', async () => {
    const app = await anApp();
    const image = await app.addImage();
    await expect(app.ask('x', image, { replaceTurnId: 'gone' as never })).rejects.toMatchObject({
      code: 'unknown-record',
    });
  });
});

describe('the model’s own mask', () => {
  test('can be cut at another threshold without changing the project', async () => {
    const app = await anApp();
    await app.ask('?', await app.addImage({ width: 32, height: 8 }));
    const [annotation] = await app.records('annotation');
    const cut = (threshold: number) =>
      app.client.call('chat.rethreshold', { annotationId: annotation!.id, threshold });
    expect((await cut(0)).mask).toEqual(annotation!.mask);
    const areas = await Promise.all([-5, -3, 0, 3, 5].map(async (threshold) => (await cut(threshold)).area));
    // 32 x 8 pixels; over the edge between the halves the logits of four columns are 3, 1, -1 and -3: `above` leaves out the equal one.
    expect(areas).toEqual([256, 136, 128, 112, 0]);
    expect(pixelsOf((await cut(3)).mask)).toBe(112);
    expect((await app.client.call('project.snapshot', {})).project.revision).toBe(2);
  });

  test('comes back for a target whose mask was deleted', async () => {
    const app = await anApp();
    await app.ask('?', await app.addImage());
    const [annotation] = await app.records('annotation');
    const [target] = await app.records('target');
    const unlinked = { ...target!, annotationId: null };
    await app.commit({ added: [], changed: [[target!, unlinked]], removed: [annotation!] });
    await app.client.call('chat.restoreTarget', { targetId: target!.id });
    const [restored] = await app.records('annotation');
    expect(restored).toMatchObject({
      name: 'red cup',
      mask: annotation!.mask,
      area: 24,
      categoryId: annotation!.categoryId,
      // Nobody looked at the picture: it is shown in a colour that the picture does not have.
      autoColour: true,
    });
    expect((await app.records('target'))[0]?.annotationId).toBe(restored!.id);
    await expect(app.client.call('chat.restoreTarget', { targetId: target!.id })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(
      (await app.client.call('chat.rethreshold', { annotationId: restored!.id, threshold: 5 })).area,
    ).toBe(0);
    await app.commit(app.changes.at(-1)!.undo!);
    expect(await app.records('annotation')).toEqual([]);
  });

  test('drawn by hand has no threshold to move', async () => {
    const app = await anApp();
    await app.ask('?', await app.addImage());
    const [annotation] = await app.records('annotation');
    const byHand = {
      ...annotation!,
      id: 'hand' as never,
      source: 'person' as const,
      hasLogits: false,
      threshold: null,
      modelMask: null,
    };
    await app.commit({ added: [byHand], changed: [], removed: [] });
    await expect(
      app.client.call('chat.rethreshold', { annotationId: byHand.id, threshold: 0 }),
    ).rejects.toMatchObject({ code: 'unknown-record' });
  });
});

describe('reading ahead of a question', () => {
  test('gives the model the picture and the conversation so far, once it is loaded', async () => {
    const read: object[] = [];
    const app = await anApp({
      model: {
        readAhead: async ({ image, history }) =>
          void read.push({ key: image.key, history, bytes: image.rgb.length }),
      },
    });
    const imageId = await app.addImage({ width: 8, height: 6 });
    expect(await app.client.call('chat.readAhead', { imageId })).toEqual({ isDone: false });
    await app.ask('What is here?', imageId);
    await until(async () => (await app.client.call('models.status', {})).state === 'ready');
    expect(await app.client.call('chat.readAhead', { imageId })).toEqual({ isDone: true });
    const [image] = await app.records('image');
    const history = [{ question: 'What is here?', answer: 'The red cup [SEG0] is here.' }];
    expect(read).toEqual([{ key: image!.sha256, history, bytes: 8 * 6 * 3 }]);
  });

  test('of an image that is not there is refused', async () => {
    const app = await anApp();
    const imageId = 'nowhere' as ImageId; // ids are branded strings
    await expect(app.client.call('chat.readAhead', { imageId })).rejects.toMatchObject({
      code: 'unknown-record',
    });
  });
});
