import { useState } from 'react';
import { FolderOpen } from 'lucide-react';
import { toWireError } from '../../electron/common/errors.ts';
import { pickPath } from '../store/files.ts';
import { openMuseFile, type OpenedFile } from '../store/muse.ts';
import { isCancelled, reporting } from '../store/toasts.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { baseName, counted, formatBytes } from '../ui/format.ts';
import { ProgressBar } from '../ui/progress.tsx';
import { BrowseFinder } from './browse-finder.tsx';
import styles from './muse.module.css';

type View =
  | { readonly state: 'nothing' }
  | {
      readonly state: 'reading';
      readonly done: number;
      readonly total: number | null;
      readonly cancel: () => void;
    }
  | { readonly state: 'open'; readonly opened: OpenedFile }
  | { readonly state: 'failed'; readonly message: string };

/** A MUSE file looked into as it lies there: nothing is imported or changed. */
export function BrowsePage() {
  const [path, setPath] = useState<string | null>(null);
  const [images, setImages] = useState<string | null>(null);
  const [view, setView] = useState<View>({ state: 'nothing' });
  const open = async (chosen: string): Promise<void> => {
    const abort = new AbortController();
    const cancel = (): void => abort.abort();
    setPath(chosen);
    setView({ state: 'reading', done: 0, total: null, cancel });
    try {
      const onProgress = (done: number, total: number | null): void =>
        setView({ state: 'reading', done, total, cancel });
      const opened = await openMuseFile(chosen, { signal: abort.signal, onProgress });
      setView(opened === null ? { state: 'nothing' } : { state: 'open', opened });
    } catch (thrown) {
      setView(
        isCancelled(thrown)
          ? { state: 'nothing' }
          : { state: 'failed', message: toWireError(thrown).message },
      );
    }
  };
  const choose = (): void =>
    reporting('The file was not chosen', async () => {
      const chosen = await pickPath({ title: 'Choose a MUSE file', want: 'json' });
      if (chosen !== null) await open(chosen);
    });
  const chooseImages = (): void =>
    reporting('The folder was not chosen', async () => {
      const chosen = await pickPath({ title: 'Choose the folder of its pictures', want: 'folder' });
      if (chosen !== null) setImages(chosen);
    });
  const file = (
    <Button onClick={choose}>
      <FolderOpen size={14} aria-hidden />
      {path === null ? 'Choose a MUSE file…' : 'Another file…'}
    </Button>
  );
  if (view.state === 'nothing')
    return (
      <EmptyState
        title="Look into a MUSE file"
        text="Search its questions and see them on their pictures, without importing anything."
      >
        {file}
      </EmptyState>
    );
  return (
    <>
      <div className={styles['row']}>
        <span className={`${styles['strong']} ${styles['grow']}`}>
          {baseName(path ?? '')}
          {view.state === 'open' && (
            <span className={styles['muted']}>
              {' '}
              {counted(view.opened.questions, 'question')} in {counted(view.opened.records, 'record')};
              pictures {images === null ? 'beside the file' : `in ${images}`}
            </span>
          )}
        </span>
        {view.state === 'open' && <Button onClick={chooseImages}>Its pictures…</Button>}
        {view.state === 'reading' ? <Button onClick={view.cancel}>Cancel</Button> : file}
      </div>
      {view.state === 'reading' && (
        <div className={styles['page']}>
          <ProgressBar label="Reading the file" done={view.done} total={view.total} />
          <p className={styles['muted']}>
            {formatBytes(view.done)}
            {view.total === null ? '' : ` of ${formatBytes(view.total)}`}
          </p>
        </div>
      )}
      {view.state === 'failed' && (
        <p className={styles['problem']} role="alert">
          {view.message}
        </p>
      )}
      {view.state === 'open' && path !== null && (
        <BrowseFinder key={path} path={path} images={images} opened={view.opened} />
      )}
    </>
  );
}
