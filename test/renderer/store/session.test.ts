import { expect, test } from 'vitest';
import { AppError } from '../../../electron/common/errors.ts';
import { meet } from '../../../renderer/store/session.ts';
import { initialStudio, useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { anAnnotation, anAnnotationId, anImage } from '../../helpers/records.ts';
import { recordsPart } from '../../helpers/records-part.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const mask = (name: string) => anAnnotation({ id: anAnnotationId(name), name });

/** A window that begins once more, with a large project whose last mask comes when the test lets it. */
async function aWindowThatBegins(rest: () => Promise<void>) {
  let isBegun = false;
  const { client } = await aWindow(
    aScriptedStudio({
      isLarge: true,
      entities: [anImage(), mask('a'), mask('b')],
      handlers: () => ({
        async *'project.records'() {
          yield recordsPart(
            1,
            [anImage(), mask('a')].map((record) => JSON.stringify(record)),
          );
          if (isBegun) await rest();
          yield recordsPart(1, [JSON.stringify(mask('b'))]);
        },
      }),
    }),
  );
  isBegun = true;
  useStudio.setState(initialStudio, true);
  await meet(client, () => undefined);
}

test('a large project is on the screen from its first records on, not after its last', async () => {
  let letCome = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letCome = resolve));
  await aWindowThatBegins(() => gate);
  const { connection, document } = useStudio.getState();
  expect([connection.state, document.images.size, document.toCome]).toEqual(['open', 1, 1]);
  letCome();
  await expect.poll(() => useStudio.getState().document.toCome).toBe(0);
});

test('records that turn out damaged later close the project and say so; the window stays usable', async () => {
  await aWindowThatBegins(() => Promise.reject(new AppError('project-damaged', 'A record is damaged.')));
  await expect.poll(() => useStudio.getState().document.project).toBeNull();
  const { connection, toasts } = useStudio.getState();
  expect([connection.state, toasts.map(({ text }) => text)]).toEqual(['open', ['A record is damaged.']]);
});
