import { type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { openDialog } from '../store/dialogs.ts';
import { sortedDrop } from '../store/dropped-files.ts';
import { addFiles } from '../store/images.ts';
import { useStudio } from '../store/studio.ts';
import { reporting, showToast } from '../store/toasts.ts';
import styles from './drop-zone.module.css';

/** Image files dropped anywhere on the window, or pasted, are added to the project; an annotation file is offered as an import. */
export function DropZone({ children }: { readonly children: ReactNode }) {
  const [depth, setDepth] = useState(0);
  usePastedImages();
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return (
    <div
      className={styles['zone']}
      onDragEnter={(event) => {
        if (carriesFiles(event)) setDepth((before) => before + 1);
      }}
      onDragLeave={(event) => {
        if (carriesFiles(event)) setDepth((before) => Math.max(0, before - 1));
      }}
      onDragOver={(event) => {
        if (carriesFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setDepth(0);
        drop([...event.dataTransfer.files]);
      }}
    >
      {children}
      {depth > 0 && (
        <div className={styles['overlay']}>Drop to add images, or an annotation file to import it</div>
      )}
    </div>
  );
}

function usePastedImages(): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith('image/'));
      if (files.length === 0) return;
      event.preventDefault();
      add(files);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, []);
}

/** Pictures first: an annotation file is about pictures of the project, which may have come with it. */
function drop(files: readonly File[]): void {
  const { images, annotations } = sortedDrop(files);
  const [file] = annotations;
  reporting('The images were not added', async () => {
    if (images.length > 0) await addFiles(images);
    if (file !== undefined) offerImport(file, annotations.length);
  });
}

function offerImport(file: File, count: number): void {
  if (useStudio.getState().document.project === null) {
    showToast({
      tone: 'warning',
      title: `${file.name} was not imported`,
      text: 'It holds annotations, and they belong to images of a project. Open or start a project and add its images first, then drop the file again.',
    });
    return;
  }
  openDialog({ kind: 'import', file });
  if (count > 1)
    showToast({
      tone: 'info',
      title: 'One annotation file at a time',
      text: `${file.name} is offered as an import; drop the other ${count - 1} after it.`,
    });
}

function add(files: readonly File[]): void {
  reporting('The images were not added', () => addFiles(files));
}
