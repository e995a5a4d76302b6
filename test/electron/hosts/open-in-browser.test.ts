import { expect, test } from 'vitest';
import { openerOf } from '../../../electron/hosts/open-in-browser.ts';

test('each system has its own opener, and a session without a screen has none', () => {
  expect(openerOf('darwin', {})?.command).toBe('open');
  expect(openerOf('win32', {})?.command).toBe('rundll32');
  expect(openerOf('linux', { DISPLAY: ':0' })?.command).toBe('xdg-open');
  expect(openerOf('linux', { WAYLAND_DISPLAY: 'wayland-0' })?.command).toBe('xdg-open');
  expect(openerOf('linux', {})).toBeNull();
});
