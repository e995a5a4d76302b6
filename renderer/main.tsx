import './no-code-from-text.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import { assert } from '../electron/common/errors.ts';
import { registerStudioActions } from './actions/all-actions.ts';
import { runActionById } from './actions/run-action.ts';
import { listenForShortcuts } from './actions/shortcuts.ts';
import { App } from './app.tsx';
import { fetchLaterDialogs } from './panels/dialogs/later.tsx';
import { keepCovers } from './panels/start/project-cover.ts';
import { restoreFoldedPanes } from './store/panes.ts';
import { startSession } from './store/session.ts';

const root = document.getElementById('root');
assert(root, 'the page has its root element');

registerStudioActions();
listenForShortcuts(window);
restoreFoldedPanes();
keepCovers();
void startSession(runActionById);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
// While the app finds the project there is nothing else to do.
requestIdleCallback(() => void fetchLaterDialogs());
