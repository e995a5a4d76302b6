import { expect, test } from 'vitest';
import { toWireError, AppError } from '../../../electron/common/errors.ts';
import { batchesOf, importFiles } from '../../../renderer/store/image-import.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anImage, anImageId } from '../../helpers/records.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

test('files travel in batches under the limit, each once and in order', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 200; round += 1) {
    const files = Array.from({ length: randomInteger(random, 0, 30) }, () => ({
      size: randomInteger(random, 0, 90),
    }));
    const batches = batchesOf(files, 60);
    expect(batches.flat()).toEqual(files);
    for (const batch of batches) {
      const bytes = batch.reduce((sum, file) => sum + file.size, 0);
      expect(bytes <= 60 || batch.length === 1).toBe(true);
    }
  }
});

test('uploads arrive as bytes; what fails is named with its reason and the first new image is shown', async () => {
  const received: string[] = [];
  const studio = aScriptedStudio({
    handlers: (self) => ({
      'images.import': async function* ({ sources }) {
        for (const source of sources) {
          if (source.kind === 'bytes') received.push(`${source.name}: ${source.data.length} bytes`);
        }
        const error = toWireError(
          new AppError('not-an-image', 'notes.txt is not a picture this app can read.'),
        );
        yield { type: 'failed', name: 'notes.txt', error };
        self.change({ added: [anImage()], changed: [], removed: [] });
        yield { type: 'done', imageIds: [anImageId('image-1')], alreadyThere: [] };
      },
    }),
  });
  await aWindow(studio);
  await importFiles([new File(['12345'], 'photo.png'), new File(['12'], 'notes.txt')]);
  expect(received).toEqual(['photo.png: 5 bytes', 'notes.txt: 2 bytes']);
  const { view, toasts, jobs } = useStudio.getState();
  expect([view.imageId, jobs]).toEqual(['image-1', []]);
  expect(toasts.map(({ title, text }) => [title, text])).toEqual([
    ['notes.txt was not added', 'notes.txt is not a picture this app can read.'],
  ]);
});

test('adding can be cancelled from the tray, and says nothing then', async () => {
  const studio = aScriptedStudio({
    handlers: () => ({
      'images.import': async function* (_input, { signal }) {
        yield { type: 'progress', stage: 'Reading', done: 1, total: 9 };
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    }),
  });
  await aWindow(studio);
  const added = importFiles([new File(['1'], 'photo.png')]);
  await expect.poll(() => useStudio.getState().jobs[0]?.done).toBe(1);
  useStudio.getState().jobs[0]?.cancel();
  await added;
  expect([useStudio.getState().jobs, useStudio.getState().toasts]).toEqual([[], []]);
});
