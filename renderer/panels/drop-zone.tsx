import { type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { addFiles } from '../store/images.ts';
import { reporting } from '../store/toasts.ts';
import styles from './drop-zone.module.css';

/** Image files dropped anywhere on the window, or pasted, are added to the project. */
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
        add([...event.dataTransfer.files]);
      }}
    >
      {children}
      {depth > 0 && <div className={styles['overlay']}>Drop to add images</div>}
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

function add(files: readonly File[]): void {
  reporting('The images were not added', () => addFiles(files));
}
