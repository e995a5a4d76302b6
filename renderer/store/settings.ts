import type { Settings } from '../../electron/common/settings.ts';
import { backend } from './client.ts';
import { useStudio } from './studio.ts';
import { showError } from './toasts.ts';

/** Shown at once; taken back with the reason when it could not be saved. */
export async function changeSettings(part: Partial<Settings>): Promise<void> {
  const before = useStudio.getState().settings;
  useStudio.setState({ settings: { ...before, ...part } });
  try {
    useStudio.setState({ settings: await backend().call('settings.set', part) });
  } catch (thrown) {
    useStudio.setState({ settings: before });
    showError('The setting could not be saved', thrown);
  }
}

/** The theme to draw in: the person's choice, or the system's. */
export function isDark(theme: Settings['theme'], systemIsDark: boolean): boolean {
  return theme === 'dark' || (theme === 'system' && systemIsDark);
}
