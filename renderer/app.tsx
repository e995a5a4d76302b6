import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react';
import { DialogHost } from './panels/dialogs/dialog-host.tsx';
import { DropZone } from './panels/drop-zone.tsx';
import { ConnectionScreen } from './panels/connection-screen.tsx';
import { StartScreen } from './panels/start/start-screen.tsx';
import { Workspace } from './panels/workspace.tsx';
import { isDark } from './store/settings.ts';
import { useStudio } from './store/studio.ts';
import { TooltipHost } from './ui/tooltip.tsx';
import { Toasts } from './panels/toasts.tsx';

export function App() {
  useTheme();
  useTitle();
  return (
    <>
      <Screen />
      <DialogHost />
      <Toasts />
      <TooltipHost />
    </>
  );
}

function Screen() {
  const connection = useStudio((state) => state.connection);
  const hasProject = useStudio((state) => state.document.project !== null);
  if (connection.state !== 'open') return <ConnectionScreen connection={connection} />;
  return <DropZone>{hasProject ? <Workspace /> : <StartScreen />}</DropZone>;
}

/** Writes the theme where the style sheets look for it. */
function useTheme(): void {
  const theme = useStudio((state) => state.settings.theme);
  const systemIsDark = useSyncExternalStore(
    (notify) => {
      darkQuery.addEventListener('change', notify);
      return () => darkQuery.removeEventListener('change', notify);
    },
    () => darkQuery.matches,
  );
  const shown = isDark(theme, systemIsDark) ? 'dark' : 'light';
  // Before the frame that shows it, and at once: colours that glide while others jump leave dark words on dark ground for a moment.
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset['switching'] = '';
    root.dataset['theme'] = shown;
    const frame = requestAnimationFrame(() => requestAnimationFrame(() => delete root.dataset['switching']));
    return () => cancelAnimationFrame(frame);
  }, [shown]);
}

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

function useTitle(): void {
  const name = useStudio((state) => state.document.project?.name ?? null);
  useEffect(() => {
    document.title = name === null ? 'PixelLM Studio' : `${name} - PixelLM Studio`;
  }, [name]);
}
