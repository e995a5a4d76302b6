import { type ComponentType, useEffect, useState } from 'react';
import { closeDialog } from '../../store/dialogs.ts';
import { showError } from '../../store/toasts.ts';

const fetches: (() => Promise<unknown>)[] = [];

/**
 * A dialog that comes in a file of its own. It is there at once when it has been fetched before; one that cannot be fetched, because the app
 * is gone, closes again and says so.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let Loaded: ComponentType<Props> | null = null;
  const fetchIt = async (): Promise<void> => {
    Loaded ??= await load();
  };
  fetches.push(fetchIt);
  return function Later(props) {
    const [isHere, setHere] = useState(Loaded !== null);
    useEffect(() => {
      if (isHere) return;
      fetchIt().then(
        () => setHere(true),
        (thrown: unknown) => {
          closeDialog();
          showError('This window could not be shown', thrown);
        },
      );
    }, [isHere]);
    return Loaded !== null && <Loaded {...props} />;
  };
}

/** Fetches all of them, one after the other. One that fails is tried again when it is opened. */
export async function fetchLaterDialogs(): Promise<void> {
  for (const fetchIt of fetches) await fetchIt().catch(() => undefined);
}
