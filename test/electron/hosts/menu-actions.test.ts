import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { menuTemplate } from '../../../electron/hosts/desktop/menu.ts';

// The real package would look for its runtime as soon as it is loaded.
vi.mock('electron', () => ({ Menu: {} }));

interface Entry {
  readonly id?: string;
  readonly role?: string;
  readonly label?: string;
  readonly submenu?: unknown;
  readonly click?: () => void;
}

function entriesOf(template: readonly Entry[]): Entry[] {
  return template.flatMap((entry) => [
    entry,
    ...(Array.isArray(entry.submenu) ? entriesOf(entry.submenu as Entry[]) : []),
  ]);
}

/** Every action id that the page's sources define. */
function actionIds(): string[] {
  const renderer = fileURLToPath(new URL('../../../renderer', import.meta.url));
  return readdirSync(renderer, { recursive: true, encoding: 'utf8' })
    .filter((file) => /-actions\.tsx?$/u.test(file))
    .flatMap((file) =>
      [...readFileSync(join(renderer, file), 'utf8').matchAll(/id: '([\w.-]+)'/gu)].map(([, id = '']) => id),
    );
}

test.each([true, false])('every menu entry runs an action that the page has (Mac: %s)', (isMac) => {
  const run: string[] = [];
  let windows = 0;
  const template = menuTemplate(
    { openWindow: () => void (windows += 1), runAction: (id) => run.push(id) },
    { isMac, isRelease: false },
  );
  const entries = entriesOf(template as Entry[]);
  for (const entry of entries) entry.click?.();
  expect(windows).toBe(1);
  expect(run.length).toBeGreaterThan(12);
  const known = new Set(actionIds());
  expect(run.filter((id) => !known.has(id))).toEqual([]);
});

test('the usual roles are there', () => {
  const roles = (isMac: boolean): (string | undefined)[] =>
    entriesOf(
      menuTemplate(
        { openWindow: () => undefined, runAction: () => undefined },
        { isMac, isRelease: true },
      ) as Entry[],
    ).map(({ role }) => role);
  const everywhere = ['cut', 'copy', 'paste', 'selectAll', 'togglefullscreen', 'windowMenu', 'help'];
  expect(roles(false)).not.toContain('toggleDevTools');
  expect(roles(false)).toEqual(expect.arrayContaining([...everywhere, 'quit']));
  expect(roles(true)).toEqual(expect.arrayContaining([...everywhere, 'appMenu', 'close', 'recentDocuments']));
});
