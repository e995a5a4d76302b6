import { useEffect, useState } from 'react';
import { ArrowUp, File, FileJson, FileText, Folder, FolderKanban, Image } from 'lucide-react';
import { toWireError } from '../../../electron/common/errors.ts';
import { type Listing, listFiles } from '../../store/files.ts';
import type { BrowseRequest } from '../../store/window-state.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { counted, formatBytes } from '../../ui/format.ts';
import styles from './browse-dialog.module.css';
import { chosenAfter } from './chosen-files.ts';

type Entry = Listing['entries'][number];

const icons = {
  folder: Folder,
  image: Image,
  project: FolderKanban,
  json: FileJson,
  results: FileText,
  graph: FileText,
  other: File,
} as const;

/** Files of the computer the app runs on, for doors without native dialogs. */
export function BrowseDialog({ request }: { readonly request: BrowseRequest }) {
  const [folder, setFolder] = useState<string | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  /** Where a range that Shift asks for begins. */
  const [from, setFrom] = useState<string | null>(null);
  const { listing, problem } = useListing(folder);
  const here = listing?.folder ?? '';
  const isFolderWanted = request.want === 'folder' || request.want === 'model';
  const enter = (path: string | null): void => {
    setFolder(path);
    setChosen([]);
    setFrom(null);
  };
  const choosable = (listing?.entries ?? [])
    .filter((entry) => isChoosable(entry, request.want))
    .map(({ path }) => path);
  const choose = (path: string, isRange: boolean): void => {
    setChosen(request.multiple ? chosenAfter({ choosable, chosen, from, path, isRange }) : [path]);
    if (!isRange) setFrom(path);
  };
  const answer = isFolderWanted && chosen.length === 0 && here !== '' ? [here] : chosen;
  return (
    <Dialog
      title={request.title}
      {...(request.multiple ? { description: 'Click to choose one more, with Shift all between.' } : {})}
      onClose={() => request.answer(null)}
      footer={
        <>
          {request.multiple && choosable.length > 1 && (
            <>
              <Button
                variant="ghost"
                onClick={() => setChosen(chosen.length === choosable.length ? [] : choosable)}
              >
                {chosen.length === choosable.length ? 'Select none' : `Select all ${choosable.length}`}
              </Button>
              <span className={styles['grow']} />
            </>
          )}
          <Button onClick={() => request.answer(null)}>Cancel</Button>
          <Button variant="primary" disabled={answer.length === 0} onClick={() => request.answer(answer)}>
            {isFolderWanted && chosen.length === 0 ? 'Choose this folder' : chooseText(chosen.length)}
          </Button>
        </>
      }
    >
      <div className={styles['bar']}>
        <IconButton
          label="Folder above"
          disabled={here === ''}
          // Above a folder that is open to this door there is only the list of all of them.
          onClick={() => enter(listing?.parent ?? null)}
        >
          <ArrowUp size={16} aria-hidden />
        </IconButton>
        <span className={styles['path']} title={listing?.folder}>
          <bdi>{pathText(listing)}</bdi>
        </span>
      </div>
      <div className={styles['list']} role="group" aria-label="Files and folders">
        {problem !== null && (
          <p className={styles['none']} role="alert">
            {problem}
          </p>
        )}
        {problem === null && listing?.entries.length === 0 && (
          <p className={styles['none']}>This folder is empty.</p>
        )}
        {listing?.entries.map((entry) => (
          <EntryRow
            key={entry.path}
            entry={entry}
            isChoosable={isChoosable(entry, request.want)}
            isChosen={chosen.includes(entry.path)}
            onChoose={(isRange) => choose(entry.path, isRange)}
            onEnter={() => enter(entry.path)}
            onTake={() => request.answer([entry.path])}
          />
        ))}
      </div>
    </Dialog>
  );
}

function EntryRow({
  entry,
  isChoosable: canChoose,
  isChosen,
  onChoose,
  onEnter,
  onTake,
}: {
  readonly entry: Entry;
  readonly isChoosable: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isRange: boolean) => void;
  readonly onEnter: () => void;
  readonly onTake: () => void;
}) {
  const Icon = icons[entry.kind];
  const isFolder = entry.kind === 'folder';
  return (
    <button
      type="button"
      className={styles['entry']}
      disabled={!canChoose && !isFolder}
      {...(isFolder ? {} : { 'aria-pressed': isChosen })}
      onClick={isFolder ? onEnter : (event) => onChoose(event.shiftKey)}
      onDoubleClick={isFolder ? undefined : onTake}
    >
      <Icon size={15} aria-hidden />
      <span className={styles['name']}>{entry.name}</span>
      {!isFolder && entry.kind !== 'project' && (
        <span className={styles['size']}>{formatBytes(entry.bytes)}</span>
      )}
    </button>
  );
}

function useListing(folder: string | null): {
  readonly listing: Listing | null;
  readonly problem: string | null;
} {
  const [result, setResult] = useState<{ readonly listing: Listing | null; readonly problem: string | null }>(
    {
      listing: null,
      problem: null,
    },
  );
  useEffect(() => {
    let isWanted = true;
    listFiles(folder)
      .then((listing) => {
        if (isWanted) setResult({ listing, problem: null });
      })
      .catch((thrown: unknown) => {
        // The listing before stays, so that there is a way back.
        if (isWanted)
          setResult((before) => ({ listing: before.listing, problem: toWireError(thrown).message }));
      });
    return () => {
      isWanted = false;
    };
  }, [folder]);
  return result;
}

function isChoosable(entry: Entry, want: BrowseRequest['want']): boolean {
  switch (want) {
    case 'images':
      return entry.kind === 'image';
    case 'json':
      return entry.kind === 'json';
    case 'results':
    case 'graph':
      return entry.kind === want;
    case 'annotations':
      return entry.kind === 'json' || /\.(?:zip|xml)$/iu.test(entry.name);
    case 'project':
      return entry.kind === 'project';
    case 'folder':
    case 'model':
      return false;
  }
}

/** Above all folders that are open to this door there is only their list. */
function pathText(listing: Listing | null): string {
  if (listing === null) return '';
  return listing.folder === '' ? 'Folders open to this app' : listing.folder;
}

function chooseText(count: number): string {
  return count > 1 ? `Choose ${counted(count, 'file')}` : 'Choose';
}
