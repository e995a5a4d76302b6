import { toWireError } from '../../electron/common/errors.ts';
import { type StudioClient, connectBackend } from './client.ts';
import { catchUp, followBackend } from './follow.ts';
import { refreshModels } from './models.ts';
import { followProjectJobs } from './project-jobs.ts';
import { openFolderAgain, reopenProject } from './project.ts';
import { readAheadOfQuestions } from './read-ahead.ts';
import { keepViewSaved } from './saved-view.ts';
import { openFolder } from './open-folder.ts';
import { useStudio } from './studio.ts';
import { showError } from './toasts.ts';

/** Waits between attempts to reach the door again: quick at first, then patient. */
const retryMs = [500, 1_000, 2_000, 5_000];

/** Starts the window: connects, learns what there is, reopens the project. `runAction` serves the native menu. */
export async function startSession(runAction: (id: string) => void): Promise<void> {
  keepViewSaved();
  readAheadOfQuestions();
  await connect(runAction, 0);
}

/** Tries again at once, from the button on the connection screen. */
export function retryNow(): void {
  wake?.();
}

let wake: (() => void) | null = null;
/** A new connection is followed instead of the one before. */
let stopFollowingJobs = (): void => undefined;

async function connect(runAction: (id: string) => void, attempt: number): Promise<void> {
  try {
    const client = await connectBackend();
    await meet(client, runAction);
  } catch (thrown) {
    const { code, message: reason } = toWireError(thrown);
    const isRefused = code === 'unauthorised';
    useStudio.setState({
      connection: isRefused ? { state: 'refused', reason } : { state: 'lost', reason, attempt },
    });
    // Who was refused is refused again: only the person can bring what is missing.
    await pause(isRefused ? null : (retryMs[Math.min(attempt, retryMs.length - 1)] ?? 0));
    await connect(runAction, attempt + 1);
  }
}

/** Learns what there is and shows the project as soon as there is something of it. @forTests startSession is the way in */
export async function meet(client: StudioClient, runAction: (id: string) => void): Promise<void> {
  followBackend(client, runAction);
  stopFollowingJobs();
  stopFollowingJobs = followProjectJobs(client);
  const folder = openFolder();
  // Reading a large project takes longer than all the rest: it begins at once, and is looked at as soon as there is something to see.
  const opened = folder === null ? openAtStart() : openFolderAgain(folder).then(catchUp);
  const [app, settings] = await Promise.all([
    client.call('app.info', {}),
    client.call('settings.get', {}),
    refreshModels(),
    folder === null ? Promise.race([opened, projectShown()]) : opened,
  ]);
  useStudio.setState({ app, settings, connection: { state: 'open' } });
  client.onClose(() => {
    useStudio.setState({
      connection: { state: 'lost', reason: 'The app closed the connection.', attempt: 0 },
    });
    void connect(runAction, 0);
  });
}

/** A project that cannot be opened must not keep the window from starting. One whose connection is lost is read again with the next one. */
async function openAtStart(): Promise<void> {
  try {
    await reopenProject();
  } catch (thrown) {
    if (toWireError(thrown).code !== 'connection-closed')
      showError('The last project could not be opened', thrown);
  }
}

/** When the window has a project to show, whole or not yet. */
function projectShown(): Promise<void> {
  return new Promise((resolve) => {
    const stop = useStudio.subscribe(
      ({ document }) => document.project !== null,
      (isShown) => {
        if (!isShown) return;
        stop();
        resolve();
      },
      { fireImmediately: true },
    );
  });
}

/** @param milliseconds null waits for `retryNow` alone */
function pause(milliseconds: number | null): Promise<void> {
  return new Promise((resolve) => {
    const timer = milliseconds === null ? null : setTimeout(resolve, milliseconds);
    wake = () => {
      if (timer !== null) clearTimeout(timer);
      resolve();
    };
  });
}
