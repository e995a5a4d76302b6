import { FolderOpen } from 'lucide-react';
import { pickPath } from '../store/files.ts';
import { useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { Button } from '../ui/button.tsx';
import { baseName } from '../ui/format.ts';
import styles from './muse.module.css';

/** The open project, or a MUSE file on the machine the app runs on. Undefined: nothing is chosen. */
export type Source = { readonly path: string | null } | undefined;

function sourceName(source: { readonly path: string | null }, project: string): string {
  return source.path === null ? project : baseName(source.path);
}

/** What is looked at, and the ways to look at something else. */
export function SourceChoice({
  source,
  onSource,
}: {
  readonly source: Source;
  readonly onSource: (source: { readonly path: string | null }) => void;
}) {
  const project = useStudio((state) => state.document.project?.name ?? null);
  const choose = (): void =>
    reporting('The file was not chosen', async () => {
      const path = await pickPath({ title: 'Choose a MUSE file', want: 'json' });
      if (path !== null) onSource({ path });
    });
  return (
    <div className={styles['row']}>
      <span className={styles['strong']}>
        {source === undefined ? 'No file yet' : sourceName(source, project ?? '')}
      </span>
      <span className={styles['grow']} />
      {project !== null && source?.path !== null && (
        <Button onClick={() => onSource({ path: null })}>This project</Button>
      )}
      <Button onClick={choose}>
        <FolderOpen size={14} aria-hidden />
        {(source?.path ?? null) === null ? 'A MUSE file…' : 'Another file…'}
      </Button>
    </div>
  );
}

/** The project where one is open. */
export function useFirstSource(): Source {
  return useStudio((state) => state.document.project !== null) ? { path: null } : undefined;
}
